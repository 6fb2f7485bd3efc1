// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/dump/dumpprovider.h"

#include "core/base/paths.h"
#include "core/base/quantity.h"
#include "core/systems/dump/dumpfile.h"
#include "core/systems/envfile/databaseaddress.h"
#include "core/systems/postgres/pgconnection.h"

#include <QCryptographicHash>
#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QRegularExpression>

namespace understudy {
namespace {

using namespace std::chrono_literals;

const QString markWord = QStringLiteral("understudy: ");

bool isCopyName(const QString &name)
{
    static const QRegularExpression plain(QStringLiteral("^[a-z0-9][a-z0-9._-]{0,62}$"));
    return plain.match(name).hasMatch();
}

QString quotedWord(const QString &name) { return QLatin1Char('"') + QString(name).replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"'); }
QString quotedText(const QString &text) { return QLatin1Char('\'') + QString(text).replace(QLatin1Char('\''), QStringLiteral("''")) + QLatin1Char('\''); }

Milliseconds dumpTime(const QDeadlineTimer &timer, Milliseconds most = 30s)
{
    return std::min(most, Milliseconds(std::max<qint64>(1, timer.remainingTime())));
}

Error noCopyOfOurs(const QString &name)
{
    return {ErrorCode::InvalidInput, QStringLiteral("%1 is no database of ours").arg(name.left(80)), QStringLiteral("Only what bears our mark is deleted.")};
}

} // namespace

DumpProvider::DumpProvider(Setup setup) : m_setup(std::move(setup)) {}

Result<std::shared_ptr<const DumpProvider>> DumpProvider::forPlan(const Plan &plan, const SecretResolver &secrets, const QString &key)
{
    if (!plan.database || !plan.database->logicalBackups)
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan names no logical backups"), QStringLiteral("Add `logical_backups` to its `database`."));
    if (!plan.database->standby.isSet())
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan names no standby server to load a backup into"), QStringLiteral("Add `standby` to its `database`: the URL of a server where databases can be made."));
    const LogicalBackupsPlan &backups = *plan.database->logicalBackups;
    const Result<Secret> access = secrets.resolve(backups.accessKey);
    const Result<Secret> secret = access ? secrets.resolve(backups.secretKey) : fail(access.error());
    const Result<Secret> standby = secret ? secrets.resolve(plan.database->standby) : fail(secret.error());
    if (!standby)
        return fail(standby.error());
    const S3Identity identity{.region = backups.region.isEmpty() ? QStringLiteral("auto") : backups.region, .accessKey = *access, .secretKey = *secret};
    return std::make_shared<const DumpProvider>(Setup{.store = ObjectStore(QUrl(backups.endpoint), backups.bucket, identity), .prefix = backups.prefix, .key = key,
                                                      .standby = *standby, .folder = paths::cache() + QStringLiteral("/backups")});
}

Result<QList<StoredObject>> DumpProvider::backups(Milliseconds deadline, const CancelToken &cancel) const
{
    Result<QList<StoredObject>> all = m_setup.store.list(m_setup.prefix, deadline, cancel);
    if (all)
        all->removeIf([](const StoredObject &one) { return one.bytes <= 0 || !isDumpName(one.key); });
    return all;
}

Result<StoredObject> DumpProvider::chosen(Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<QList<StoredObject>> all = backups(deadline, cancel);
    if (!all)
        return fail(all.error());
    if (all->isEmpty())
        return fail(ErrorCode::NotFound, QStringLiteral("no logical backup in %1 below '%2'").arg(m_setup.store.name(), m_setup.prefix), QStringLiteral("See prefix in the plan, and whether backups are made at all."));
    if (m_setup.key.isEmpty())
        return all->first();
    for (const StoredObject &one : *all) {
        if (one.key == m_setup.key)
            return one;
    }
    QStringList newest;
    for (const StoredObject &one : all->mid(0, 5))
        newest.append(one.key);
    return fail(ErrorCode::NotFound, QStringLiteral("no logical backup %1").arg(m_setup.key.left(200)), QStringLiteral("The newest are: %1.").arg(newest.join(QStringLiteral(", "))));
}

QString DumpProvider::name() const
{
    return QStringLiteral("logical backups in %1").arg(m_setup.store.name());
}

QString DumpProvider::fileFor(const QString &copyName) const
{
    return m_setup.folder + QLatin1Char('/') + copyName + QLatin1Char('.');
}

Secret DumpProvider::urlOf(const QString &database) const
{
    QUrl url = QUrl::fromEncoded(m_setup.standby.reveal(), QUrl::StrictMode);
    url.setPath(QLatin1Char('/') + database);
    return Secret(url.toEncoded());
}

Result<RestoredCopy> DumpProvider::source(Milliseconds, const CancelToken &) const
{
    return fail(ErrorCode::CannotTell, QStringLiteral("a logical backup does not know which database it came from"));
}

Result<RestoreWindow> DumpProvider::window(Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<QList<StoredObject>> all = backups(deadline, cancel);
    const Result<StoredObject> one = all ? chosen(deadline, cancel) : fail(all.error());
    if (!one)
        return fail(one.error());
    // One backup is one moment: there is nothing between it and the next.
    return RestoreWindow{.earliest = one->modified, .latest = one->modified,
                         .kept = Milliseconds(all->last().modified.msecsTo(QDateTime::currentDateTimeUtc())),
                         .earliestBy = QStringLiteral("backup %1, %2").arg(one->key, bytesText(double(one->bytes))),
                         .latestBy = QStringLiteral("backup %1 was uploaded then; what was written since it began is not in it").arg(one->key)};
}

Result<Unit> DumpProvider::command(const QString &sql, Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(m_setup.standby, std::min<Milliseconds>(deadline, 10s), cancel);
    if (!session)
        return fail(session.error());
    const Result<PgTable> done = (*session)->query(sql, deadline, {}, PgTransaction::Bare);
    return done ? Result<Unit>(Unit{}) : fail(done.error());
}

Result<DumpProvider::Mark> DumpProvider::markOf(const QString &database, Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<std::unique_ptr<PgConnection>> session = PgConnection::connect(m_setup.standby, std::min<Milliseconds>(deadline, 10s), cancel);
    if (!session)
        return fail(session.error());
    const Result<PgTable> table = (*session)->query(QStringLiteral("select coalesce(shobj_description(oid, 'pg_database'), '') as mark from pg_database where datname = $1"), deadline, {database});
    if (!table)
        return fail(table.error());
    Mark mark{.exists = !table->rows.isEmpty()};
    const QString text = table->text(QStringLiteral("mark")).value_or(QString());
    mark.ours = text.startsWith(markWord);
    mark.ready = text.startsWith(markWord + QStringLiteral("ready "));
    mark.moment = QDateTime::fromString(text.section(QLatin1Char(' '), 2, 2), Qt::ISODateWithMs);
    return mark;
}

Result<std::optional<RestoredCopy>> DumpProvider::find(const QString &copyName, Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<Mark> mark = markOf(copyName, deadline, cancel);
    if (!mark)
        return fail(mark.error());
    if (!mark->ours)
        return std::optional<RestoredCopy>();
    RestoredCopy copy{.id = copyName, .name = copyName, .server = databaseServer(m_setup.standby), .moment = mark->moment, .ready = mark->ready};
    if (copy.ready)
        copy.url = urlOf(copyName);
    return std::optional<RestoredCopy>(copy);
}

Result<RestoredCopy> DumpProvider::restore(const RestoreRequest &request, const RestoreProgress &progress) const
{
    const QDeadlineTimer timer(progress.deadline);
    const auto say = [&progress](const QString &line) {
        if (progress.say)
            progress.say(line);
    };
    if (!isCopyName(request.name))
        return fail(noCopyOfOurs(request.name));
    Result<Mark> mark = markOf(request.name, dumpTime(timer), progress.cancel);
    if (!mark)
        return fail(mark.error());
    if (mark->exists && !mark->ours)
        return fail(ErrorCode::InvalidInput, QStringLiteral("the standby has a database %1 that is not ours").arg(request.name), QStringLiteral("Begin a new run: it takes another name."));
    if (!mark->ready) {
        const Result<StoredObject> backup = chosen(dumpTime(timer), progress.cancel);
        if (!backup)
            return fail(backup.error());
        // One that was cut off half-way is made anew: a dump cannot be gone on with.
        if (mark->exists) {
            if (const Result<Unit> gone = command(QStringLiteral("drop database %1 with (force)").arg(quotedWord(request.name)), dumpTime(timer), progress.cancel); !gone)
                return fail(gone.error());
        }
        QDir().mkpath(m_setup.folder);
        QFile::setPermissions(m_setup.folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        // What was fetched of another backup is not gone on with.
        const QString file = fileFor(request.name) + QString::fromLatin1(QCryptographicHash::hash((backup->key + backup->tag).toUtf8(), QCryptographicHash::Sha256).toHex().left(16));
        int said = -1;
        const Result<QString> fetched = m_setup.store.fetch(*backup, file, dumpTime(timer, progress.deadline), progress.cancel, [&](qint64 bytes) {
            const int tenth = int(bytes * 10 / std::max<qint64>(1, backup->bytes));
            if (tenth != said)
                say(QStringLiteral("fetching %1: %2 of %3").arg(backup->key, bytesText(double(bytes)), bytesText(double(backup->bytes))));
            said = tenth;
        });
        if (!fetched)
            return fail(fetched.error());
        say(QStringLiteral("%1: %2").arg(backup->key, *fetched));
        QFile head(file);
        const DumpForm form = head.open(QIODevice::ReadOnly) ? dumpForm(head.read(8000)) : DumpForm::Unknown;
        head.close();
        if (const Result<Unit> made = command(QStringLiteral("create database %1 template = template0 %2").arg(quotedWord(request.name), dumpLocale(file, form, progress.cancel)), dumpTime(timer, 60s), progress.cancel); !made)
            return fail(made.error());
        const auto note = [&](const QString &words) {
            return command(QStringLiteral("comment on database %1 is %2").arg(quotedWord(request.name), quotedText(markWord + words)), dumpTime(timer), progress.cancel);
        };
        if (const Result<Unit> noted = note(QStringLiteral("restoring %1").arg(backup->key)); !noted)
            return fail(noted.error());
        say(QStringLiteral("loading it (%1) into %2").arg(dumpFormName(form), request.name));
        if (const Result<QString> loaded = loadDump(file, form, urlOf(request.name), dumpTime(timer, progress.deadline), progress.cancel); !loaded)
            return fail(loaded.error());
        if (const Result<Unit> noted = note(QStringLiteral("ready %1 %2").arg(toRfc3339(backup->modified), backup->key)); !noted)
            return fail(noted.error());
        QFile::remove(file);
    }
    const Result<std::optional<RestoredCopy>> copy = find(request.name, dumpTime(timer), progress.cancel);
    if (!copy)
        return fail(copy.error());
    return *copy ? Result<RestoredCopy>(**copy) : fail(ErrorCode::NotProved, QStringLiteral("%1 is not there after it was loaded").arg(request.name));
}

Result<Unit> DumpProvider::remove(const QString &id, Milliseconds deadline, const CancelToken &cancel) const
{
    const Result<Mark> mark = markOf(id, deadline, cancel);
    if (!mark)
        return fail(mark.error());
    if (!mark->exists)
        return Unit{};
    if (!mark->ours || !isCopyName(id))
        return fail(noCopyOfOurs(id));
    for (const QString &left : QDir(m_setup.folder).entryList({id + QStringLiteral(".*")}, QDir::Files))
        QFile::remove(m_setup.folder + QLatin1Char('/') + left);
    return command(QStringLiteral("drop database %1 with (force)").arg(quotedWord(id)), deadline, cancel);
}

Result<RestoreProvider::Kept> DumpProvider::keepSource(Milliseconds, const CancelToken &) const
{
    return Kept{.words = QStringLiteral("no expiry is set by us: see how long the old database is kept where it runs"), .before = {}};
}

Result<Unit> DumpProvider::releaseSource(const QString &, Milliseconds, const CancelToken &) const
{
    return Unit{};
}

QString DumpProvider::restoreText(const RestoreRequest &request) const
{
    return QStringLiteral("GET %1 from %2, check it, create database %3, and load it by pg_restore or psql")
        .arg(m_setup.key.isEmpty() ? QStringLiteral("the newest backup") : m_setup.key, m_setup.store.name(), request.name);
}

QString DumpProvider::restoreOn() const
{
    return databaseServer(m_setup.standby);
}

QStringList DumpProvider::byHand(const RestoreRequest &request) const
{
    return {QStringLiteral("# fetch %1 from %2").arg(m_setup.key.isEmpty() ? QStringLiteral("the newest backup") : m_setup.key, m_setup.store.name()),
            QStringLiteral("createdb -h %1 %2").arg(databaseServer(m_setup.standby).section(QLatin1Char(':'), 0, 0), request.name),
            QStringLiteral("pg_restore --exit-on-error --no-owner --no-privileges --jobs=2 -d %1 FILE").arg(request.name)};
}

} // namespace understudy
