// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/dump/dumpfile.h"

#include "core/base/program.h"
#include "core/systems/shell/programwords.h"

#include <QRegularExpression>
#include <QUrl>

namespace understudy {
namespace {

/// Where to, without the password; that goes by the environment, which only this user can read.
struct Destination
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    QString name;
};

Destination destinationOf(const Secret &database)
{
    const QUrl url = QUrl::fromEncoded(database.reveal(), QUrl::StrictMode);
    Destination to;
    to.name = url.path().mid(1);
    to.environment.insert(QStringLiteral("PGHOST"), url.host());
    to.environment.insert(QStringLiteral("PGPORT"), QString::number(url.port(5432)));
    to.environment.insert(QStringLiteral("PGUSER"), url.userName(QUrl::FullyDecoded));
    to.environment.insert(QStringLiteral("PGPASSWORD"), url.password(QUrl::FullyDecoded));
    to.environment.insert(QStringLiteral("PGCONNECT_TIMEOUT"), QStringLiteral("10"));
    const QString query = url.query();
    for (const QString &pair : query.split(QLatin1Char('&'))) {
        if (pair.startsWith(QLatin1String("sslmode=")))
            to.environment.insert(QStringLiteral("PGSSLMODE"), pair.mid(8));
        if (pair.startsWith(QLatin1String("sslrootcert=")))
            to.environment.insert(QStringLiteral("PGSSLROOTCERT"), QUrl::fromPercentEncoding(pair.mid(12).toLatin1()));
    }
    return to;
}

Error withoutClient(const Error &error)
{
    if (error.code != ErrorCode::ProgramMissing)
        return error;
    return {ErrorCode::ProgramMissing, error.message, QStringLiteral("Install PostgreSQL's client programs here (postgresql-client), of the server's version or a newer one."), error.cause};
}

} // namespace

DumpForm dumpForm(const QByteArray &firstBytes)
{
    if (firstBytes.startsWith("PGDMP"))
        return DumpForm::Custom;
    if (firstBytes.startsWith("\x1f\x8b"))
        return DumpForm::CompressedSql;
    const QByteArray text = firstBytes.left(4000);
    const bool isText = !text.isEmpty() && !text.contains('\0');
    return isText && (text.contains("PostgreSQL database dump") || text.contains("SET statement_timeout")) ? DumpForm::PlainSql : DumpForm::Unknown;
}

QString dumpFormName(DumpForm form)
{
    switch (form) {
    case DumpForm::Custom: return QStringLiteral("pg_dump's custom format");
    case DumpForm::PlainSql: return QStringLiteral("SQL");
    case DumpForm::CompressedSql: return QStringLiteral("SQL, gzip");
    case DumpForm::Unknown: break;
    }
    return QStringLiteral("no dump that is known here");
}

bool isDumpName(const QString &key)
{
    for (const char *ending : {".dump", ".pgdump", ".backup", ".custom", ".sql", ".sql.gz"}) {
        if (key.endsWith(QLatin1String(ending), Qt::CaseInsensitive))
            return true;
    }
    return false;
}

QString localeIn(const QByteArray &script)
{
    static const QRegularExpression create(QStringLiteral("^CREATE DATABASE .*;$"), QRegularExpression::MultilineOption);
    static const QRegularExpression option(QStringLiteral(R"(\b(ENCODING|LOCALE_PROVIDER|LOCALE|LC_COLLATE|LC_CTYPE|ICU_LOCALE) = ('[A-Za-z0-9_.@ -]*'|[a-z]+))"));
    const QString line = create.match(QString::fromUtf8(script)).captured();
    QStringList options;
    for (QRegularExpressionMatchIterator it = option.globalMatch(line); it.hasNext();)
        options.append(it.next().captured());
    return options.join(QLatin1Char(' '));
}

