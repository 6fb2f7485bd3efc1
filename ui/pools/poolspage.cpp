// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pools/poolspage.h"

#include "core/base/quantity.h"
#include "ui/parts/agelabel.h"
#include "ui/parts/colours.h"
#include "ui/parts/pageheader.h"
#include "ui/parts/panel.h"
#include "ui/parts/table.h"
#include "ui/parts/text.h"
#include "ui/parts/trendchart.h"
#include "ui/pools/instancemap.h"
#include "ui/pools/instancemodel.h"
#include "ui/pools/instanceorder.h"
#include "ui/pools/poolwords.h"
#include "ui/pools/trafficview.h"
#include "ui/shell/consolestate.h"
#include "ui/wizards/deploymentchoices.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

/// Who is not well stands out in the list by colour too, not by its sign alone.
class SignPainter : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const Tone tone = Tone(index.data(InstanceModel::ToneRole).toInt());
        if (tone == Tone::Healthy)
            return;
        option->palette.setColor(QPalette::Text, toneColour(tone, coloursOf(option->widget)));
    }
};

constexpr qint64 poolTrendWindow = 30 * 60'000;
constexpr qint64 poolTrendEvery = 1000;
/// So many rows are seen at once in the smallest window.
constexpr int shownByTheTable = 8;

/// Of the past hour, as percentages; broken where a point is missing.
Trend witnessTrend(const QList<TimedFigure> &ratios)
{
    constexpr qint64 twoSteps = 61'000;
    Trend trend;
    for (const TimedFigure &one : ratios) {
        if (!trend.isEmpty() && one.at - trend.last().at > twoSteps)
            trend.append({.at = trend.last().at + 1, .gap = true});
        trend.append({.at = one.at, .least = one.value * 100, .most = one.value * 100});
    }
    return trend;
}

} // namespace

PoolsPage::PoolsPage(const ConsoleState &state, QWidget *parent)
    : Page(QStringLiteral("pools"), tr("Pools"), QStringLiteral("pools"), state, parent)
    , m_header(new PageHeader(tr("Pools"), state.ticker(), this))
    , m_rollBack(new QPushButton(tr("Switch colours…"), this))
    , m_model(new InstanceModel(this))
    , m_order(new InstanceOrder(this))
{
    m_order->setSourceModel(m_model);
    m_rollBack->setMinimumHeight(44);
    m_rollBack->setObjectName(QStringLiteral("rollBack"));
    m_rollBack->setToolTip(tr("Roll back a deployment: guided, gates first"));
    m_rollBack->setVisible(!state.observeOnly() && canBeRolledBack(state.plan()));
    connect(m_rollBack, &QPushButton::clicked, this, [this] { emit recoveryAsked(QStringLiteral("bad-deployment")); });
    m_header->addAction(m_rollBack);
    m_service = label({}, TextRole::Muted, this);
    m_service->setObjectName(QStringLiteral("serviceLine"));
    m_service->setWordWrap(true);
    auto *top = new QHBoxLayout;
    top->setSpacing(grid(2));
    top->addWidget(buildTraffic(), 5);
    top->addWidget(buildTrends(), 6);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(grid(2), grid(1), grid(2), grid(2));
    whole->setSpacing(grid(1));
    whole->addWidget(m_header);
    whole->addWidget(m_service);
    whole->addLayout(top, 3);
    whole->addSpacing(grid(1));
    whole->addWidget(buildInstances(), 4);
}

QWidget *PoolsPage::buildTraffic()
{
    Panel *panel = new Panel(tr("Who gets the traffic"), this);
    m_traffic = new TrafficView(panel);
    m_serving = label({}, TextRole::Muted, panel);
    m_serving->setWordWrap(true);
    m_gates = label({}, TextRole::Muted, panel);
    m_gates->setObjectName(QStringLiteral("gatesLine"));
    m_gates->setWordWrap(true);
    panel->body()->addWidget(m_serving);
    panel->body()->addWidget(m_traffic, 1);
    panel->body()->addWidget(m_gates);
    return panel;
}

