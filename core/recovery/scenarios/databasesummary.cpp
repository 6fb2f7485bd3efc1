// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/databaserecovery.h"

#include "core/base/quantity.h"

#include <QJsonArray>

namespace understudy::databasesteps {
namespace {

QDateTime timeIn(const QJsonObject &facts, const char *step, const char *key)
{
    return QDateTime::fromString(facts[QLatin1String(step)].toObject()[QLatin1String(key)].toString(), Qt::ISODateWithMs);
}

QJsonObject lossFrom(const QJsonObject &facts, const QDateTime &moment, const QDateTime &until)
{
    const QJsonObject measured = facts[QStringLiteral("measure-loss")].toObject();
    const QJsonObject counted = facts[QStringLiteral("ledger")].toObject();
    const QJsonValue seconds = moment.isValid() && until.isValid() ? QJsonValue(double(moment.msecsTo(until)) / 1000) : QJsonValue();
    if (facts[QStringLiteral("outcome")] == QLatin1String("undone")) {
        const bool moved = facts.contains(QStringLiteral("switch-environment"));
        return {{QStringLiteral("kind"), moved ? QStringLiteral("unknown") : QStringLiteral("none")}, {QStringLiteral("rows"), QJsonValue()},
                {QStringLiteral("bytes"), QJsonValue()}, {QStringLiteral("seconds"), QJsonValue()},
                {QStringLiteral("text"), moved ? QStringLiteral("what was written to the copy meanwhile is not in the old database; the copy is kept")
                                               : QStringLiteral("none")}};
    }
    const QString span = seconds.isNull() ? QString() : QStringLiteral(", over %1").arg(durationText(Milliseconds(moment.msecsTo(until))));
    if (counted.isEmpty()) {
        return {{QStringLiteral("kind"), QStringLiteral("unknown")}, {QStringLiteral("rows"), QJsonValue()}, {QStringLiteral("bytes"), QJsonValue()},
                {QStringLiteral("seconds"), seconds}, {QStringLiteral("text"), QStringLiteral("unknown: the old database could not be compared%1").arg(span)}};
    }
    const qint64 rows = (measured.isEmpty() ? counted : measured)[QStringLiteral("rows")].toInteger();
    const bool whole = counted[QStringLiteral("exact")].toBool() && (measured.isEmpty() || measured[QStringLiteral("known")].toBool());
    const QString kind = !whole ? QStringLiteral("unknown") : rows == 0 ? QStringLiteral("none") : QStringLiteral("bounded");
    // A row that is as it was before a wrong UPDATE is no row that is gone.
    const auto some = [&counted](const char *key) { return numberText(double(counted[QLatin1String(key)].toInteger())); };
    QStringList kinds{QStringLiteral("%1 written since are gone").arg(some("vanish")), QStringLiteral("%1 changed since are as they were before").arg(some("changed"))};
    if (const qint64 after = measured[QStringLiteral("after")].toInteger(); after > 0)
        kinds.append(QStringLiteral("%1 came after the count").arg(numberText(double(after))));
    const QString words = QStringLiteral("%1%2 rows%3: %4").arg(whole ? QString() : measured[QStringLiteral("guessed")].toBool() ? QStringLiteral("about ") : QStringLiteral("at least "),
                                                                numberText(double(rows)), span, kinds.join(QStringLiteral(", ")));
    return {{QStringLiteral("kind"), kind}, {QStringLiteral("rows"), rows}, {QStringLiteral("bytes"), QJsonValue()},
            {QStringLiteral("seconds"), seconds}, {QStringLiteral("text"), rows == 0 && whole ? QStringLiteral("none") : words}};
}

} // namespace

QString countedLoss(const QJsonObject &facts)
{
    const QJsonObject counted = facts[QStringLiteral("ledger")].toObject();
    if (counted.isEmpty())
        return QStringLiteral("unknown: the old database could not be compared with the copy");
    const auto rows = [](const QJsonObject &of) {
        QStringList words;
        const std::pair<const char *, QString> kinds[] = {{"vanish", QStringLiteral("%1 written since vanish")},
                                                          {"changed", QStringLiteral("%1 changed since go back to what they were")},
                                                          {"come_back", QStringLiteral("%1 deleted since come back")}};
        for (const auto &[key, text] : kinds) {
            if (const qint64 number = of[QLatin1String(key)].toInteger(); number > 0)
                words.append(text.arg(number));
        }
        return words.join(QStringLiteral(", "));
    };
    const QString all = rows(counted);
    QStringList lines{QStringLiteral("%1rows: %2").arg(counted[QStringLiteral("exact")].toBool() ? QString() : QStringLiteral("at least, "),
                                                       all.isEmpty() ? QStringLiteral("none differs") : all)};
    const QJsonArray tables = counted[QStringLiteral("tables")].toArray();
    for (qsizetype i = 0; i < tables.size() && i < 6; ++i) {
        const QJsonObject table = tables[i].toObject();
        const QString words = rows(table);
        lines.append(QStringLiteral("%1: %2").arg(table[QStringLiteral("table")].toString(), words.isEmpty() ? QStringLiteral("unknown") : words));
    }
    if (tables.size() > 6)
        lines.append(QStringLiteral("and %1 more tables").arg(tables.size() - 6));
    return lines.join(QStringLiteral(" · "));
}

QJsonObject summary(const QJsonObject &facts)
{
    // As the clock in front of the operator: an act that is confirmed anew does not begin the outage anew.
    const QDateTime began = timeIn(facts, "run", "began");
    QDateTime recovered = timeIn(facts, "prove-serving", "served_at");
    if (!recovered.isValid())
        recovered = timeIn(facts, "prove-drained", "seen_at");
    const QDateTime moment = timeIn(facts, "restore", "moment");
    QDateTime until = timeIn(facts, "freeze", "ended_at");
    if (!until.isValid())
        until = timeIn(facts, "prove-drained", "seen_at");
    return {{QStringLiteral("recovery_time_ms"), began.isValid() && recovered.isValid() ? QJsonValue(began.msecsTo(recovered)) : QJsonValue()},
            {QStringLiteral("data_loss"), lossFrom(facts, moment, until)}};
}

} // namespace understudy::databasesteps
