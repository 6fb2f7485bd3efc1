// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labstate.h"
#include "app/lab/processtable.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace understudy::lab {

struct LabAnswer
{
    int code = -1;
    QByteArray out;
    QByteArray err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

/// The real program on a folder of its own, taken down at the end whatever happens.
class RehearsalLab
{
public:
    RehearsalLab() : m_base(QStringLiteral("/tmp/understudy-lab-XXXXXX"))
    {
        // A temporary folder is closed to everyone else, the lab's unprivileged user among them.
        QFile::setPermissions(m_base.path(), QFile::Permissions(0x7755));
    }
    ~RehearsalLab() { call({QStringLiteral("down")}); }

    QString base() const { return m_base.path(); }
    QString dir() const { return m_base.filePath(QStringLiteral("lab")); }
    LabFolder folder() const { return LabFolder(dir()); }
    LabState state() const { return LabState::read(folder()).value_or(LabState{}); }

    LabAnswer call(const QStringList &arguments) const { return callWith(arguments, dir()); }
    static LabAnswer callWith(const QStringList &arguments, const QString &dir)
    {
        QProcess process;
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(qEnvironmentVariable("UNDERSTUDY_BIN") + QStringLiteral("/understudy-lab"),
                      arguments + QStringList{QStringLiteral("--dir"), dir});
        if (!process.waitForFinished(90'000)) {
            process.kill();
            process.waitForFinished();
            return {-2, process.readAllStandardOutput(), "did not end"};
        }
        return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
    }
    LabAnswer up(const QStringList &more = {}) const
    {
        return call(QStringList{QStringLiteral("up"), QStringLiteral("--detach"), QStringLiteral("--json"), QStringLiteral("--warm-up"), QStringLiteral("500ms")} + more);
    }

private:
    QTemporaryDir m_base;
};

} // namespace understudy::lab
