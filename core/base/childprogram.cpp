// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/childprogram.h"

#include "core/base/childsetup.h"

#include <unistd.h>

namespace understudy {
namespace {

constexpr qsizetype keptWords = 8000;

} // namespace

ChildProgram::ChildProgram(QObject *parent)
    : QObject(parent)
    , m_process(this)
{
    connect(&m_process, &QProcess::readyReadStandardError, this, &ChildProgram::hear);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        m_words = m_process.errorString().toUtf8();
        emit ended(-1);
    });
    connect(&m_process, &QProcess::finished, this,
            [this](int exitCode, QProcess::ExitStatus status) {
                hear();
                emit ended(status == QProcess::NormalExit ? exitCode : 128);
            });
}

ChildProgram::~ChildProgram()
{
    stop();
}

void ChildProgram::start(const ProgramCall &call)
{
    if (isRunning())
        return;
    m_words.clear();
    m_process.setProgram(call.program);
    m_process.setArguments(call.arguments);
    m_process.setProcessEnvironment(call.environment);
    if (!call.folder.isEmpty())
        m_process.setWorkingDirectory(call.folder);
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setStandardOutputFile(QProcess::nullDevice());
    m_process.setChildProcessModifier([parent = ::getpid()] { childsetup::standBeside(parent); });
    m_process.start();
}

void ChildProgram::stop()
{
    if (!isRunning())
        return;
    const QSignalBlocker silent(this);
    m_process.terminate();
    if (m_process.waitForFinished(2000))
        return;
    m_process.kill();
    m_process.waitForFinished(2000);
}

void ChildProgram::hear()
{
    const QByteArray piece = m_process.readAllStandardError();
    if (piece.isEmpty())
        return;
    m_words += piece;
    m_words = m_words.right(keptWords);
    emit said(piece);
}

} // namespace understudy
