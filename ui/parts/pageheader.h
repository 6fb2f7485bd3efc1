// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/parts/tone.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;

namespace understudy::ui {

class AgeLabel;
class ElidedLabel;
class StateBadge;
class Ticker;

/// First line of a system's page: its name, its state with the reason, when it was looked at, and
/// at the far end what can be done about it.
class PageHeader : public QWidget
{
    Q_OBJECT
public:
    PageHeader(const QString &title, const Ticker &ticker, QWidget *parent = nullptr);
    void setState(Tone tone, const QString &words, const QString &reason,
                  const QDateTime &lookedAt);
    void addAction(QWidget *widget);

private:
    QHBoxLayout *m_row;
    StateBadge *m_badge;
    ElidedLabel *m_reason;
    AgeLabel *m_age;
};

} // namespace understudy::ui
