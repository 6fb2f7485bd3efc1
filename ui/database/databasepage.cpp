// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/database/databasepage.h"

#include "core/base/quantity.h"
#include "ui/database/databasewords.h"
#include "ui/database/restorepoint.h"
#include "ui/parts/agelabel.h"
#include "ui/parts/momentpicker.h"
#include "ui/parts/pageheader.h"
#include "ui/parts/panel.h"
#include "ui/parts/readinglist.h"
#include "ui/parts/text.h"
#include "ui/parts/trendchart.h"
#include "ui/shell/consolestate.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

constexpr qint64 databaseTrendWindow = 30 * 60'000;
constexpr qint64 databaseTrendEvery = 1000;

std::optional<Milliseconds> objective(const Plan &plan)
{
    std::optional<Milliseconds> strictest;
    for (const RecoveryPointObjective &one : plan.recoveryPoint) {
        if (one.data == QLatin1String("database") && (!strictest || one.within < *strictest))
            strictest = one.within;
    }
    return strictest;
}

QStringList readingNames(std::initializer_list<const char *> names)
{
    QStringList list;
    for (const char *name : names)
        list << QString::fromLatin1(name);
    return list;
}

} // namespace

DatabasePage::DatabasePage(const ConsoleState &state, QWidget *parent)
    : Page(QStringLiteral("database"), tr("Database"), QStringLiteral("database"), state, parent)
    , m_header(new PageHeader(tr("Database"), state.ticker(), this))
    , m_restore(new RestorePoint(state.ticker(), objective(state.plan())))
    , m_ask(new QPushButton(tr("Restore to a moment…"), this))
{
    m_ask->setMinimumHeight(44);
    m_ask->setObjectName(QStringLiteral("restoreDatabase"));
    m_ask->setVisible(!state.observeOnly() && canBeRestored(state.plan()));
    connect(m_ask, &QPushButton::clicked, this,
            [this] { emit restoreAsked(m_picker ? m_picker->moment() : QDateTime()); });
    m_header->addAction(m_ask);
    QWidget *content = new QWidget;
    QBoxLayout *groups = new QBoxLayout(QBoxLayout::LeftToRight, content);
    groups->setContentsMargins(0, 0, 0, 0);
    groups->setSpacing(grid(2));
    m_groupsRow = groups;
    m_groupsArea = new QScrollArea(this);
    m_groupsArea->setAccessibleName(tr("Readings"));
    m_groupsArea->setWidgetResizable(true);
    m_groupsArea->setFrameShape(QFrame::NoFrame);
    m_groupsArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_groupsArea->setFocusPolicy(Qt::NoFocus);
    setStyleProperty(content, "scrolled", QStringLiteral("true"));
    m_groupsArea->setWidget(content);
    addGroup(groups, tr("WAL and restore"),
             readingNames({"newest restorable", "oldest restorable", "restore window",
                           "control plane", "copies", "newest logical backup", "archiver", "last archived", "archive failures",
                           "replicas", "replication lag", "replication lag bytes"}),
             m_restore);
    addGroup(groups, tr("Load"),
             readingNames({"checks that fail", "connections", "commits", "oldest transaction", "deadlocks",
                           "checksum failures", "size"}));
    addGroup(groups, tr("Connection"), {});
    m_trends = new QWidget(this);
    m_trends->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Ignored);
    auto *trends = new QHBoxLayout(m_trends);
    trends->setContentsMargins(0, grid(1), 0, 0);
    trends->setSpacing(grid(2));
    addTrend(trends, tr("Answer time, ms"), QStringLiteral("ms"), QStringLiteral("latency"));
    addTrend(trends, tr("Commits per second"), QString(), QStringLiteral("commits"));
    addTrend(trends, tr("Connections"), QString(), QStringLiteral("connections"));
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(grid(2), grid(1), grid(2), grid(2));
    whole->setSpacing(grid(1));
    whole->addWidget(m_header);
    whole->addWidget(buildRestore());
    whole->addSpacing(grid(1));
    whole->addWidget(m_groupsArea, 3);
    whole->addWidget(m_trends, 2);
}

/// Where there is no room for all, what was gives way to what is.
void DatabasePage::resizeEvent(QResizeEvent *event)
{
    // In large text the groups stand below each other, whole, and the middle of the page scrolls.
    const bool narrow = width() < 96 * fontMetrics().averageCharWidth();
    m_groupsRow->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    for (const Group &group : std::as_const(m_groups))
        group.area->setMinimumHeight(narrow ? group.list->sizeHint().height() : grid(5));
    m_groupsArea->setMinimumHeight(narrow ? grid(10) : groupsHeight());
    const int without = layout()->minimumSize().height();
    m_trends->setVisible(!narrow && height() >= without + m_trends->minimumSizeHint().height());
    Page::resizeEvent(event);
}

int DatabasePage::groupsHeight() const
{
    return m_groupsRow->minimumSize().height();
}

