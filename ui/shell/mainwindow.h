// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/commandpalette.h"
#include "ui/shell/theme.h"
#include "ui/shell/windowmemory.h"

#include <QMainWindow>

class QStackedWidget;

namespace understudy::ui {

class ConsoleState;
class ModeBand;
class Navigation;
class Page;

/// Arranges: mode band, the open run's line, navigation, pages, event line; and the keys that work
/// everywhere. What it shows is in ConsoleState and in the pages. Closing it cancels no run.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    MainWindow(ConsoleState &state, const Theme &theme, const WindowMemory &memory,
               QWidget *parent = nullptr);

    void addPage(Page *page);          ///< takes it; in the order of the navigation
    bool openPage(const QString &key); ///< false: there is no such page
    QStringList pageKeys() const;
    QString currentPage() const;
    /// As it was when it was closed last, else all of the screen.
    void showRestored();
    QList<Command> commands();
    void addCommand(const Command &command); ///< one more for the palette
    void setTextScale(double scale);
    double textScale() const { return m_theme.scale; }

signals:
    void recoveryAsked(const QString &scenario);
    void runAsked(const QString &id);

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void addKeys();
    void updateBand();
    void openPalette();
    void tabFromNavigationTo(Page *page);
    Page *page(const QString &key) const;

    ConsoleState &m_state;
    Theme m_theme;
    WindowMemory m_memory;
    ModeBand *m_band;
    Navigation *m_navigation;
    QStackedWidget *m_pages;
    QList<Command> m_added;
};

} // namespace understudy::ui
