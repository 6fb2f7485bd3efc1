// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <QObject>

#include <thread>

namespace understudy {

/// The lab that the console runs on: a running one is joined, else one is started by the lab's own
/// program, which stands beside this one. The console treats it as any other platform; only
/// starting and stopping go through here.
class LabSession : public QObject
{
    Q_OBJECT
public:
    explicit LabSession(QObject *parent = nullptr);
    ~LabSession() override;
    void start(); ///< answers by exactly one of `ready` and `failed`
    bool startedHere() const { return m_startedHere; }
    /// Stops a lab that was started here; blocks until it is down.
    void stop();

signals:
    void ready(const QString &plan);
    void failed(const understudy::Error &error);

private:
    std::thread m_worker;
    CancelToken m_cancel;
    bool m_startedHere = false;
};

} // namespace understudy
