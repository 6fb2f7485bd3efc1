// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QProcessEnvironment>
#include <QTemporaryDir>

namespace understudy {

/// A real PM2 with a daemon of its own, in a folder that goes with it, and on this program's PATH
/// while it lives. Runs the stand-in application. Its daemon is ended by the destructor.
class Pm2Fixture
{
public:
    Pm2Fixture();
    ~Pm2Fixture();

    /// Starts the stand-in as `name` on `port` with this environment; `options` are `pm2 start`'s.
    /// Empty: it runs.
    QString startApp(const QString &name, quint16 port, const QMap<QString, QString> &environment,
                     const QStringList &options = {});
    /// Ends all that it runs; costs nothing when there is nothing.
    void deleteAll();
    /// Any other command, its standard error when it fails.
    QString pm2(const QStringList &arguments, const QMap<QString, QString> &environment = {}) const;
    QString file(const QString &name) const { return m_folder.filePath(name); }
    QString home() const { return file(QStringLiteral("pm2")); }

    /// What the stand-in on `port` says about itself; empty: no answer.
    static QJsonObject answerOf(quint16 port);
    static QString urlOf(quint16 port) { return QStringLiteral("http://127.0.0.1:%1").arg(port); }

private:
    QTemporaryDir m_folder;
    QByteArray m_path;
    bool m_runsApps = false;
};

} // namespace understudy