QString dumpLocale(const QString &file, DumpForm form, const CancelToken &cancel)
{
    if (form != DumpForm::Custom)
        return {};
    const Result<ProgramOutput> output = runProgram({.program = QStringLiteral("pg_restore"), .arguments = {QStringLiteral("--create"), QStringLiteral("--schema-only"), QStringLiteral("-f"), QStringLiteral("-"), file},
                                                     .deadline = std::chrono::seconds(30), .outputLimit = 200'000}, cancel);
    return output ? localeIn(output->standardOutput) : QString();
}

namespace {

/// pg_dump writes its last line when everything before it is written: a script that ends without it is the beginning
/// of a dump, and loads without any error. `pg_dump | gzip` that died half-way leaves a sound archive of one.
Result<Unit> isWhole(const QString &file, DumpForm form, Milliseconds deadline, const CancelToken &cancel)
{
    if (form != DumpForm::PlainSql && form != DumpForm::CompressedSql)
        return Unit{}; // pg_restore knows its own format's end
    const QString script = form == DumpForm::PlainSql ? QStringLiteral("tail -c 4000 -- \"$1\"")
                                                      : QStringLiteral("{ gzip -dc -- \"$1\" || echo broken >&2; } | tail -c 4000");
    const Result<ProgramOutput> end = runProgram({.program = QStringLiteral("sh"), .arguments = {QStringLiteral("-c"), script, QStringLiteral("sh"), file},
                                                  .deadline = deadline, .outputLimit = 10'000}, cancel);
    if (!end)
        return fail(end.error());
    if (!end->standardError.isEmpty())
        return fail(ErrorCode::ProtocolViolation, QStringLiteral("the backup is a damaged archive"), QStringLiteral("Try an older one: --from-dump KEY."), complaintOf(*end));
    if (!end->standardOutput.contains("dump complete"))
        return fail(ErrorCode::ProtocolViolation, QStringLiteral("the backup is only the beginning of one: pg_dump's last line is missing"),
                    QStringLiteral("The dump died half-way when it was made; try an older one: --from-dump KEY."));
    return Unit{};
}

} // namespace

Result<QString> loadDump(const QString &file, DumpForm form, const Secret &database, Milliseconds deadline, const CancelToken &cancel)
{
    if (const Result<Unit> whole = isWhole(file, form, deadline, cancel); !whole)
        return fail(whole.error());
    const Destination to = destinationOf(database);
    ProgramCall call{.environment = to.environment, .deadline = deadline};
    const QStringList psql{QStringLiteral("-X"), QStringLiteral("-q"), QStringLiteral("-v"), QStringLiteral("ON_ERROR_STOP=1"), QStringLiteral("-d"), to.name};
    switch (form) {
    case DumpForm::Custom:
        call.program = QStringLiteral("pg_restore");
        call.arguments = {QStringLiteral("--exit-on-error"), QStringLiteral("--no-owner"), QStringLiteral("--no-privileges"), QStringLiteral("--jobs=2"), QStringLiteral("-d"), to.name, file};
        break;
    case DumpForm::PlainSql:
        call.program = QStringLiteral("psql");
        call.arguments = QStringList(psql) << QStringLiteral("-f") << file;
        break;
    case DumpForm::CompressedSql:
        // A pipe is what a shell is for; its words come as arguments, not in its text.
        call.program = QStringLiteral("sh");
        call.arguments = QStringList{QStringLiteral("-c"), QStringLiteral("file=$1; shift; { gzip -dc \"$file\" || printf '\\n\\\\.\\nselect broken_archive;\\n'; } | psql \"$@\""), QStringLiteral("understudy"), file} + psql;
        break;
    case DumpForm::Unknown:
        return fail(ErrorCode::InvalidInput, QStringLiteral("the backup is %1").arg(dumpFormName(form)), QStringLiteral("Name another one: --from-dump KEY."));
    }
    const Result<ProgramOutput> output = runProgram(call, cancel);
    if (!output)
        return fail(withoutClient(output.error()));
    if (output->exitCode == 0)
        return complaintOf(*output);
    const QString words = complaintOf(*output);
    if (words.contains(QLatin1String("unsupported version")))
        return fail(ErrorCode::ProgramFailed, QStringLiteral("the backup was made by a newer pg_dump than this machine's pg_restore"),
                    QStringLiteral("Install PostgreSQL's client programs of the server's version here."), words);
    return fail(ErrorCode::ProgramFailed, QStringLiteral("loading the backup ended with %1").arg(output->exitCode),
                QStringLiteral("See what it says; an extension may be missing on the standby, or the backup is damaged: try an older one."), words);
}

} // namespace understudy
