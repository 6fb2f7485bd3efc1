// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/modeband.h"

#include "ui/parts/elidedlabel.h"
#include "ui/parts/text.h"

#include <QHBoxLayout>
#include <QPainter>

namespace understudy::ui {

QString modeWord(Mode mode)
{
    switch (mode) {
    case Mode::Production:
        return ModeBand::tr("PRODUCTION");
    case Mode::Staging:
        return ModeBand::tr("STAGING");
    case Mode::Lab:
        return ModeBand::tr("LAB");
    case Mode::Tabletop:
        return ModeBand::tr("TABLETOP");
    case Mode::Replay:
        return ModeBand::tr("REPLAY");
    }
    return {};
}

QString modeSign(Mode mode)
{
    switch (mode) {
    case Mode::Production:
        return QStringLiteral("■");
    case Mode::Staging:
        return QStringLiteral("□");
    case Mode::Lab:
        return QStringLiteral("◆");
    case Mode::Tabletop:
        return QStringLiteral("◇");
    case Mode::Replay:
        return QStringLiteral("▷");
    }
    return {};
}

QColor ModeBand::ground(Mode mode)
{
    switch (mode) {
    case Mode::Production:
        return QColor(0x0b, 0x0c, 0x0e);
    case Mode::Staging:
        return QColor(0x33, 0x43, 0x58);
    case Mode::Lab:
        return QColor(0x12, 0x48, 0x4d);
    case Mode::Tabletop:
        return QColor(0x43, 0x2b, 0x66);
    case Mode::Replay:
        return QColor(0x4d, 0x36, 0x20);
    }
    return {};
}

ModeBand::ModeBand(Mode mode, QWidget *parent)
    : QWidget(parent)
    , m_mode(mode)
    , m_subject(new ElidedLabel({}, this))
    , m_detail(new ElidedLabel({}, this))
    , m_clock(new QLabel(this))
{
    setStyleProperty(this, "modeBand", QStringLiteral("true"));
    setAccessibleName(modeWord(mode));
    QLabel *word = new QLabel(QString(modeSign(mode) + QLatin1Char(' ') + modeWord(mode)), this);
    word->setTextFormat(Qt::PlainText);
    setStyleProperty(word, "bandText", QStringLiteral("word"));
    QFont spaced = word->font();
    spaced.setLetterSpacing(QFont::AbsoluteSpacing, 2);
    word->setFont(spaced);
    for (QLabel *one :
         {static_cast<QLabel *>(m_subject), static_cast<QLabel *>(m_detail), m_clock}) {
        one->setTextFormat(Qt::PlainText);
        setStyleProperty(one, "bandText", QStringLiteral("plain"));
    }
    m_detail->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    QHBoxLayout *row = new QHBoxLayout(this);
    row->setContentsMargins(grid(2), 8, grid(2), 10);
    row->setSpacing(grid(2));
    row->addWidget(word);
    row->addWidget(m_subject, 1);
    row->addWidget(m_detail, 1);
    row->addWidget(m_clock);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void ModeBand::setSubject(const QString &subject)
{
    setTextIfChanged(m_subject, subject);
}

void ModeBand::setDetail(const QString &detail)
{
    setTextIfChanged(m_detail, detail);
}

void ModeBand::setClock(const QString &clock)
{
    setTextIfChanged(m_clock, clock);
}

void ModeBand::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), ground(m_mode));
    const QColor faint(255, 255, 255, 26);
    const int bottom = height();
    switch (m_mode) {
    case Mode::Production:
        painter.fillRect(0, bottom - 3, width(), 3, Qt::white);
        break;
    case Mode::Staging:
        painter.fillRect(0, bottom - 6, width(), 2, QColor(0xb9, 0xc8, 0xdc));
        painter.fillRect(0, bottom - 2, width(), 2, QColor(0xb9, 0xc8, 0xdc));
        break;
    case Mode::Lab:
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(faint, 1.5));
        for (int x = -bottom; x < width(); x += 12)
            painter.drawLine(x, bottom, x + bottom, 0);
        break;
    case Mode::Tabletop:
        for (int x = 0; x < width(); x += 24)
            painter.fillRect(x, 0, 8, bottom, faint);
        break;
    case Mode::Replay:
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor(255, 255, 255, 40));
        for (int y = 6; y < bottom; y += 10) {
            for (int x = 6 + (y / 10 % 2) * 5; x < width(); x += 10)
                painter.drawEllipse(QPointF(x, y), 1.3, 1.3);
        }
        break;
    }
}

} // namespace understudy::ui
