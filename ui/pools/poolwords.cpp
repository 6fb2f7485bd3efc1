// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pools/poolwords.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace understudy::ui {

namespace {

struct PoolText
{
    Q_DECLARE_TR_FUNCTIONS(PoolWords)
};

/// Figures in a table line up better with a fixed number of digits than with the shortest text.
QString fixedText(double value, const QString &unit)
{
    const int digits = value < 1 ? 2 : value < 100 ? 1 : 0;
    return QString::number(value, 'f', digits) + unit;
}

QString dash()
{
    return QStringLiteral("–");
}

} // namespace

QString poolLetter(const PoolsView &view, int index)
{
    const QString &name = view.pools[index].colour;
    for (qsizetype length = 1; length < name.size(); ++length) {
        bool unique = true;
        for (int other = 0; other < view.pools.size(); ++other) {
            if (other != index && view.pools[other].colour.startsWith(
                                      QStringView(name).left(length), Qt::CaseInsensitive))
                unique = false;
        }
        if (unique)
            return name.left(length).toUpper();
    }
    return name.toUpper();
}

QString answerWord(InstanceView::Answer answer)
{
    switch (answer) {
    case InstanceView::Answer::Unknown:
        return PoolText::tr("unknown");
    case InstanceView::Answer::Refused:
        return PoolText::tr("refused");
    case InstanceView::Answer::NoAnswer:
        return PoolText::tr("no answer");
    case InstanceView::Answer::Unavailable:
        return QStringLiteral("503");
    case InstanceView::Answer::Ok:
        return QStringLiteral("200");
    case InstanceView::Answer::Other:
        return PoolText::tr("other answer");
    }
    return {};
}

QString queuesWord(const QueuesAnswer &queues)
{
    if (!queues.at.isValid())
        return dash();
    switch (queues.state) {
    case QueuesAnswer::State::Alive:
        return PoolText::tr("alive");
    case QueuesAnswer::State::Dead:
        return PoolText::tr("dead");
    case QueuesAnswer::State::Unknown:
        break;
    }
    return PoolText::tr("unknown");
}

QString poolRole(const PoolsView &view, const PoolView &pool)
{
    if (pool.instances.isEmpty())
        return PoolText::tr("empty");
    if (view.serving == pool.colour)
        return PoolText::tr("live");
    if (pool.answersCounted > 0)
        return PoolText::tr("also live");
    if (pool.up == 0)
        return PoolText::tr("down");
    return pool.warm > 0 ? PoolText::tr("warm") : PoolText::tr("starting");
}

QString poolLine(const PoolView &pool)
{
    QStringList parts{PoolText::tr("%1 of %2 up").arg(pool.up).arg(pool.instances.size()),
                      PoolText::tr("%1 warm").arg(pool.warm)};
    parts << (pool.errorRate ? PoolText::tr("errors %1").arg(ratioText(pool.errorRate))
                             : PoolText::tr("errors unknown"));
    parts << (pool.p95 ? PoolText::tr("p95 %1").arg(millisText(pool.p95))
                       : PoolText::tr("p95 unknown"));
    if (pool.requestsPerSecond)
        parts << rateText(pool.requestsPerSecond);
    return parts.join(QStringLiteral(" · "));
}

QString servingLine(const PoolsView &view)
{
    if (view.answersCounted == 0)
        return view.entryWhy.isEmpty()
                   ? PoolText::tr("who serves is unknown: nothing counted yet")
                   : PoolText::tr("who serves is unknown: %1").arg(view.entryWhy);
    QStringList parts;
    for (const PoolView &pool : view.pools) {
        if (pool.answersCounted > 0)
            parts << PoolText::tr("%1 of %2 answers from %3")
                         .arg(pool.answersCounted)
                         .arg(view.answersCounted)
                         .arg(pool.colour);
    }
    if (view.answersUnknown > 0)
        parts << PoolText::tr("%1 from an instance not in the plan").arg(view.answersUnknown);
    if (view.answersFailed > 0)
        parts << PoolText::tr("%1 failed").arg(view.answersFailed);
    return parts.join(QStringLiteral(" · "));
}

QString poolsSummary(const PoolsView &view)
{
    QStringList said{PoolText::tr("Entry %1: %2.").arg(view.entry, servingLine(view))};
    for (int i = 0; i < view.pools.size(); ++i) {
        const PoolView &pool = view.pools[i];
        said << QStringLiteral("%1 %2, %3, build %4, %5.")
                    .arg(poolLetter(view, i), pool.colour, poolRole(view, pool),
                         pool.build.isEmpty() ? PoolText::tr("unknown") : pool.build,
                         poolLine(pool));
    }
    return said.join(QLatin1Char('\n'));
}

int badness(const InstanceView &instance)
{
    const auto rank = [](InstanceView::Answer answer) {
        switch (answer) {
        case InstanceView::Answer::Ok:
            return 0;
        case InstanceView::Answer::Unknown:
            return 1;
        case InstanceView::Answer::Other:
            return 2;
        case InstanceView::Answer::Unavailable:
            return 3;
        case InstanceView::Answer::NoAnswer:
            return 4;
        case InstanceView::Answer::Refused:
            return 5;
        }
        return 0;
    };
    // /health/live decides; a 200 there with a failing start-up or readiness is the milder trouble.
    const int milder =
        std::max({rank(instance.startup),
              instance.ready == InstanceView::Answer::Unknown ? 0 : rank(instance.ready),
              instance.queues.state == QueuesAnswer::State::Dead ? 2 : 0});
    const int errors = instance.errorRate.value_or(0) > 0.01 ? 1 : 0;
    return rank(instance.live) * 100 + milder * 10 + errors;
}

QString ratioText(const std::optional<double> &ratio)
{
    return ratio ? fixedText(*ratio * 100, QStringLiteral(" %")) : dash();
}

QString millisText(const std::optional<double> &ms)
{
    return ms ? fixedText(*ms, QStringLiteral(" ms")) : dash();
}

QString rateText(const std::optional<double> &perSecond)
{
    return perSecond ? fixedText(*perSecond, QStringLiteral("/s")) : dash();
}

} // namespace understudy::ui
