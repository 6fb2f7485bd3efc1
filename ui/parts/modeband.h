// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"

#include <QWidget>

class QLabel;

namespace understudy::ui {

class ElidedLabel;

/// "PRODUCTION", in capitals as on the band; the word alone tells the modes apart.
QString modeWord(Mode mode);
QString modeSign(Mode mode);

/// The strip on top of every window that says where acts land: by colour, by pattern and by word.
class ModeBand : public QWidget
{
    Q_OBJECT
public:
    explicit ModeBand(Mode mode, QWidget *parent = nullptr);
    void setSubject(const QString &subject); ///< after the word: the plan's name
    void setDetail(const QString &detail);   ///< at the far end: plan date, role
    void setClock(const QString &clock);     ///< last: UTC and local time
    Mode mode() const { return m_mode; }

    static QColor ground(Mode mode);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Mode m_mode;
    ElidedLabel *m_subject;
    ElidedLabel *m_detail;
    QLabel *m_clock;
};

} // namespace understudy::ui