QWidget *DatabasePage::buildRestore()
{
    m_window = new Panel(tr("What can be restored"), this);
    if (state().observeOnly() || !canBeRestored(state().plan())) {
        m_ruler = new TimeRuler(m_window);
        m_ruler->setReadOnly(true);
        m_window->body()->addWidget(m_ruler);
        connect(&state().ticker(), &Ticker::ticked, m_ruler, [this](const QDateTime &now) {
            if (isVisible())
                m_ruler->setNow(now);
        });
        return m_window;
    }
    m_picker = new MomentPicker(state().ticker(), MomentPicker::Form::Plain, m_window);
    m_ruler = m_picker->ruler();
    m_window->body()->addWidget(m_picker);
    connect(m_picker, &MomentPicker::momentChanged, this, [this] {
        m_ask->setText(m_picker->moment().isValid() ? tr("Restore to this moment…")
                                                    : tr("Restore to a moment…"));
    });
    return m_window;
}

void DatabasePage::refreshRestore(const SystemHealth *database)
{
    const RestorableWindow window = restorableWindow(database);
    m_ruler->setNow(state().now());
    if (m_picker)
        m_picker->setWindow(window);
    else
        m_ruler->setWindow(window);
    m_ruler->setMarks(restoreMarks(state()));
    const std::optional<Milliseconds> &planned = state().plan().database->restoreWindow;
    m_window->setHeaderNote(planned ? tr("plan: the last %1").arg(durationText(*planned))
                                    : QString());
    const Reading *kept = database ? database->reading(QStringLiteral("restore window")) : nullptr;
    if (!kept || !kept->hasNumber())
        m_window->setState(Tone::Unknown, tr("how long history is kept is unknown"));
    else if (kept->isAbnormal())
        m_window->setState(Tone::Warning,
                           tr("history is kept for %1 only")
                               .arg(durationText(Milliseconds(qint64(kept->number() * 1000)))));
    else
        m_window->setState(Tone::Healthy,
                           tr("history is kept for %1")
                               .arg(durationText(Milliseconds(qint64(kept->number() * 1000)))));
}

void DatabasePage::addGroup(QBoxLayout *row, const QString &title, const QStringList &names,
                            QWidget *first)
{
    Panel *panel = new Panel(title, this);
    ReadingList *list = new ReadingList(state().ticker());
    list->setProperty("scrolled", QStringLiteral("true"));
    QScrollArea *area = new QScrollArea(panel);
    area->setAccessibleName(title);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(list);
    area->setMinimumHeight(grid(5)); // a row at least; the rest is scrolled to
    if (first)
        panel->body()->addWidget(first);
    panel->body()->addWidget(area, 1);
    m_groups << Group{names, list, area};
    row->addWidget(panel, 1);
}

void DatabasePage::addTrend(QHBoxLayout *row, const QString &title, const QString &unit,
                            const QString &reading)
{
    Panel *panel = new Panel(title, this);
    panel->setHeaderNote(tr("last 30 min"));
    TrendChart *chart = new TrendChart(title, unit, panel);
    panel->body()->addWidget(chart, 1);
    m_curves << Curve{reading, chart};
    row->addWidget(panel, 1);
}

void DatabasePage::refresh()
{
    const SystemHealth *database = state().system(system());
    const Health health = state().healthNow(system());
    QString said = healthWord(health);
    if (database && database->since.isValid() && health != Health::Healthy)
        said = tr("%1 for %2").arg(said, shortAge(database->since, state().now()));
    m_header->setState(toneOf(health), said, database ? database->reason : tr("not looked at yet"),
                       database ? database->lookedAt : QDateTime());
    m_restore->setReading(database ? database->reading(QStringLiteral("newest restorable"))
                                   : nullptr);
    refreshRestore(database);
    const QList<Reading> readings = database ? database->readings : QList<Reading>();
    QStringList grouped;
    for (const Group &group : m_groups)
        grouped += group.names;
    for (const Group &group : m_groups) {
        QList<Reading> its;
        for (const QString &name : group.names) {
            // The restorable points stand on the ruler, the newest also in the bar above the list.
            const bool drawn = name.endsWith(QLatin1String(" restorable"));
            const Reading *reading = drawn || !database ? nullptr : database->reading(name);
            if (reading)
                its << *reading;
        }
        for (const Reading &reading : readings) {
            if (group.names.isEmpty() && !grouped.contains(reading.name))
                its << reading;
        }
        group.list->setReadings(its);
    }
    refreshTrends();
}

void DatabasePage::refreshTrends()
{
    const qint64 to = state().now().toMSecsSinceEpoch();
    if (to - m_drawnAt < databaseTrendEvery)
        return;
    m_drawnAt = to;
    for (const Curve &curve : m_curves) {
        curve.chart->setWindow(to - databaseTrendWindow, to);
        curve.chart->setMarks(state().deploymentMarks());
        curve.chart->setTrend(curve.reading,
                              state().trend(system(), curve.reading, to - databaseTrendWindow, to,
                                            curve.chart->plotWidth()));
        const SystemHealth *database = state().system(system());
        const Reading *reading = database ? database->reading(curve.reading) : nullptr;
        curve.chart->setLimit(reading && reading->normal ? reading->normal->most : std::nullopt);
        curve.chart->finish();
    }
}

} // namespace understudy::ui
