// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace understudy::ui {

class ConsoleState;

/// One page of the main window. Thin: it shows what ConsoleState holds. `refresh` is called when
/// the page appears, and then for each new snapshot while it is visible; a hidden page costs
/// nothing.
class Page : public QWidget
{
    Q_OBJECT
public:
    /// `key` is the name for --page and the palette ("redis"); `title` is printed in the
    /// navigation. `system` decides the state sign there; empty: none.
    Page(const QString &key, const QString &title, const QString &system, const ConsoleState &state,
         QWidget *parent = nullptr);

    const QString &key() const { return m_key; }
    const QString &title() const { return m_title; }
    const QString &system() const { return m_system; }
    const ConsoleState &state() const { return m_state; }
    virtual void refresh() = 0;

signals:
    void pageAsked(const QString &key);
    void runAsked(const QString &id); ///< a recovery that is open already
    void recoveryAsked(const QString &scenario); ///< "redis-master-failure", as in Recommendation

protected:
    void showEvent(QShowEvent *event) override;

private:
    QString m_key, m_title, m_system;
    const ConsoleState &m_state;
};

} // namespace understudy::ui