QWidget *PoolsPage::buildTrends()
{
    QWidget *both = new QWidget(this);
    auto *row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(grid(2));
    m_errors = new TrendChart(tr("Error rate of each pool"), QStringLiteral("%"), both);
    m_p95 = new TrendChart(tr("p95 of each pool"), QStringLiteral("ms"), both);
    for (const auto &[title, chart] :
         {std::pair{tr("Error rate, %"), m_errors}, std::pair{tr("p95, ms"), m_p95}}) {
        Panel *panel = new Panel(title, both);
        panel->setHeaderNote(tr("last 30 min"));
        panel->body()->addWidget(chart, 1);
        row->addWidget(panel, 1);
    }
    return both;
}

QWidget *PoolsPage::buildInstances()
{
    m_instances = new Panel(tr("Instances"), this);
    m_filter = new QLineEdit(m_instances);
    m_filter->setPlaceholderText(tr("Filter instances"));
    m_filter->setAccessibleName(tr("Filter instances"));
    m_filter->setClearButtonEnabled(true);
    for (QAbstractButton *clear : m_filter->findChildren<QAbstractButton *>())
        clear->setAccessibleName(tr("Clear the filter"));
    m_filter->setMaximumWidth(m_filter->fontMetrics().averageCharWidth() * 48);
    m_table = new QTableView(m_instances);
    m_table->setModel(m_order);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(InstanceModel::Pool, Qt::AscendingOrder);
    prepareTable(m_table, tr("Instances, abnormal first"));
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + grid(1));
    m_table->setItemDelegateForColumn(InstanceModel::Instance, new SignPainter(m_table));
    fitColumns();
    connect(m_filter, &QLineEdit::textChanged, m_order, &InstanceOrder::setWords);
    m_map = new InstanceMap(m_order, m_table->selectionModel(), m_filter, m_instances);
    m_map->hide();
    m_instances->addToHeader(m_filter);
    m_instances->body()->addWidget(m_map);
    m_instances->body()->addWidget(m_table, 1);
    return m_instances;
}

/// Fixed widths in letters: fitting to the contents of 200 rows at each look would cost more than
/// it gives. Why takes the rest, and is never cut for when a process started.
void PoolsPage::fitColumns()
{
    const int letter = m_table->fontMetrics().averageCharWidth();
    const QList<int> letters{9, 20, 10, 10, 10, 11, 18, 8, 8, 8, 9};
    int used = 0;
    for (int column = 0; column < letters.size(); ++column) {
        m_table->setColumnWidth(column, letters[column] * letter);
        used += letters[column];
    }
    m_table->setColumnHidden(InstanceModel::Started, width() < (used + 44) * letter);
    const std::optional<ApplicationPlan> &application = state().plan().application;
    m_table->setColumnHidden(InstanceModel::Queues,
                             !application || application->queuesPath.isEmpty());
}

void PoolsPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    fitColumns();
}

