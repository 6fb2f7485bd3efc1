// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/secrets/livesecretresolver.h"

#include "core/base/log.h"
#include "core/base/program.h"
#include "core/base/redact.h"
#include "core/systems/secrets/envvariables.h"
#include "core/systems/shell/sshcommand.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QMutexLocker>

namespace understudy {
namespace {

using namespace std::chrono_literals;

constexpr qint64 mostSecretBytes = 65'536;
constexpr Milliseconds secretDeadline = 10s;

/// The remote side's shell sees one word, whatever the path holds; a leading ~/ stays for it to expand.
QString pathForShell(const QString &path)
{
    const bool home = path.startsWith(QStringLiteral("~/"));
    QString rest = home ? path.mid(2) : path;
    rest.replace(QLatin1Char('\''), QStringLiteral("'\\''"));
    return (home ? QStringLiteral("~/'") : QStringLiteral("'")) + rest + QLatin1Char('\'');
}

tl::unexpected<Error> secretTooLarge()
{
    return fail(ErrorCode::TooLarge, QStringLiteral("it has more than 64 KB"),
                QStringLiteral("Name the file that holds the secret."));
}

} // namespace

std::unique_ptr<SecretResolver> SecretResolver::forPlan(const Plan &plan)
{
    return std::make_unique<LiveSecretResolver>(plan);
}

LiveSecretResolver::LiveSecretResolver(const Plan &plan)
    : m_folder(plan.path.isEmpty() ? QString() : QFileInfo(plan.path).absolutePath())
{
    for (const Host &host : plan.hosts)
        m_hosts.insert(host.name, host);
}

void LiveSecretResolver::provide(const SecretReference &reference, const Secret &secret)
{
    const QMutexLocker lock(&m_mutex);
    m_provided.insert(reference.describe(), secret);
}

Result<Secret> LiveSecretResolver::resolve(const SecretReference &reference) const
{
    {
        const QMutexLocker lock(&m_mutex);
        const auto typed = m_provided.constFind(reference.describe());
        if (typed != m_provided.constEnd())
            return *typed;
    }
    Result<Secret> found = find(reference);
    if (found)
        return found;
    const Error &error = found.error();
    QString cause = error.message;
    if (!error.cause.isEmpty())
        cause += QStringLiteral(": ") + error.cause;
    return fail(ErrorCode::SecretMissing, QStringLiteral("secret is missing: %1").arg(reference.describe()),
                error.hint, cause);
}

Result<Secret> LiveSecretResolver::find(const SecretReference &reference) const
{
    switch (reference.kind) {
    case SecretReference::Kind::None: return Secret();
    case SecretReference::Kind::Plain: return Secret(reference.name.toUtf8());
    case SecretReference::Kind::Environment: return fromEnvironment(reference);
    case SecretReference::Kind::File: return fromFile(reference);
    case SecretReference::Kind::EnvironmentFile: return fromEnvFile(reference);
    case SecretReference::Kind::Keychain: return fromKeychain(reference);
    }
    return Secret();
}

Result<Secret> LiveSecretResolver::fromEnvironment(const SecretReference &reference) const
{
    const QByteArray value = qgetenv(reference.name.toUtf8().constData());
    if (value.isEmpty())
        return fail(ErrorCode::NotFound,
                    qEnvironmentVariableIsSet(reference.name.toUtf8().constData()) ? QStringLiteral("it is empty")
                                                                                   : QStringLiteral("it is not set"),
                    QStringLiteral("Set %1 before the program starts.").arg(reference.name));
    return Secret(value);
}

Result<Secret> LiveSecretResolver::fromFile(const SecretReference &reference) const
{
    Result<QByteArray> text = readLocal(reference.name);
    if (!text)
        return fail(text.error());
    if (text->endsWith('\n'))
        text->chop(text->endsWith("\r\n") ? 2 : 1);
    return Secret(*text);
}

Result<Secret> LiveSecretResolver::fromEnvFile(const SecretReference &reference) const
{
    const auto host = m_hosts.constFind(reference.host);
    if (!reference.host.isEmpty() && host == m_hosts.constEnd())
        return fail(ErrorCode::NotFound, QStringLiteral("the plan names no host %1").arg(reference.host),
                    QStringLiteral("Add it under 'hosts:'."));
    const bool here = reference.host.isEmpty() || host->isLocal();
    const Result<QByteArray> text = here ? readLocal(reference.name) : readRemote(*host, reference.name);
    if (!text)
        return fail(text.error());
    const EnvVariables file = EnvVariables::read(*text);
    for (const QString &note : file.notes())
        log::warning("secrets", reference.name + QStringLiteral(": ") + note);
    return file.value(reference.key);
}

Result<Secret> LiveSecretResolver::fromKeychain(const SecretReference &reference) const
{
    const qsizetype slash = reference.name.indexOf(QLatin1Char('/'));
    KeychainReader *keychain = nullptr;
    {
        const QMutexLocker lock(&m_mutex);
        if (!m_keychain)
            m_keychain = std::make_unique<KeychainReader>();
        keychain = m_keychain.get();
    }
    return keychain->read(reference.name.left(slash), reference.name.mid(slash + 1), secretDeadline);
}

QString LiveSecretResolver::absolute(const QString &path) const
{
    if (path.startsWith(QStringLiteral("~/")))
        return QDir::homePath() + path.mid(1);
    return QDir::isAbsolutePath(path) || m_folder.isEmpty() ? path : QDir(m_folder).filePath(path);
}

Result<QByteArray> LiveSecretResolver::readLocal(const QString &path) const
{
    const QString place = absolute(path);
    const QFileInfo info(place);
    if (!info.exists())
        return fail(ErrorCode::NotFound, QStringLiteral("there is no such file"),
                    QStringLiteral("Create it, or correct the path in the plan."));
    // Reading from a pipe or a device may never end.
    if (!info.isFile())
        return fail(ErrorCode::FileUnreadable, QStringLiteral("it is not a regular file"),
                    QStringLiteral("Name a file in the plan."));
    QFile file(place);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::FileUnreadable, QStringLiteral("it cannot be read"),
                    QStringLiteral("Give this user the right to read it."), file.errorString());
    const QByteArray text = file.read(mostSecretBytes + 1);
    if (text.size() > mostSecretBytes)
        return secretTooLarge();
    return text;
}

Result<QByteArray> LiveSecretResolver::readRemote(const Host &host, const QString &path) const
{
    ProgramCall call;
    call.program = QStringLiteral("ssh");
    call.arguments = sshRunArguments(host) + QStringList{QStringLiteral("cat"), QStringLiteral("--"), pathForShell(path)};
    call.deadline = secretDeadline;
    call.outputLimit = mostSecretBytes + 1;
    const Result<ProgramOutput> output = runProgram(call);
    const QString hint = QStringLiteral("Check that '%1' works without a question, and that its user may read the file.")
                             .arg(sshByHand(host));
    if (!output)
        return fail(output.error().code, output.error().message, hint, output.error().cause);
    if (output->exitCode != 0)
        return fail(ErrorCode::FileUnreadable, QStringLiteral("ssh ended with %1").arg(output->exitCode), hint,
                    redacted(QString::fromUtf8(output->standardError.left(500)).simplified()));
    if (output->standardOutput.size() > mostSecretBytes)
        return secretTooLarge();
    return output->standardOutput;
}

} // namespace understudy
