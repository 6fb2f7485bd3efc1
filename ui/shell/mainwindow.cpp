// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/mainwindow.h"

#include "ui/database/databasewords.h"
#include "ui/parts/modeband.h"
#include "ui/parts/text.h"
#include "ui/shell/consolestate.h"
#include "ui/shell/eventline.h"
#include "ui/shell/navigation.h"
#include "ui/shell/page.h"
#include "ui/shell/openrunline.h"
#include "ui/shell/shortcutsheet.h"
#include "ui/shell/times.h"
#include "ui/wizards/deploymentchoices.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace understudy::ui {

MainWindow::MainWindow(ConsoleState &state, const Theme &theme, const WindowMemory &memory,
                       QWidget *parent)
    : QMainWindow(parent)
    , m_state(state)
    , m_theme(theme)
    , m_memory(memory)
    , m_band(new ModeBand(state.plan().mode, this))
    , m_navigation(new Navigation(state, this))
    , m_pages(new QStackedWidget(this))
{
    setWindowTitle(tr("%1 · %2 · Understudy").arg(modeWord(state.plan().mode), state.plan().name));
    setWindowIcon(QIcon(QStringLiteral(":/understudy/icons/understudy.svg")));
    setMinimumSize(1024, 640);
    OpenRunLine *run = new OpenRunLine(state, this);
    EventLine *events = new EventLine(state, this);
    QWidget *whole = new QWidget(this);
    QVBoxLayout *column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_band);
    column->addWidget(run);
    QHBoxLayout *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_navigation);
    middle->addWidget(m_pages, 1);
    column->addLayout(middle, 1);
    column->addWidget(events);
    setCentralWidget(whole);
    connect(m_navigation, &Navigation::chosen, this, &MainWindow::openPage);
    connect(run, &OpenRunLine::runAsked, this, &MainWindow::runAsked);
    connect(events, &EventLine::journalAsked, this,
            [this] { openPage(QStringLiteral("journal")); });
    connect(&state.ticker(), &Ticker::ticked, this, &MainWindow::updateBand);
    updateBand();
    addKeys();
}

void MainWindow::addKeys()
{
    const auto key = [this](const QKeySequence &keys, const std::function<void()> &act) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, act);
    };
    key(QKeySequence(int(Qt::CTRL) | int(Qt::Key_K)), [this] { openPalette(); });
    key(QKeySequence(Qt::Key_F1), [this] { (new ShortcutSheet(this))->open(); });
    key(QKeySequence(Qt::Key_F5), [this] { m_state.askForLook(); });
    key(QKeySequence(int(Qt::CTRL) | int(Qt::Key_Plus)),
        [this] { setTextScale(m_theme.scale + 0.1); });
    key(QKeySequence(int(Qt::CTRL) | int(Qt::Key_Equal)),
        [this] { setTextScale(m_theme.scale + 0.1); });
    key(QKeySequence(int(Qt::CTRL) | int(Qt::Key_Minus)),
        [this] { setTextScale(m_theme.scale - 0.1); });
    key(QKeySequence(int(Qt::CTRL) | int(Qt::Key_0)), [this] { setTextScale(1); });
}

void MainWindow::updateBand()
{
    const Plan &plan = m_state.plan();
    QStringList detail;
    if (plan.updated.isValid())
        detail << tr("plan %1").arg(plan.updated.toString(Qt::ISODate));
    if (m_state.observeOnly())
        detail << tr("observing only");
    m_band->setSubject(plan.name);
    m_band->setDetail(detail.join(QStringLiteral(" · ")));
    m_band->setClock(clockText(m_state.now()));
}

void MainWindow::addPage(Page *page)
{
    m_pages->addWidget(page);
    m_navigation->add(*page);
    tabFromNavigationTo(page);
    connect(page, &Page::pageAsked, this, &MainWindow::openPage);
    connect(page, &Page::recoveryAsked, this, &MainWindow::recoveryAsked);
    connect(page, &Page::runAsked, this, &MainWindow::runAsked);
    if (m_pages->count() == 1)
        m_navigation->setCurrent(page->key());
}

