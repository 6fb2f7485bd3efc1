// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/tone.h"

#include <QLabel>

namespace understudy::ui {

/// A sign and a word: quiet for healthy and unknown, filled for warning and critical.
class StateBadge : public QLabel
{
    Q_OBJECT
public:
    explicit StateBadge(QWidget *parent = nullptr);
    void setState(Tone tone, const QString &words);
    void setHealth(Health health) { setState(toneOf(health), healthWord(health)); }
    Tone tone() const { return m_tone; }

private:
    Tone m_tone = Tone::Plain;
};

} // namespace understudy::ui
