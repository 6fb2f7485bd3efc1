// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/plan/plan.h"

#include <mutex>

namespace understudy {

/// The nginx of a plan, as a program: where its configuration stands and how it is asked.
struct NginxProgram
{
    Host host;
    QString program, config, prefix; ///< as the plan writes them; empty: nginx's own
    bool sudo = false;

    static NginxProgram of(const Plan &plan); ///< by the plan's traffic section
    QString placeOf(const QString &path) const; ///< "app-1:/etc/nginx/…", or the path alone
    QStringList words(const QStringList &more) const; ///< the whole command
};

/// Asks nginx whether it would take `text` in the place of the site file at `path`, by copies beside the
/// main file and the site, whose names begin with a dot and which are gone afterwards. What it says is in
/// the error's cause. NotFound: nginx reads no such file. Blocks.
[[nodiscard]] Result<QString> nginxAccepts(const NginxProgram &nginx, const QString &path, const QByteArray &text,
                                           const CancelToken &cancel);
/// Remembers what nginx has accepted, so that between a click and the change nothing is tested that was tested on the
/// page before it. Something else in the configuration may have changed meanwhile: nginx tests that itself before a
/// reload, and refuses. Thread safe.
class NginxAcceptance
{
public:
    /// As nginxAccepts; at once for the same text within `lasts`.
    [[nodiscard]] Result<QString> accepts(const NginxProgram &nginx, const QString &path, const QByteArray &text,
                                          const CancelToken &cancel) const;
    /// Always asks.
    [[nodiscard]] Result<QString> ask(const NginxProgram &nginx, const QString &path, const QByteArray &text,
                                      const CancelToken &cancel) const;
    static constexpr Milliseconds lasts = std::chrono::minutes(10);

private:
    mutable std::mutex m_mutex;
    mutable QByteArray m_text;
    mutable std::chrono::steady_clock::time_point m_at{};
};

[[nodiscard]] Result<Unit> nginxReload(const NginxProgram &nginx, const CancelToken &cancel);

} // namespace understudy
