// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/interrupt.h"

#include <csignal>
#include <thread>

#include <pthread.h>

namespace understudy::ctl {

namespace {

CancelToken waitForInterrupt()
{
    const CancelToken token;
    // Waited for by a thread of its own: a handler could not safely touch anything.
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGINT);
    sigaddset(&awaited, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
    std::thread([token, awaited] {
        int caught = 0;
        sigwait(&awaited, &caught);
        token.cancel();
        sigwait(&awaited, &caught);
        std::_Exit(128 + caught);
    }).detach();
    return token;
}

} // namespace

CancelToken cancelOnInterrupt()
{
    // One for all who ask: of two who wait for a signal only one would get it.
    static const CancelToken token = waitForInterrupt();
    return token;
}

} // namespace understudy::ctl
