// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/program.h"

#include <QObject>
#include <QProcess>

namespace understudy {

/// A program that runs beside ours until it ends or is stopped. For a thread with an event loop,
/// which is not blocked but by stop(); when that thread ends, however it ends, the kernel ends the
/// program.
class ChildProgram : public QObject
{
    Q_OBJECT
public:
    explicit ChildProgram(QObject *parent = nullptr);
    ~ChildProgram() override;

    /// Program, arguments, folder and environment count; it reads nothing and its output is
    /// dropped. Nothing happens while it runs already.
    void start(const ProgramCall &call);
    /// SIGTERM, 2 s later SIGKILL; waits for the end. No signal after it.
    void stop();
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }

    /// The last 8,000 bytes that it wrote to standard error since it was started. May hold secrets:
    /// redact before showing.
    const QByteArray &words() const { return m_words; }
    void forgetWords() { m_words.clear(); }

signals:
    /// A piece of what it writes to standard error, as it arrives.
    void said(const QByteArray &piece);
    /// Once for each start(); -1: it could not be started, and words() say why.
    void ended(int exitCode);

private:
    void hear();

    QProcess m_process; ///< moves to another thread with this
    QByteArray m_words;
};

} // namespace understudy
