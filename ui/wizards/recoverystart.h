// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/health/redistopology.h"
#include "core/recovery/recipe.h"
#include "core/recovery/runview.h"

#include <QScrollArea>

#include <functional>
#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;

namespace understudy::ui {

class RowGrid;

/// What a recovery is about to do, before anything is begun: why, the steps with their hazards and
/// ways back, and the choices there are. Nothing here looks at or changes a system.
class RecoveryStart : public QScrollArea
{
    Q_OBJECT
public:
    struct Facts
    {
        QString title; ///< "Recover Redis mymaster"
        QStringList because;
        std::optional<RedisTopology> redis;
        bool hasBackends = false; ///< the plan names processes to restart
        bool restartNeeded = false; ///< job queues are seen dead: the restart is ticked beforehand
    };
    using Outline = std::function<RunView(const RunOptions &)>;

    RecoveryStart(const Facts &facts, Outline outline, QWidget *parent = nullptr);
    RunOptions options() const;
    QString buttonText() const;

signals:
    void optionsChanged();

private:
    void addChoices(const Facts &facts);
    void listSteps();
    void changed();

    Outline m_outline;
    QString m_target;
    RowGrid *m_rows;
    QWidget *m_steps = nullptr;
    QCheckBox *m_planned = nullptr;
    QCheckBox *m_restart = nullptr;
    QComboBox *m_promote = nullptr;
};

} // namespace understudy::ui
