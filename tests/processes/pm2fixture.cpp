// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/processes/pm2fixture.h"

#include "core/systems/http/httpget.h"

#include <QDir>
#include <QJsonDocument>
#include <QProcess>
#include <QTest>

namespace understudy {

Pm2Fixture::Pm2Fixture()
    : m_path(qgetenv("PATH"))
{
    QDir().mkpath(home());
    qputenv("PATH", PM2_FOLDER ":" + m_path);
    qputenv("PM2_HOME", home().toUtf8());
}

Pm2Fixture::~Pm2Fixture()
{
    pm2({QStringLiteral("kill")});
    qunsetenv("PM2_HOME");
    qputenv("PATH", m_path);
}

QString Pm2Fixture::pm2(const QStringList &arguments,
                        const QMap<QString, QString> &environment) const
{
    QProcess process;
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    variables.insert(QStringLiteral("PM2_DISCRETE_MODE"), QStringLiteral("true"));
    for (auto one = environment.begin(); one != environment.end(); ++one)
        variables.insert(one.key(), one.value());
    process.setProcessEnvironment(variables);
    process.setWorkingDirectory(m_folder.path());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.start(QStringLiteral("pm2"), arguments);
    if (!process.waitForFinished(30'000))
        return QStringLiteral("pm2: ") + process.errorString();
    return process.exitCode() == 0
               ? QString()
               : QStringLiteral("pm2: ") + QString::fromUtf8(process.readAllStandardError());
}

void Pm2Fixture::deleteAll()
{
    if (m_runsApps)
        pm2({QStringLiteral("delete"), QStringLiteral("all")});
    m_runsApps = false;
}

QString Pm2Fixture::startApp(const QString &name, quint16 port,
                             const QMap<QString, QString> &environment, const QStringList &options)
{
    m_runsApps = true;
    QMap<QString, QString> variables = environment;
    variables.insert(QStringLiteral("PORT"), QString::number(port));
    const QString app = qEnvironmentVariable("UNDERSTUDY_SOURCE") +
                        QStringLiteral("/tests/processes/standinapp.js");
    const QString problem =
        pm2(QStringList{QStringLiteral("start"), app, QStringLiteral("--name"), name} + options,
            variables);
    if (!problem.isEmpty())
        return problem;
    return QTest::qWaitFor([port] { return !answerOf(port).isEmpty(); }, 10'000)
               ? QString()
               : name + QStringLiteral(" does not answer");
}

QJsonObject Pm2Fixture::answerOf(quint16 port)
{
    const Result<HttpReply> reply = httpGetBlocking(
        QUrl(urlOf(port) + QStringLiteral("/health/startup")), {}, std::chrono::seconds(1));
    return reply ? QJsonDocument::fromJson(reply->body).object() : QJsonObject();
}

} // namespace understudy
