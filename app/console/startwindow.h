// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;

namespace understudy {

/// What stands on the screen until there is a plan to show: what is being done, for how long, and
/// how long it usually takes; or why it failed and what to do.
class StartWindow : public QWidget
{
    Q_OBJECT
public:
    explicit StartWindow(const QString &doing, const QString &usually, QWidget *parent = nullptr);
    void showFailure(const Error &error);

private:
    void tick();

    QString m_usually;
    QLabel *m_title;
    QLabel *m_words;
    QTimer m_timer;
    QElapsedTimer m_elapsed;
};

} // namespace understudy
