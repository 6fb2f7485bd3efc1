// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/interrupt.h"

#include <csignal>
#include <thread>

#include <pthread.h>

namespace understudy::ctl {

CancelToken cancelOnInterrupt()
{
    const CancelToken token;
    // Waited for by a thread of its own: a handler could not safely touch anything.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([token, signals] {
        int caught = 0;
        sigwait(&signals, &caught);
        token.cancel();
        sigwait(&signals, &caught);
        std::_Exit(128 + caught);
    }).detach();
    return token;
}

} // namespace understudy::ctl
