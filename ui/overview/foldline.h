// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

namespace understudy::ui {

class ElidedLabel;

/// One line that stands for a panel when the window is too low for it.
class FoldLine : public QFrame
{
    Q_OBJECT
public:
    explicit FoldLine(const QString &title, QWidget *parent = nullptr);
    void setSummary(const QString &summary);

private:
    ElidedLabel *m_summary;
};

} // namespace understudy::ui
