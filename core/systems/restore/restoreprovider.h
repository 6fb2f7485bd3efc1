// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

#include <QDateTime>
#include <QStringList>

#include <functional>
#include <optional>

namespace understudy {

/// Between which moments a provider can restore, as far as it says or has been seen. UTC.
struct RestoreWindow
{
    QDateTime earliest;
    QDateTime latest;
    Milliseconds kept{0};  ///< how long history is kept; shorter than the plan's is an alarm. 0: not told
    QString earliestBy;    ///< how `earliest` is known: "history is kept for 1 d", "oldest base backup"
    QString latestBy;      ///< how `latest` is known: "the API's clock", "last commit in the WAL archive"
    bool operator==(const RestoreWindow &) const = default;
};

/// A database made from another one's past, or that other one itself.
struct RestoredCopy
{
    QString id;           ///< the provider's: "br-…", or a data folder
    QString name;         ///< ours; a lost answer is found again by it
    QString server;       ///< "host:port" of its direct address; no secret
    QDateTime moment;     ///< as the provider says it stands at; may differ from the one asked for. UTC
    QDateTime createdAt;
    bool ready = false;   ///< the provider says that it can be connected to; a claim, no proof
    Secret url;           ///< direct, role and password included; empty while not ready
    Secret pooledUrl;     ///< through the provider's pooler; empty: there is none
};

struct RestoreRequest
{
    QString name;
    QDateTime moment;                   ///< UTC; milliseconds count
    std::optional<QDateTime> expiresAt; ///< when the provider may throw it away by itself
};

/// What a restore tells while it runs, and what stops it.
struct RestoreProgress
{
    CancelToken cancel;
    Milliseconds deadline{0};                        ///< for everything
    std::function<void(const QString &)> say = {};   ///< one line for a person; no secret
};

/// Who can make a database as it was at a moment. All calls block, for a run's thread; thread safe.
/// Errors in plain words with a hint. A provider that cannot be reached or does not work is ControlPlaneDown:
/// a state of its own that leads to plan B, told apart from a refusal. LimitReached: no more branches allowed.
class RestoreProvider
{
public:
    virtual ~RestoreProvider() = default;

    virtual QString name() const = 0; ///< "Neon project shiny-wind-1", fit for a page
    /// What the application is on now, before any switch: without its addresses.
    [[nodiscard]] virtual Result<RestoredCopy> source(Milliseconds deadline, const CancelToken &cancel) const = 0;
    [[nodiscard]] virtual Result<RestoreWindow> window(Milliseconds deadline, const CancelToken &cancel) const = 0;
    /// What stands beside the source, newest first, whoever made it; without addresses.
    [[nodiscard]] virtual Result<QList<RestoredCopy>> copies(Milliseconds deadline, const CancelToken &cancel) const
    {
        Q_UNUSED(deadline);
        Q_UNUSED(cancel);
        return QList<RestoredCopy>();
    }
    /// The copy of that name, ready or not; empty when there is none.
    [[nodiscard]] virtual Result<std::optional<RestoredCopy>> find(const QString &copyName, Milliseconds deadline,
                                                                   const CancelToken &cancel) const = 0;
    /// Makes it and waits until the provider says that it is ready. A copy of that name that exists is gone
    /// on with, never made twice: also when the answer to its creation was lost, or the console died.
    /// One that failed half-way is said as such and left for `remove`.
    [[nodiscard]] virtual Result<RestoredCopy> restore(const RestoreRequest &request, const RestoreProgress &progress) const = 0;
    /// One that is not there is a success. Refuses (InvalidInput) the source.
    [[nodiscard]] virtual Result<Unit> remove(const QString &id, Milliseconds deadline, const CancelToken &cancel) const = 0;
    /// The source does not expire until `releaseSource`. Returns what was done, in words; "no expiry is set"
    /// when nothing had to be. `before` is what stood there, to be put back.
    struct Kept
    {
        QString words;
        QString before;
    };
    [[nodiscard]] virtual Result<Kept> keepSource(Milliseconds deadline, const CancelToken &cancel) const = 0;
    [[nodiscard]] virtual Result<Unit> releaseSource(const QString &before, Milliseconds deadline, const CancelToken &cancel) const = 0;

    /// The exact request or command that `restore` sends, for the preview: no secret.
    virtual QString restoreText(const RestoreRequest &request) const = 0;
    /// What a copy of this provider lacks that a database in production needs; for the preview.
    virtual QStringList willNot() const { return {}; }
    virtual QString restoreOn() const = 0; ///< "https://console.neon.tech"
    /// The same by hand, should the console die.
    virtual QStringList byHand(const RestoreRequest &request) const = 0;
};

} // namespace understudy