/// Tab leads from the chosen page's entry to what stands first on it: its act button. Rows that are made when
/// their system is first seen come after it. By default a page's own controls would come before its entry.
void MainWindow::tabFromNavigationTo(Page *page)
{
    QList<QWidget *> controls;
    for (QWidget *one = page->nextInFocusChain(); one != page; one = one->nextInFocusChain()) {
        if (page->isAncestorOf(one) && one->focusPolicy() & Qt::TabFocus)
            controls.append(one);
    }
    QWidget *before = m_navigation->lastEntry();
    for (QWidget *one : std::as_const(controls)) {
        setTabOrder(before, one);
        before = one;
    }
}

Page *MainWindow::page(const QString &key) const
{
    for (int i = 0; i < m_pages->count(); ++i) {
        Page *one = qobject_cast<Page *>(m_pages->widget(i));
        if (one && one->key() == key)
            return one;
    }
    return nullptr;
}

bool MainWindow::openPage(const QString &key)
{
    Page *wanted = page(key);
    if (!wanted)
        return false;
    m_pages->setCurrentWidget(wanted);
    m_navigation->setCurrent(key);
    return true;
}

QStringList MainWindow::pageKeys() const
{
    QStringList keys;
    for (int i = 0; i < m_pages->count(); ++i)
        keys << m_pages->widget(i)->objectName();
    return keys;
}

QString MainWindow::currentPage() const
{
    return m_pages->currentWidget() ? m_pages->currentWidget()->objectName() : QString();
}

void MainWindow::showRestored()
{
    if (m_memory.restore(this)) {
        show();
        return;
    }
    resize(1600, 960);
    showMaximized();
}

QList<Command> MainWindow::commands()
{
    QList<Command> all;
    const QStringList keys = pageKeys();
    for (const QString &key : keys)
        all.append({page(key)->title(), tr("page"), [this, key] { openPage(key); }});
    if (!m_state.observeOnly() && m_state.plan().redis)
        all.append({tr("Recover Redis…"),
                    tr("act: fail over %1, guided").arg(m_state.plan().redis->master),
                    [this] { emit recoveryAsked(QStringLiteral("redis-master-failure")); }});
    if (!m_state.observeOnly() && canBeRestored(m_state.plan()))
        all.append({tr("Restore the database to a moment…"),
                    tr("act: restore %1, guided").arg(databaseName(m_state.plan())),
                    [this] { emit recoveryAsked(QStringLiteral("database-loss")); }});
    if (!m_state.observeOnly() && canBeRolledBack(m_state.plan()))
        all.append({tr("Switch colours…"), tr("act: roll back a deployment, guided"),
                    [this] { emit recoveryAsked(QStringLiteral("bad-deployment")); }});
    for (const RunView &run : m_state.openRuns()) {
        const QString id = run.id;
        all.append({tr("Open run %1").arg(id), run.title, [this, id] { emit runAsked(id); }});
    }
    for (const Contact &contact : m_state.plan().contacts) {
        const QString address = contact.contact;
        all.append({tr("Copy %1").arg(contact.role), tr("contact: %1").arg(address),
                    [address] { QGuiApplication::clipboard()->setText(address); }});
    }
    all.append(m_added);
    all.append(
        {tr("Look at everything now"), QStringLiteral("F5"), [this] { m_state.askForLook(); }});
    all.append({tr("Keys and signs"), QStringLiteral("F1"),
                [this] { (new ShortcutSheet(this))->open(); }});
    return all;
}

void MainWindow::addCommand(const Command &command)
{
    m_added.append(command);
}

void MainWindow::openPalette()
{
    CommandPalette *palette = new CommandPalette(commands(), this);
    palette->open();
    palette->move(mapToGlobal(QPoint((width() - palette->width()) / 2, grid(10))));
}

void MainWindow::setTextScale(double scale)
{
    m_theme.scale = qBound(0.8, scale, 2.0);
    QApplication *application = qobject_cast<QApplication *>(QCoreApplication::instance());
    if (application)
        applyTheme(*application, m_theme);
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_memory.save(this, currentPage(), m_theme.scale);
    QMainWindow::closeEvent(event);
}

} // namespace understudy::ui
