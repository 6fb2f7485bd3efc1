// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace understudy::test {

struct Ended
{
    int code = -1;
    QByteArray out;
    QByteArray err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
    /// The last line of a stream of JSON documents.
    QJsonObject lastLine() const { return QJsonDocument::fromJson(out.trimmed().split('\n').last()).object(); }
    QByteArray said() const { return out + err; }
};

inline QString program(const QString &name)
{
    return qEnvironmentVariable("UNDERSTUDY_BIN") + QLatin1Char('/') + name;
}

/// Runs one of our programs to its end; a hang fails by code -2.
inline Ended run(const QString &name, const QStringList &arguments, const QProcessEnvironment &environment, int seconds = 60)
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(program(name), arguments);
    Ended ended;
    if (!process.waitForFinished(seconds * 1000)) {
        process.kill();
        process.waitForFinished();
        ended.code = -2;
    } else {
        ended.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -3;
    }
    ended.out = process.readAllStandardOutput();
    ended.err = process.readAllStandardError();
    return ended;
}

/// A lab in a folder of its own, taken down at the end whatever happens.
class LabForTest
{
public:
    LabForTest()
        : m_folder(QStringLiteral("/tmp/understudy-test-XXXXXX"))
    {
        // The lab's databases run as an unprivileged user, who must be able to enter.
        QFile::setPermissions(m_folder.path(), QFile::Permissions(0x7755));
        environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_STATE_HOME"), m_folder.filePath(QStringLiteral("state")));
        environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_folder.filePath(QStringLiteral("config")));
        environment.insert(QStringLiteral("XDG_CACHE_HOME"), m_folder.filePath(QStringLiteral("cache")));
        environment.remove(QStringLiteral("UNDERSTUDY_PLAN"));
    }
    ~LabForTest() { lab({QStringLiteral("down")}); }

    QString dir() const { return m_folder.filePath(QStringLiteral("lab")); }
    QString file(const QString &name) const { return m_folder.filePath(name); }
    bool up(const QStringList &more = {})
    {
        const Ended ended = lab(QStringList{QStringLiteral("up"), QStringLiteral("--detach"), QStringLiteral("--json")} + more);
        plan = ended.json().value(QLatin1String("plan")).toString();
        ports = ended.json().value(QLatin1String("ports")).toObject();
        if (plan.isEmpty())
            qWarning("%s", ended.said().constData());
        return ended.code == 0 && !plan.isEmpty();
    }
    Ended lab(const QStringList &arguments) const
    {
        return run(QStringLiteral("understudy-lab"), arguments + QStringList{QStringLiteral("--dir"), dir()}, environment);
    }
    Ended ctl(const QStringList &arguments, int seconds = 90) const
    {
        return run(QStringLiteral("understudyctl"), QStringList{QStringLiteral("--plan"), plan} + arguments, environment, seconds);
    }
    QJsonObject status() const { return ctl({QStringLiteral("status"), QStringLiteral("--json")}).json(); }
    QString health(const QString &system) const
    {
        const QJsonArray systems = status().value(QLatin1String("systems")).toArray();
        for (const QJsonValue &one : systems) {
            if (one.toObject().value(QLatin1String("name")).toString() == system)
                return one.toObject().value(QLatin1String("health")).toString();
        }
        return {};
    }

    QProcessEnvironment environment;
    QString plan;
    QJsonObject ports;

private:
    QTemporaryDir m_folder;
};

} // namespace understudy::test
