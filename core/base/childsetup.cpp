// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/childsetup.h"

#include <csignal>

#include <sys/prctl.h>
#include <unistd.h>

namespace understudy::childsetup {

void standAlone()
{
    ::setsid();
    // What our program blocks or ignores is no business of its children: SIGTERM must end them.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGPIPE, SIG_DFL);
}

void standBeside(int parent)
{
    standAlone();
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    // It may have ended before the kernel was told.
    if (::getppid() != parent)
        ::_exit(1);
}

} // namespace understudy::childsetup
