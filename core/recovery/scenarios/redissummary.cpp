// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/scenarios/redissteps.h"

#include "core/base/quantity.h"

namespace understudy::redissteps {
namespace {

QDateTime time(const QJsonObject &facts, const char *key)
{
    return QDateTime::fromString(facts[QLatin1String(key)].toString(), Qt::ISODateWithMs);
}

QJsonObject loss(const QString &kind, const QString &text, const QJsonValue &bytes = {})
{
    return {{QStringLiteral("kind"), kind}, {QStringLiteral("text"), text}, {QStringLiteral("rows"), QJsonValue()},
            {QStringLiteral("bytes"), bytes}, {QStringLiteral("seconds"), QJsonValue()}};
}

QJsonObject dataLoss(const QJsonObject &facts)
{
    const QJsonObject judged = facts[QStringLiteral("judge")].toObject();
    const QJsonObject moved = facts[QStringLiteral("fail-over")].toObject();
    if (judged[QStringLiteral("need")] == QLatin1String("promote"))
        return loss(QStringLiteral("unknown"), QStringLiteral("unknown: what the lost master had not sent on"));
    if (judged[QStringLiteral("need")] == QLatin1String("nothing")) {
        return judged[QStringLiteral("changed")].toBool() || judged.contains(QStringLiteral("moved_from"))
            ? loss(QStringLiteral("unknown"), QStringLiteral("unknown: the master had been moved without this run"))
            : loss(QStringLiteral("none"), QStringLiteral("none"), 0);
    }
    if (moved[QStringLiteral("from_answers")].toBool()) {
        const bool held = moved[QStringLiteral("fence")].toString() != QLatin1String("none")
            && (moved[QStringLiteral("fence")] == QLatin1String("pause") || facts[QStringLiteral("fence")].toObject().contains(QStringLiteral("offset")));
        return held ? loss(QStringLiteral("none"), QStringLiteral("none"), 0)
                    : loss(QStringLiteral("unknown"), QStringLiteral("unknown: writes could not be held off"));
    }
    for (const char *step : {"prove-master", "keep"}) {
        if (const QString stray = facts[QLatin1String(step)].toObject()[QStringLiteral("stray")].toString(); !stray.isEmpty())
            return loss(QStringLiteral("unknown"), QStringLiteral("unknown: %1 answered again and took writes until it was told to follow").arg(stray));
    }
    const qint64 last = facts[QStringLiteral("run")].toObject()[QStringLiteral("last_master_offset")].toInteger(-1);
    const qint64 kept = moved[QStringLiteral("offset")].toInteger(-1);
    if (last >= 0 && kept >= 0) {
        const qint64 lost = qMax<qint64>(0, last - kept);
        if (lost == 0)
            return loss(QStringLiteral("unknown"), QStringLiteral("little or nothing, estimated from where the lost master was when it was last seen"), lost);
        return loss(QStringLiteral("unknown"), QStringLiteral("about 0 to %1, estimated from where the lost master was when it was last seen").arg(bytesText(double(lost))), lost);
    }
    return loss(QStringLiteral("unknown"), QStringLiteral("unknown: where the lost master had come to was not seen"));
}

} // namespace

QJsonObject summary(const QJsonObject &facts)
{
    const QJsonObject run = facts[QStringLiteral("run")].toObject();
    const QJsonObject moved = facts[QStringLiteral("fail-over")].toObject();
    const QJsonObject proved = facts[QStringLiteral("prove-master")].toObject();
    const QDateTime began = time(run, "outage_began");
    QDateTime recovered = time(moved, "promoted_at");
    // A run that was killed in between has not seen the moment itself, only that it has come.
    if (!recovered.isValid())
        recovered = time(proved, "proved_at");
    // The jobs work again only when the backends have been restarted: users wait for that.
    if (const QDateTime restarted = time(facts[QStringLiteral("restart-backends")].toObject(), "restarted_at"); restarted > recovered)
        recovered = restarted;
    QJsonValue milliseconds;
    const bool nothing = facts[QStringLiteral("judge")].toObject()[QStringLiteral("need")] == QLatin1String("nothing");
    if (began.isValid() && recovered.isValid())
        milliseconds = began.msecsTo(recovered);
    else if (!nothing && recovered.isValid() && time(moved, "asked_at").isValid())
        milliseconds = time(moved, "asked_at").msecsTo(recovered);
    return {{QStringLiteral("recovery_time_ms"), milliseconds},
            {QStringLiteral("master_time_ms"), moved[QStringLiteral("took_ms")]},
            {QStringLiteral("data_loss"), dataLoss(facts)}};
}

} // namespace understudy::redissteps
