// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/tone.h"

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace understudy::ui {

class StateBadge;

/// A card: a title, an optional badge, something small at the far end, and a body below.
class Panel : public QFrame
{
    Q_OBJECT
public:
    explicit Panel(const QString &title, QWidget *parent = nullptr);
    QVBoxLayout *body() const { return m_body; }
    StateBadge *badge() const { return m_badge; } ///< hidden until `setState`
    void setTitle(const QString &title);
    void setState(Tone tone,
                  const QString &words);     ///< badge, and a frame that shines when critical
    void addToHeader(QWidget *widget);       ///< at the far end
    void setHeaderNote(const QString &note); ///< small muted words at the far end

private:
    QLabel *m_title;
    StateBadge *m_badge;
    QLabel *m_note;
    QHBoxLayout *m_header;
    QVBoxLayout *m_body;
};

/// A thin rule between rows of a card.
QWidget *rule(QWidget *parent = nullptr);

} // namespace understudy::ui
