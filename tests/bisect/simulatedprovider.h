// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/restore/restoreprovider.h"

#include <QDir>
#include <QFile>

#include <functional>

namespace understudy {

/// A provider whose copies are files of a folder, so that they outlive the program, and all lead to one
/// PostgreSQL, which is told the copy's moment (current_setting('bisect.moment'), ms). It can be made to fail.
class SimulatedProvider : public RestoreProvider
{
public:
    struct Trouble
    {
        QString call; ///< "restore", "find", "remove"
        int from = 1; ///< the first of those calls that it meets
        int times = 1;
        Error error;
        bool carriesOut = false; ///< it is done all the same: the answer is lost
    };

    SimulatedProvider(QString folder, RestoreWindow window, std::function<Secret(const QDateTime &)> address)
        : m_folder(std::move(folder)), m_window(std::move(window)), m_address(std::move(address))
    {
    }

    std::vector<Trouble> troubles;
    std::function<void(int, const RestoreRequest &)> beforeMaking; ///< with the number of the call, from 1
    std::function<void(int)> afterMaking;
    std::function<void(int)> afterRemoving;
    qint64 wrongByMs = 0;
    mutable QStringList made; ///< names, in order
    mutable std::optional<QDateTime> lastExpiry;
    QStringList copies() const { return QDir(m_folder).entryList(QDir::Files); }

    QString name() const override { return QStringLiteral("simulated provider"); }
    Result<RestoredCopy> source(Milliseconds, const CancelToken &) const override { return RestoredCopy{}; }
    Result<RestoreWindow> window(Milliseconds, const CancelToken &) const override { return m_window; }
    Result<std::optional<RestoredCopy>> find(const QString &copyName, Milliseconds, const CancelToken &cancel) const override
    {
        ++m_finds;
        if (const Trouble *met = trouble(QStringLiteral("find"), m_finds))
            return fail(met->error);
        if (cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        if (!QFile::exists(path(copyName)))
            return std::optional<RestoredCopy>();
        return std::optional<RestoredCopy>(RestoredCopy{.id = copyName, .name = copyName});
    }
    Result<RestoredCopy> restore(const RestoreRequest &request, const RestoreProgress &progress) const override
    {
        ++m_restores;
        if (beforeMaking)
            beforeMaking(m_restores, request);
        if (progress.cancel.isCancelled())
            return fail(ErrorCode::Cancelled, QStringLiteral("cancelled"));
        const Trouble *met = trouble(QStringLiteral("restore"), m_restores);
        if (met && !met->carriesOut)
            return fail(met->error);
        QFile file(path(request.name));
        if (!file.open(QIODevice::WriteOnly))
            return fail(ErrorCode::FileUnwritable, file.fileName());
        made.append(request.name);
        lastExpiry = request.expiresAt;
        if (afterMaking)
            afterMaking(m_restores);
        if (met)
            return fail(met->error);
        return RestoredCopy{.id = request.name, .name = request.name, .server = QStringLiteral("127.0.0.1"), .moment = request.moment.addMSecs(wrongByMs),
                            .createdAt = {}, .ready = true, .url = m_address(request.moment)};
    }
    Result<Unit> remove(const QString &id, Milliseconds, const CancelToken &) const override
    {
        ++m_removals;
        if (const Trouble *met = trouble(QStringLiteral("remove"), m_removals))
            return fail(met->error);
        QFile::remove(path(id));
        if (afterRemoving)
            afterRemoving(m_removals);
        return Unit{};
    }
    Result<Kept> keepSource(Milliseconds, const CancelToken &) const override { return Kept{}; }
    Result<Unit> releaseSource(const QString &, Milliseconds, const CancelToken &) const override { return Unit{}; }
    QString restoreText(const RestoreRequest &request) const override { return QStringLiteral("make ") + request.name; }
    QString restoreOn() const override { return QStringLiteral("nowhere"); }
    QStringList byHand(const RestoreRequest &) const override { return {}; }

private:
    QString path(const QString &copyName) const { return m_folder + QLatin1Char('/') + copyName; }
    const Trouble *trouble(const QString &call, int number) const
    {
        for (const Trouble &one : troubles) {
            if (one.call == call && number >= one.from && number < one.from + one.times)
                return &one;
        }
        return nullptr;
    }

    const QString m_folder;
    const RestoreWindow m_window;
    const std::function<Secret(const QDateTime &)> m_address;
    mutable int m_restores = 0, m_finds = 0, m_removals = 0;
};

} // namespace understudy
