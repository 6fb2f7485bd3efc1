// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pools/poolwords.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

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

QString gatesLine(const PoolsView &view, int minimumServing)
{
    const auto serving = std::find_if(view.pools.begin(), view.pools.end(), [&view](const PoolView &pool) { return pool.colour == view.serving; });
    if (serving == view.pools.end())
        return {};
    QStringList lines;
    for (const PoolView &pool : view.pools) {
        if (pool.colour == serving->colour || pool.instances.isEmpty())
            continue;
        const bool warm = pool.warm == pool.instances.size(), enough = pool.warm >= minimumServing;
        const bool unknown = pool.build.isEmpty() || serving->build.isEmpty();
        const bool another = !unknown && pool.build != serving->build && pool.build != QLatin1String("mixed");
        const auto sign = [](bool good) { return good ? QStringLiteral("✔ ") : QStringLiteral("✖ "); };
        QStringList gates{sign(warm) + PoolText::tr("warm, %1 of %2").arg(pool.warm).arg(pool.instances.size()),
                          sign(enough) + PoolText::tr("the plan wants %1").arg(minimumServing),
                          unknown ? QStringLiteral("◌ ") + PoolText::tr("build unknown")
                                  : sign(another) + (another ? PoolText::tr("another build") : PoolText::tr("the same build"))};
        const bool may = warm && enough && another;
        lines << (may ? PoolText::tr("%1 can take over: %2") : unknown && warm && enough ? PoolText::tr("%1 may take over: %2") : PoolText::tr("%1 cannot take over: %2"))
                     .arg(pool.colour, gates.join(QStringLiteral(" · ")));
    }
    return lines.join(QLatin1Char('\n'));
}

QString troubleCounts(const QList<PoolView> &pools)
{
    using Answer = InstanceView::Answer;
    const auto count = [&pools](auto isSo) {
        qsizetype sum = 0;
        for (const PoolView &pool : pools)
            sum += std::count_if(pool.instances.cbegin(), pool.instances.cend(), isSo);
        return sum;
    };
    QStringList parts;
    for (const Answer answer :
         {Answer::Refused, Answer::NoAnswer, Answer::Unavailable, Answer::Other, Answer::Unknown}) {
        const qsizetype such =
            count([answer](const InstanceView &one) { return one.live == answer; });
        if (such > 0)
            parts << (answer == Answer::Unavailable
                          ? PoolText::tr("%1 answer 503").arg(such)
                          : QStringLiteral("%1 %2").arg(such).arg(answerWord(answer)));
    }
    const qsizetype notWell =
        count([](const InstanceView &one) { return toneOf(one) == Tone::Warning; });
    if (notWell > 0)
        parts << PoolText::tr("%1 up, not well").arg(notWell);
    return parts.join(QStringLiteral(" · "));
}

QStringList troubledNames(const PoolView &pool)
{
    QList<const InstanceView *> troubled;
    for (const InstanceView &one : pool.instances) {
        if (badness(one) > 0)
            troubled << &one;
    }
    std::stable_sort(
        troubled.begin(), troubled.end(),
        [](const InstanceView *a, const InstanceView *b) { return badness(*a) > badness(*b); });
    QStringList names;
    for (const InstanceView *one : std::as_const(troubled))
        names << instanceName(*one);
    return names;
}

QString instanceName(const InstanceView &instance)
{
    return instance.process.isEmpty() ? instance.url : instance.process;
}

QString instanceWhy(const InstanceView &instance)
{
    if (!instance.why.isEmpty())
        return QString(instance.why).remove(instance.url);
    if (toneOf(instance) != Tone::Warning)
        return {};
    QStringList parts;
    if (instance.startup != InstanceView::Answer::Ok)
        parts << PoolText::tr("start-up: %1").arg(answerWord(instance.startup));
    if (instance.ready != InstanceView::Answer::Ok &&
        instance.ready != InstanceView::Answer::Unknown)
        parts << PoolText::tr("ready: %1").arg(answerWord(instance.ready));
    if (instance.queues.state == QueuesAnswer::State::Dead)
        parts << PoolText::tr("job queues dead: restart it");
    if (parts.isEmpty())
        parts << PoolText::tr("errors: %1").arg(ratioText(instance.errorRate));
    return parts.join(QStringLiteral(", "));
}

QString instanceSentence(const InstanceView &instance)
{
    const Tone tone = toneOf(instance);
    const QString why = instanceWhy(instance);
    QStringList parts{instanceName(instance)};
    if (tone == Tone::Healthy)
        parts << PoolText::tr("well");
    else if (tone == Tone::Warning)
        parts << PoolText::tr("up, not well") << why;
    else
        parts << (why.isEmpty() ? answerWord(instance.live) : why);
    return parts.join(QStringLiteral(", "));
}

Tone toneOf(const InstanceView &instance)
{
    const int bad = badness(instance);
    return bad >= 200   ? Tone::Critical
           : bad >= 100 ? Tone::Unknown
           : bad > 0    ? Tone::Warning
                        : Tone::Healthy;
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
