// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/labsession.h"

#include "core/base/log.h"
#include "core/base/program.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>

namespace understudy {

namespace {

struct StartedLab
{
    QString plan;
    bool startedHere = false;
};

QString labProgram()
{
    const QString beside =
        QCoreApplication::applicationDirPath() + QStringLiteral("/understudy-lab");
    return QFileInfo::exists(beside)
               ? beside
               : QStandardPaths::findExecutable(QStringLiteral("understudy-lab"));
}

QJsonObject lastObject(const QByteArray &output)
{
    const QList<QByteArray> lines = output.trimmed().split('\n');
    const QJsonObject last = QJsonDocument::fromJson(lines.last()).object();
    return last.isEmpty() ? QJsonDocument::fromJson(output).object() : last;
}

Result<StartedLab> bringUp(const CancelToken &cancel)
{
    const QString program = labProgram();
    if (program.isEmpty())
        return fail(ErrorCode::ProgramMissing, QStringLiteral("understudy-lab was not found"),
                    QStringLiteral("It belongs beside this program; install or build it."));
    const Result<ProgramOutput> status = runProgram(
        {.program = program, .arguments = {QStringLiteral("status"), QStringLiteral("--json")}},
        cancel);
    if (!status)
        return fail(status.error());
    const QJsonObject running = lastObject(status->standardOutput);
    if (running[QStringLiteral("running")].toBool())
        return StartedLab{.plan = running[QStringLiteral("plan")].toString(), .startedHere = false};
    const Result<ProgramOutput> up = runProgram(
        {.program = program,
         .arguments = {QStringLiteral("up"), QStringLiteral("--json"), QStringLiteral("--detach")},
         .deadline = std::chrono::seconds(60)},
        cancel);
    if (!up)
        return fail(up.error());
    const QString plan = lastObject(up->standardOutput)[QStringLiteral("plan")].toString();
    if (up->exitCode != 0 || plan.isEmpty())
        return fail(ErrorCode::LabFailed, QStringLiteral("the lab did not start"),
                    QStringLiteral("Run understudy-lab up in a terminal to see why."),
                    QString::fromUtf8(up->standardError).trimmed().right(600));
    return StartedLab{.plan = plan, .startedHere = true};
}

} // namespace

LabSession::LabSession(QObject *parent)
    : QObject(parent)
{}

LabSession::~LabSession()
{
    m_cancel.cancel();
    if (m_worker.joinable())
        m_worker.join();
}

void LabSession::start()
{
    m_worker = std::thread([this] {
        const Result<StartedLab> lab = bringUp(m_cancel);
        QMetaObject::invokeMethod(
            this,
            [this, lab] {
                if (!lab) {
                    emit failed(lab.error());
                    return;
                }
                m_startedHere = lab->startedHere;
                emit ready(lab->plan);
            },
            Qt::QueuedConnection);
    });
}

void LabSession::stop()
{
    if (m_worker.joinable())
        m_worker.join();
    if (!m_startedHere)
        return;
    m_startedHere = false;
    const Result<ProgramOutput> down = runProgram({.program = labProgram(),
                                                   .arguments = {QStringLiteral("down")},
                                                   .deadline = std::chrono::seconds(60)});
    if (!down || down->exitCode != 0)
        log::error("console",
                   QStringLiteral("the lab did not stop: %1")
                       .arg(down ? QString::fromUtf8(down->standardError) : down.error().text()));
}

} // namespace understudy
