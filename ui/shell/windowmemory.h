// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/theme.h"

#include <QString>

class QWidget;

namespace understudy::ui {

/// Where the window was, which page it showed and how large its text was; in the user's config
/// folder. What is read is checked: a window is never restored to where no screen is.
class WindowMemory
{
public:
    explicit WindowMemory(const QString &file);
    /// False when there was nothing (or nothing sensible) to restore.
    bool restore(QWidget *window) const;
    void save(const QWidget *window, const QString &page, double scale) const;
    QString page() const;
    double scale() const;

private:
    QString m_file;
};

} // namespace understudy::ui
