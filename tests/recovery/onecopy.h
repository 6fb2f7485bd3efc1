// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/restore/restoreprovider.h"

namespace understudy::test {

/// Has one copy, on a real server; says what it is told to.
class OneCopy : public RestoreProvider
{
public:
    RestoredCopy copy, from;
    RestoreWindow kept;
    std::optional<Error> down;
    mutable bool isThere = true;
    QString name() const override { return QStringLiteral("a provider"); }
    Result<RestoredCopy> source(Milliseconds, const CancelToken &) const override { return from; }
    Result<RestoreWindow> window(Milliseconds, const CancelToken &) const override { return kept; }
    Result<std::optional<RestoredCopy>> find(const QString &, Milliseconds, const CancelToken &) const override
    {
        if (down)
            return fail(*down);
        return isThere ? std::optional<RestoredCopy>(copy) : std::nullopt;
    }
    Result<RestoredCopy> restore(const RestoreRequest &, const RestoreProgress &) const override { return copy; }
    Result<Unit> remove(const QString &, Milliseconds, const CancelToken &) const override
    {
        isThere = false;
        return Unit{};
    }
    Result<Kept> keepSource(Milliseconds, const CancelToken &) const override { return Kept{}; }
    Result<Unit> releaseSource(const QString &, Milliseconds, const CancelToken &) const override { return Unit{}; }
    QString restoreText(const RestoreRequest &) const override { return {}; }
    QString restoreOn() const override { return {}; }
    QStringList byHand(const RestoreRequest &) const override { return {}; }
};

} // namespace understudy::test
