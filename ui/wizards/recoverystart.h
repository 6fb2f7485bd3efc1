// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/runview.h"
#include "ui/wizards/startchoices.h"

#include <QScrollArea>

#include <functional>
#include <memory>
#include <optional>

class QBoxLayout;

namespace understudy::ui {

class StepOutline;

/// What a recovery is about to do, before anything is begun: why, the choices that its scenario
/// offers, and the steps with their hazards and ways back. Nothing here looks at or changes a system.
class RecoveryStart : public QScrollArea
{
    Q_OBJECT
public:
    struct Facts
    {
        QString title; ///< "Recover Redis mymaster"
        QStringList because;
        QString otherwise; ///< said when nothing recommends it
    };
    using Outline = std::function<RunView(const RunOptions &)>;

    RecoveryStart(const Facts &facts, std::unique_ptr<StartChoices> choices, Outline outline,
                  QWidget *parent = nullptr);
    RunOptions options() const { return m_choices->options(); }
    QString buttonText() const { return m_choices->buttonText(); }
    QString missing() const { return m_choices->missing(); } ///< why it cannot begin yet

signals:
    void optionsChanged();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void listSteps();
    void arrange();

    std::unique_ptr<StartChoices> m_choices;
    Outline m_outline;
    std::optional<RunOptions> m_listed; ///< what the steps were listed for
    QBoxLayout *m_columns;
    StepOutline *m_steps;
};

} // namespace understudy::ui
