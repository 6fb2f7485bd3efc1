// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/plane/planerecords.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"

#include <QJsonObject>
#include <QUrlQuery>

namespace understudy::lab {

struct PlaneCall
{
    QByteArray method;
    QString path; ///< without the query
    QUrlQuery query = {};
    QByteArray authorization = {}, requestId = {}, body = {};
};

struct PlaneAnswer
{
    int status = 200;
    QByteArray body = {};
};

/// The rules of Neon's API v2 over one project whose root branch is the lab's database: who may ask for
/// what, what conflicts, what is not possible, and the shapes of the answers. It does no work itself: it
/// hands out what is to be done as tasks, one at a time, and is told how each ended. What it knows
/// outlives a kill: it is kept in a file, and a task that was under way is handed out again.
class PlaneBook
{
public:
    struct Settings
    {
        QString file; ///< empty: kept in memory only
        Secret key, databasePassword;
        quint16 rootPort = 0;
        QList<quint16> branchPorts;
        Moment since = 0; ///< end of the base backup: nothing earlier can be restored
    };
    explicit PlaneBook(const Settings &settings);

    PlaneAnswer answer(const PlaneCall &call);
    static PlaneAnswer refusal(int status, const QString &message, const QByteArray &requestId = {}, const QString &code = {});
    /// Whether a call changes something: those that a lock refuses.
    static bool isChange(const PlaneCall &call) { return call.method != "GET"; }
    static QString lockedMessage();

    /// The operation that begins now, if none is under way; to be called until it is empty.
    std::optional<BranchTask> takeTask();
    void endTask(const Result<Unit> &outcome);
    /// Schedules the deletion of branches whose time is over.
    void expire();
    /// From now on a new branch comes up so much earlier than asked, while claiming the asked time.
    void setWrongBy(Moment microseconds) { m_wrongBy = microseconds; }

    static QString projectId() { return QStringLiteral("understudy-lab"); }
    static QString rootId() { return QStringLiteral("br-understudy-lab-main"); }
    static constexpr int branchLimit = 10; ///< the root counts
    static constexpr qint64 historySeconds = 604'800;

private:
    PlaneAnswer inProject(const PlaneCall &call, const QStringList &rest);
    PlaneAnswer onBranch(const PlaneCall &call, const QStringList &rest);
    PlaneAnswer listBranches(const PlaneCall &call) const;
    PlaneAnswer listOperations(const PlaneCall &call) const;
    PlaneAnswer oneOperation(const PlaneCall &call, const QString &id) const;
    PlaneAnswer listEndpoints(const PlaneCall &call, const QString &only, const QString &ofBranch = {}) const;
    PlaneAnswer connectionUri(const PlaneCall &call) const;
    PlaneAnswer createBranch(const PlaneCall &call);
    PlaneAnswer changeBranch(const PlaneCall &call, PlaneBranch &branch);
    PlaneAnswer deleteBranch(const PlaneCall &call, PlaneBranch &branch);
    PlaneAnswer makeDefault(PlaneBranch &branch);
    PlaneAnswer restoreBranch(const PlaneCall &call, const PlaneBranch &branch) const;

    /// What speaks against a branch of `parent` at that moment; empty: nothing.
    QString outsideWindow(const PlaneBranch &parent, Moment moment) const;
    int freeSlot() const;
    QString freeName(const QString &wanted) const;
    QString uriOf(const PlaneBranch &branch) const;
    QJsonObject branchAndOperations(const PlaneBranch &branch, const QStringList &operations) const;
    QString schedule(const PlaneBranch &branch, const QString &action);
    QStringList scheduleDeletion(PlaneBranch &branch);
    bool isBusy() const;
    void begin();
    void settle(const PlaneOperation &operation);
    Moment stamp();
    PlaneBranch *find(const QString &id);
    const PlaneBranch *find(const QString &id) const { return const_cast<PlaneBook *>(this)->find(id); }
    const PlaneBranch *defaultBranch() const;
    bool isTooMuch();
    void load();
    void save() const;

    const Settings m_settings;
    SystemClock m_clock;
    QList<PlaneBranch> m_branches;
    QList<PlaneOperation> m_operations; ///< oldest first
    QString m_running;                  ///< id of the operation that is under way
    bool m_isHandedOut = false;
    Moment m_lastStamp = 0;
    Moment m_wrongBy = 0;
    QList<Milliseconds> m_calls; ///< of the last minute
};

} // namespace understudy::lab
