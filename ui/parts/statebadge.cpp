// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/statebadge.h"

#include "ui/parts/text.h"

namespace understudy::ui {

StateBadge::StateBadge(QWidget *parent)
    : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setStyleProperty(this, "badge", toneKey(m_tone));
}

void StateBadge::setState(Tone tone, const QString &words)
{
    m_tone = tone;
    setStyleProperty(this, "badge", toneKey(tone));
    const QString sign = toneSign(tone);
    setTextIfChanged(this, sign.isEmpty() ? words : QString(sign + QLatin1Char(' ') + words));
}

} // namespace understudy::ui
