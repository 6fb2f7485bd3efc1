// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/redis/redispage.h"

#include "ui/parts/agelabel.h"
#include "ui/parts/pageheader.h"
#include "ui/parts/panel.h"
#include "ui/parts/readinglist.h"
#include "ui/parts/table.h"
#include "ui/parts/text.h"
#include "ui/redis/eventmodel.h"
#include "ui/redis/topologyview.h"
#include "ui/shell/consolestate.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QAbstractButton>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

QScrollArea *scrolled(QWidget *content, const QString &name, QWidget *parent)
{
    QScrollArea *area = new QScrollArea(parent);
    area->setAccessibleName(name);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    content->setProperty("scrolled", QStringLiteral("true"));
    area->setWidget(content);
    return area;
}

} // namespace

RedisPage::RedisPage(const ConsoleState &state, QWidget *parent)
    : Page(QStringLiteral("redis"), tr("Redis"), QStringLiteral("redis"), state, parent)
    , m_header(new PageHeader(tr("Redis"), state.ticker(), this))
    , m_recover(new QPushButton(tr("Recover Redis…"), this))
    , m_drawing(new Panel(tr("Topology"), this))
    , m_topology(new TopologyView)
    , m_failover(label({}, TextRole::Muted))
    , m_readings(new ReadingList(state.ticker()))
    , m_events(new EventModel(10'000, this))
{
    m_recover->setMinimumHeight(44);
    m_recover->setObjectName(QStringLiteral("recoverRedis"));
    m_recover->setVisible(!state.observeOnly());
    connect(m_recover, &QPushButton::clicked, this,
            [this] { emit recoveryAsked(QStringLiteral("redis-master-failure")); });
    m_header->addAction(m_recover);
    m_failover->setWordWrap(true);
    m_drawing->body()->addWidget(scrolled(m_topology, tr("Topology"), m_drawing), 1);
    m_drawing->body()->addWidget(m_failover);
    Panel *readings = new Panel(tr("Readings"), this);
    readings->body()->addWidget(scrolled(m_readings, tr("Readings"), readings), 1);

    auto *beside = new QVBoxLayout;
    beside->setSpacing(grid(2));
    beside->addWidget(buildEvents(), 3);
    beside->addWidget(readings, 2);
    auto *middle = new QHBoxLayout;
    middle->setSpacing(grid(2));
    middle->addWidget(m_drawing, 4);
    middle->addLayout(beside, 3);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(grid(2), grid(1), grid(2), grid(2));
    whole->setSpacing(grid(1));
    whole->addWidget(m_header);
    whole->addLayout(middle, 1);
    takeEvents(state.events());
    connect(&state, &ConsoleState::eventsAdded, this, &RedisPage::takeEvents);
}

QWidget *RedisPage::buildEvents()
{
    Panel *panel = new Panel(tr("Events"), this);
    m_filter = new QLineEdit(panel);
    m_filter->setPlaceholderText(tr("Filter events"));
    m_filter->setAccessibleName(tr("Filter events"));
    m_filter->setClearButtonEnabled(true);
    for (QAbstractButton *clear : m_filter->findChildren<QAbstractButton *>())
        clear->setAccessibleName(tr("Clear the filter"));
    QPushButton *copy = new QPushButton(tr("Copy"), panel);
    copy->setAccessibleDescription(tr("Copies the selected events, or all that are shown"));
    m_filtered = new QSortFilterProxyModel(this);
    m_filtered->setSourceModel(m_events);
    m_filtered->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filtered->setFilterRole(EventModel::LineRole);
    m_filtered->setFilterKeyColumn(0);
    m_table = new QTableView(panel);
    m_table->setModel(m_filtered);
    prepareTable(m_table, tr("Events, newest first"));
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + grid(1));
    m_table->installEventFilter(this);
    const int letter = m_table->fontMetrics().averageCharWidth();
    m_table->setColumnWidth(EventModel::Time, letter * 14);
    m_table->setColumnWidth(EventModel::Name, letter * 20);
    m_table->setColumnWidth(EventModel::Text, letter * 34);
    connect(m_filter, &QLineEdit::textChanged, m_filtered,
            &QSortFilterProxyModel::setFilterFixedString);
    connect(copy, &QPushButton::clicked, this, &RedisPage::copySelected);
    auto *tools = new QHBoxLayout;
    tools->setSpacing(grid(1));
    tools->addWidget(m_filter, 1);
    tools->addWidget(copy);
    panel->body()->addLayout(tools);
    panel->body()->addWidget(m_table, 1);
    return panel;
}

void RedisPage::takeEvents(const QList<Event> &events)
{
    QList<Event> ours;
    for (const Event &event : events) {
        if (event.system == system())
            ours << event;
    }
    m_events->append(ours);
}

void RedisPage::copySelected()
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (rows.isEmpty()) {
        for (int row = 0; row < m_filtered->rowCount(); ++row)
            rows << m_filtered->index(row, 0);
    }
    QStringList lines;
    for (const QModelIndex &row : rows)
        lines << row.data(EventModel::LineRole).toString();
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

bool RedisPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent *>(event)->matches(QKeySequence::Copy)) {
        copySelected();
        return true;
    }
    return Page::eventFilter(watched, event);
}

void RedisPage::refresh()
{
    const SystemHealth *redis = state().system(system());
    const Health health = state().healthNow(system());
    QString words = healthWord(health);
    if (redis && redis->since.isValid() && health != Health::Healthy)
        words = tr("%1 for %2").arg(words, shortAge(redis->since, state().now()));
    m_header->setState(toneOf(health), words, redis ? redis->reason : tr("not looked at yet"),
                       redis ? redis->lookedAt : QDateTime());
    m_readings->setReadings(redis ? redis->readings : QList<Reading>());
    const std::optional<RedisTopology> &topology = state().snapshot().redis;
    m_topology->setVisible(topology.has_value());
    if (topology)
        m_topology->setTopology(*topology);
    setTextIfChanged(m_failover, topology && !topology->failover.isEmpty()
                                     ? tr("Sentinel's own failover: %1").arg(topology->failover)
                                     : tr("Sentinel's own failover: unknown"));
}

} // namespace understudy::ui
