// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lab/labprocess.h"

#include <QJsonObject>
#include <QTcpServer>

class QTcpSocket;

namespace understudy::lab {

/// Parent of every process of one lab. It starts, signals and restarts them as it is told through its
/// control port, keeps lab.json true, and knows nothing of what a fault means.
class Supervisor : public QObject
{
    Q_OBJECT
public:
    Supervisor(const LabFolder &folder, LabState state, QObject *parent = nullptr);

    [[nodiscard]] Result<Unit> listen();
    /// Does not start it.
    LabProcess *add(const ProcessSpec &spec);
    /// Whoever brings `token` may have these started and ended by name, and nothing else.
    void offer(const QList<ProcessSpec> &specs, const Secret &token);
    LabProcess *process(const QString &name) const;
    /// The processes' own states, as of now.
    LabState state() const;
    void save();
    /// Ends everything, by force where asking does not help, and says so in lab.json. Blocks up to 8 s.
    void endAll();

signals:
    /// Someone asked through the control port for the lab's end; the answer has been sent.
    void endAsked();

private:
    void onConnection();
    void onRequest(QTcpSocket *socket);
    QJsonObject answer(const QJsonObject &request);
    QJsonObject answerForOffer(const QJsonObject &request);
    void forgetEnded();
    QJsonObject recordFault(const QJsonObject &request);
    QJsonObject scheduleCommand(const QJsonObject &request);
    void runOwnCommand(const QStringList &arguments);
    void saveSoon();

    LabFolder m_folder;
    LabState m_state; ///< everything but the processes
    QList<LabProcess *> m_processes;
    QList<ProcessSpec> m_offers;
    Secret m_offerToken;
    QTcpServer m_server;
    QTimer m_saveSoon;
    bool m_ending = false;
};

} // namespace understudy::lab
