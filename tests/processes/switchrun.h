// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/scenarios/databaseswitch.h"

#include <QFile>
#include <QTemporaryDir>

namespace understudy {

/// Env files in a folder, a copy to switch to, and the facts that the steps leave; functions of a
/// step are called as a run would call them.
class SwitchRun
{
public:
    SwitchRun(const Secret &oldUrl, const Secret &newUrl)
        : m_old(oldUrl)
    {
        database->plan.application = ApplicationPlan{};
        database->copy = [newUrl, this](StepContext &) -> Result<RestoredCopy> {
            if (!restored)
                return fail(ErrorCode::NotFound, QStringLiteral("nothing is restored yet"));
            return RestoredCopy{.name = QStringLiteral("copy"), .ready = true, .url = newUrl};
        };
    }

    std::shared_ptr<DatabaseSwitch> database = std::make_shared<DatabaseSwitch>();
    QJsonObject facts;
    QStringList said;
    CancelToken cancel;
    bool restored = true;
    int notesLeft = -1; ///< so many are journaled, then the console is as good as dead; -1: all

    QString file(const QString &name) const { return m_folder.filePath(name); }
    QByteArray textOf(const QString &name) const
    {
        QFile in(file(name));
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray("(unreadable)");
    }
    bool writeText(const QString &name, const QByteArray &text) const
    {
        QFile out(file(name));
        return out.open(QIODevice::WriteOnly | QIODevice::Truncate) &&
               out.write(text) == text.size();
    }
    /// One of the plan's env files, with the old address in it.
    bool addFile(const QString &name, const Host &host = {})
    {
        if (!host.isLocal())
            database->plan.hosts = {host};
        database->plan.application->envFiles.append(
            {host.name, file(name), {QStringLiteral("DATABASE_URL")}});
        return writeText(name, "# " + name.toUtf8() + "\nDATABASE_URL=\"" + m_old.reveal() +
                                   "?schema=shop\"\nA=1\n");
    }

    template<typename T>
    Result<T> call(const Step &step, const std::function<Result<T>(StepContext &)> &function)
    {
        StepContext context{.facts = facts,
                            .clock = m_clock,
                            .cancel = cancel,
                            .say = [this](const QString &line) { said.append(line); },
                            .note = [this, id = step.id](const QJsonObject &more) -> Result<Unit> {
                                if (notesLeft == 0)
                                    return fail(ErrorCode::JournalUnwritable,
                                                QStringLiteral("killed"));
                                notesLeft -= notesLeft > 0 ? 1 : 0;
                                QJsonObject own = facts[id].toObject();
                                for (auto one = more.begin(); one != more.end(); ++one)
                                    own.insert(one.key(), *one);
                                facts.insert(id, own);
                                return Unit{};
                            }};
        return function(context);
    }
    Result<QString> act(const Step &step) { return call<QString>(step, step.act); }
    Result<QString> verify(const Step &step) { return call<QString>(step, step.verify); }
    Result<QString> undo(const Step &step) { return call<QString>(step, step.undo); }
    Observation::Sight sightOf(const Step &step)
    {
        const Result<Observation> seen = call<Observation>(step, step.observe);
        return seen ? seen->sight : Observation::Sight::Unknown;
    }

private:
    Secret m_old;
    QTemporaryDir m_folder;
    SystemClock m_clock;
};

} // namespace understudy