void PoolsPage::refresh()
{
    const SystemHealth *pools = state().system(system());
    const Health health = state().healthNow(system());
    QString words = healthWord(health);
    if (pools && pools->since.isValid() && health != Health::Healthy)
        words = tr("%1 for %2").arg(words, shortAge(pools->since, state().now()));
    m_header->setState(toneOf(health), words, pools ? pools->reason : tr("not looked at yet"),
                       pools ? pools->lookedAt : QDateTime());
    const std::optional<PoolsView> &view = state().snapshot().pools;
    if (!view) {
        setTextIfChanged(m_serving, tr("who serves is unknown: not looked at yet"));
        return;
    }
    setTextIfChanged(m_service, serviceLine());
    m_traffic->setPools(*view);
    setTextIfChanged(m_gates, gatesLine(*view, state().plan().application ? state().plan().application->minimumServing : 1));
    m_model->setPools(*view);
    const bool many = m_model->rowCount() > shownByTheTable;
    // Where there is no room for them all, the gates' outcome stands in the line above the drawing.
    const bool brief = many || height() < 40 * fontMetrics().height();
    m_gates->setVisible(!brief);
    m_traffic->setToolTip(m_gates->text());
    QStringList above{view->entry, servingLine(*view)};
    for (const QString &line : m_gates->text().split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        above += brief ? QStringList{line.section(QLatin1Char(':'), 0, 0)} : QStringList();
    setTextIfChanged(m_serving, above.join(QStringLiteral(" · ")));
    if (many)
        m_map->setPools(*view);
    m_map->setVisible(many);
    // Four rows and the table's own heading: what is above gives way to them.
    m_table->setMinimumHeight(!many ? 0 : 4 * m_table->verticalHeader()->defaultSectionSize() + m_table->horizontalHeader()->sizeHint().height() + grid(2));
    static_cast<QVBoxLayout *>(layout())->setStretchFactor(m_instances, many ? 8 : 4);
    const int abnormal = m_model->abnormal();
    m_instances->setHeaderNote(abnormal == 0 ? tr("%1, all well").arg(m_model->rowCount())
                                             : tr("%1 of %2 not well, shown first: %3")
                                                   .arg(abnormal)
                                                   .arg(m_model->rowCount())
                                                   .arg(troubleCounts(view->pools)));
    refreshTrends();
}

/// What users get, beside what the checks of it add and what the retries of a recovery may cost.
QString PoolsPage::serviceLine() const
{
    QStringList parts;
    const auto figure = [this](const QString &name) -> std::optional<double> {
        const SystemHealth *slo = state().system(QStringLiteral("slo"));
        const Reading *one = slo ? slo->reading(name) : nullptr;
        return one && one->state == ReadingState::Fresh ? std::optional<double>(one->number()) : std::nullopt;
    };
    const QString serving = state().snapshot().pools->serving;
    const auto ofServing = [&](const char *name) {
        const std::optional<double> its = figure(serving + QLatin1Char(' ') + QLatin1String(name));
        return its ? its : figure(QLatin1String(name));
    };
    const auto percent = [](double ratio) { return numberText(ratio * 100); };
    if (const auto rate = figure(QStringLiteral("error rate")))
        parts << tr("%1 % of users' requests fail").arg(percent(*rate));
    else
        parts << tr("too few requests of users to judge");
    if (const auto burn = ofServing("burn rate"))
        parts << tr("error budget used %1 times as fast as it may").arg(numberText(*burn));
    if (const auto left = ofServing("error budget"))
        parts << tr("%1 % of it left since this console looks").arg(percent(*left));
    if (const auto own = ofServing("own share"))
        parts << tr("%1 % of all requests are this console's own").arg(percent(*own));
    if (const SystemHealth *cost = state().system(QStringLiteral("cost")))
        parts << cost->reason;
    return parts.join(QStringLiteral(" · "));
}

void PoolsPage::refreshTrends()
{
    const qint64 to = state().now().toMSecsSinceEpoch();
    if (to - m_drawnAt < poolTrendEvery)
        return;
    m_drawnAt = to;
    const QList<TrendMark> marks = state().deploymentMarks();
    for (TrendChart *chart : {m_errors, m_p95}) {
        chart->setWindow(to - poolTrendWindow, to);
        chart->setMarks(marks);
    }
    for (const PoolView &pool : state().snapshot().pools->pools) {
        Trend errors = state().trend(system(), pool.colour + QStringLiteral(" error rate"),
                                     to - poolTrendWindow, to, m_errors->plotWidth());
        for (TrendPoint &point : errors) {
            point.least *= 100; // a ratio is read as a percentage
            point.most *= 100;
        }
        m_errors->setTrend(pool.colour, errors);
        m_p95->setTrend(pool.colour, state().trend(system(), pool.colour + QStringLiteral(" p95"),
                                                   to - poolTrendWindow, to, m_p95->plotWidth()));
    }
    if (const QList<TimedFigure> &witness = state().snapshot().pools->prometheusErrors; !witness.isEmpty())
        m_errors->setTrend(tr("Prometheus"), decimated(witnessTrend(witness), to - poolTrendWindow, to, m_errors->plotWidth()));
    if (const std::optional<MonitoringPlan> &monitoring = state().plan().monitoring) {
        if (monitoring->rollbackAboveErrorRate)
            m_errors->setLimit(*monitoring->rollbackAboveErrorRate * 100);
        if (monitoring->latencyP95)
            m_p95->setLimit(double(monitoring->latencyP95->count()));
    }
    m_errors->finish();
    m_p95->finish();
}

} // namespace understudy::ui
