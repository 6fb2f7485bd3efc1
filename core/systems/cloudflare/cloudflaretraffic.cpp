// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/cloudflare/cloudflaretraffic.h"

#include "core/base/quantity.h"
#include "core/base/redact.h"
#include "core/systems/cloudflare/poolhealth.h"
#include "core/systems/http/httpretry.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace understudy {
namespace {

constexpr Milliseconds cloudflareAnswer{15'000};
constexpr qint64 mostCloudflare = 2'000'000;

/// "1002: validation failed; …". Its codes are documented in part only, so they are always shown.
QString cloudflareWords(const QJsonObject &envelope, const HttpReply &reply, const Secret &token)
{
    QStringList parts;
    for (const QJsonValue &value : envelope[QStringLiteral("errors")].toArray()) {
        const QJsonObject error = value.toObject();
        parts.append(QStringLiteral("%1: %2").arg(error[QStringLiteral("code")].toInteger()).arg(error[QStringLiteral("message")].toString().left(200)));
    }
    QString text = parts.isEmpty() ? QString::fromUtf8(reply.body.left(300)) : parts.mid(0, 4).join(QStringLiteral("; "));
    text.replace(QString::fromUtf8(token.reveal()), QStringLiteral("***")); // a proxy may tell what it was sent
    return redacted(text.simplified().left(400));
}

Error refusedByCloudflare(const HttpReply &reply, const QJsonObject &envelope, const Secret &token)
{
    const QString cause = cloudflareWords(envelope, reply, token);
    if (reply.status == 401 || reply.status == 403)
        return {ErrorCode::AuthenticationFailed, QStringLiteral("Cloudflare refuses the token"), QStringLiteral("It needs \"Load Balancers: Edit\" for the plan's zone."), cause};
    if (reply.status == 404)
        return {ErrorCode::NotFound, QStringLiteral("Cloudflare has no such load balancer in this zone"), QStringLiteral("Mend `zone` and `load_balancer` in the plan; both are ids."), cause};
    if (reply.status == 429) {
        const std::optional<Milliseconds> wait = retryAfter(reply);
        return {ErrorCode::Busy, wait ? QStringLiteral("Cloudflare asks to be left alone for %1").arg(durationText(*wait)) : QStringLiteral("Cloudflare asks to be left alone for a while"),
                QStringLiteral("1,200 calls in 5 minutes block all calls of the account for 5 minutes; its dashboard still works."), cause};
    }
    if (reply.status >= 500)
        return {ErrorCode::HttpStatus, QStringLiteral("Cloudflare's API does not work: it answers %1").arg(reply.status), QStringLiteral("See cloudflarestatus.com; the dashboard may still work."), cause};
    return {ErrorCode::HttpStatus, QStringLiteral("Cloudflare refuses: it answers %1").arg(reply.status), QStringLiteral("Its own words say why."), cause};
}

QByteArray toState(const QJsonObject &directing) { return QJsonDocument(directing).toJson(QJsonDocument::Compact); }

} // namespace

CloudflareTraffic::CloudflareTraffic(const Plan &plan, const SecretResolver &secrets) : m_secrets(secrets)
{
    const TrafficPlan &traffic = plan.application->traffic;
    m_token = traffic.token;
    m_balancer = traffic.values.value(QStringLiteral("load_balancer"));
    m_address = traffic.values.value(QStringLiteral("api"), QStringLiteral("https://api.cloudflare.com/client/v4"));
    while (m_address.endsWith(QLatin1Char('/')))
        m_address.chop(1);
    if (const QString account = traffic.values.value(QStringLiteral("account")); !account.isEmpty())
        m_poolsAddress = QStringLiteral("%1/accounts/%2/load_balancers/pools/").arg(m_address, QString::fromLatin1(QUrl::toPercentEncoding(account)));
    m_address += QStringLiteral("/zones/%1/load_balancers/%2")
                     .arg(QString::fromLatin1(QUrl::toPercentEncoding(traffic.values.value(QStringLiteral("zone")))), QString::fromLatin1(QUrl::toPercentEncoding(m_balancer)));
    for (auto it = traffic.values.begin(); it != traffic.values.end(); ++it) {
        if (it.key().startsWith(QLatin1String("pools.")))
            m_pools.insert(it.key().mid(6), it.value());
    }
}

QString CloudflareTraffic::where() const { return QStringLiteral("Cloudflare's load balancer %1").arg(m_balancer); }

Result<QJsonObject> CloudflareTraffic::ask(const QByteArray &method, const QJsonObject &body, const CancelToken &cancel) const
{
    return askAt(m_address, method, body, cancel);
}

Result<QJsonObject> CloudflareTraffic::askAt(const QString &address, const QByteArray &method, const QJsonObject &body, const CancelToken &cancel) const
{
    const Result<Secret> token = m_secrets.resolve(m_token);
    if (!token)
        return fail(token.error());
    HttpRequest request{.url = QUrl(address),
                        .headers = {{"Accept", "application/json"}, {"Authorization", "Bearer " + token->reveal().trimmed()}},
                        .deadline = cloudflareAnswer,
                        .bodyLimit = mostCloudflare,
                        .method = method};
    if (method != "GET") {
        request.headers.append(HttpHeader{"Content-Type", "application/json"});
        request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    }
    // Twice the same PATCH is as good as once: it sets lists whole.
    const Result<HttpReply> reply = httpCall(request, {.attempts = 3, .repeatable = true, .comeAgain = {429, 503}}, cancel);
    if (!reply)
        return fail(reply.error());
    const Result<QJsonObject> envelope = jsonObject(*reply, request.name());
    if (!reply->isOk())
        return fail(refusedByCloudflare(*reply, envelope ? *envelope : QJsonObject(), *token));
    if (!envelope)
        return fail(envelope.error());
    if (!(*envelope)[QStringLiteral("success")].toBool() || !(*envelope)[QStringLiteral("result")].isObject())
        return fail(ErrorCode::ProtocolViolation, QStringLiteral("Cloudflare's answer says no success"), {}, cloudflareWords(*envelope, *reply, *token));
    return (*envelope)[QStringLiteral("result")].toObject();
}

Result<TrafficLook> CloudflareTraffic::look(const CancelToken &cancel) const
{
    const Result<QJsonObject> balancer = ask("GET", {}, cancel);
    if (!balancer)
        return fail(balancer.error());
    const QStringList colours = cloudflare::coloursServing(*balancer, m_pools);
    const QString lingers = cloudflare::lingering(*balancer);
    const bool enabled = (*balancer)[QStringLiteral("enabled")].toBool(true);
    return TrafficLook{.colours = colours,
                       .disk = !enabled           ? QStringLiteral("%1 is disabled: it directs nothing").arg(where())
                               : colours.isEmpty() ? QStringLiteral("%1 names no pool of the plan").arg(where())
                                                   : QStringLiteral("%1 prefers %2").arg(where(), colours.join(QStringLiteral(" and "))),
                       .running = lingers.isEmpty() ? QStringLiteral("it is in force within seconds") : lingers,
                       .state = toState(cloudflare::directing(*balancer))};
}

Result<QString> CloudflareTraffic::check(const QString &colour, const CancelToken &cancel) const
{
    if (m_pools.value(colour).isEmpty())
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan names no pool for %1").arg(colour), QStringLiteral("Write its id under `pools` of cloudflare."));
    const Result<QJsonObject> balancer = ask("GET", {}, cancel);
    if (!balancer)
        return fail(balancer.error());
    if (!(*balancer)[QStringLiteral("enabled")].toBool(true))
        return fail(ErrorCode::PreflightFailed, QStringLiteral("%1 is disabled").arg(where()), QStringLiteral("Something else directs the traffic; enable it first."));
    if (cloudflare::coloursServing(*balancer, m_pools).isEmpty())
        return fail(ErrorCode::NotFound, QStringLiteral("%1 names no pool of the plan").arg(where()), QStringLiteral("Mend `pools` of cloudflare in the plan."));
    const Result<QString> pool = checkPool(colour, cancel);
    if (!pool)
        return fail(pool.error());
    const QString lingers = cloudflare::lingering(*balancer);
    return QStringLiteral("its lists can be turned to %1; %2%3").arg(colour, *pool, lingers.isEmpty() ? QString() : QStringLiteral("; ") + lingers);
}

/// A pool that is switched off, or ill by Cloudflare's own word, is passed over: users would stay where they are.
Result<QString> CloudflareTraffic::checkPool(const QString &colour, const CancelToken &cancel) const
{
    const QString name = QStringLiteral("the pool of %1").arg(colour);
    if (m_poolsAddress.isEmpty())
        return QStringLiteral("what Cloudflare finds of %1 is not known: the plan names no account").arg(name);
    const QString address = m_poolsAddress + QString::fromLatin1(QUrl::toPercentEncoding(m_pools.value(colour)));
    const Result<QJsonObject> pool = askAt(address, "GET", {}, cancel);
    const Result<QJsonObject> health = pool ? askAt(address + QStringLiteral("/health"), "GET", {}, cancel) : pool;
    // Knowing more is no condition of a recovery; the counted answers decide.
    if (!health)
        return QStringLiteral("what Cloudflare finds of %1 is not known (%2; reading it needs \"Load Balancing: Monitors and Pools Read\" of the account)")
            .arg(name, health.error().cause.isEmpty() ? health.error().message : health.error().cause);
    if (!(*pool)[QStringLiteral("enabled")].toBool(true))
        return fail(ErrorCode::PreflightFailed, QStringLiteral("%1 is switched off at Cloudflare").arg(name), QStringLiteral("Enable it there first: until then it is passed over."));
    const cloudflare::PoolHealth found = cloudflare::poolHealth(*health);
    if (found.is == cloudflare::PoolHealth::Is::Unhealthy)
        return fail(ErrorCode::PreflightFailed, QStringLiteral("Cloudflare finds %1 %2").arg(name, found.words), QStringLiteral("Until its own monitors pass, it is passed over whatever the lists say."));
    return QStringLiteral("Cloudflare finds %1 %2").arg(name, found.words);
}

Result<QString> CloudflareTraffic::write(const QJsonObject &wanted, const CancelToken &cancel) const
{
    const Result<QJsonObject> answer = ask("PATCH", wanted, cancel);
    // What it answers is a claim, and no answer is no refusal: both are settled by reading again.
    const Result<QJsonObject> now = ask("GET", {}, answer ? cancel : CancelToken());
    if (!now)
        return fail(answer ? now.error() : answer.error());
    if (cloudflare::directing(*now) == wanted)
        return QStringLiteral("%1 has the lists that were sent, read again").arg(where());
    if (!answer)
        return fail(answer.error());
    return fail(ErrorCode::NotProved, QStringLiteral("%1 does not have the lists that were sent").arg(where()), QStringLiteral("Somebody else may be at it; look again."));
}

Result<QString> CloudflareTraffic::switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const
{
    Q_UNUSED(tag);
    const Result<QJsonObject> balancer = ask("GET", {}, cancel);
    if (!balancer)
        return fail(balancer.error());
    if (toState(cloudflare::directing(*balancer)) != seen.state)
        return fail(ErrorCode::TargetChanged, QStringLiteral("%1 has changed since it was looked at").arg(where()), QStringLiteral("Look again."));
    const QJsonObject wanted = cloudflare::directedTo(*balancer, m_pools, colour);
    if (wanted == cloudflare::directing(*balancer))
        return QStringLiteral("%1 prefers %2 already").arg(where(), colour);
    return write(wanted, cancel);
}

Result<QString> CloudflareTraffic::putBackState(const QByteArray &state, const QString &colour, const QString &tag, const CancelToken &cancel) const
{
    const QJsonObject before = QJsonDocument::fromJson(state).object();
    const Result<QJsonObject> balancer = ask("GET", {}, cancel);
    if (!balancer)
        return fail(balancer.error());
    QJsonObject then = *balancer;
    for (auto it = before.begin(); it != before.end(); ++it)
        then.insert(it.key(), it.value());
    // Ours only if nobody has changed it since: else no more is done than to prefer the colour again.
    const QString other = m_pools.keys().value(m_pools.keys().first() == colour ? 1 : 0);
    if (before.isEmpty() || cloudflare::directedTo(then, m_pools, other) != cloudflare::directing(*balancer))
        return putBack(colour, tag, cancel);
    return write(before, cancel);
}

QStringList CloudflareTraffic::willDo(const QString &colour) const
{
    return {QStringLiteral("PATCH %1: in default_pools, in every region's, country's and data centre's list, in rules and as fallback, pool %2 (%3) takes the first place among the colours")
                .arg(m_address, m_pools.value(colour), colour)};
}

QString CloudflareTraffic::restoreText() const { return QStringLiteral("the lists of %1 as they were are sent again").arg(where()); }

QStringList CloudflareTraffic::byHand(const QString &colour) const
{
    const QString variable = m_token.kind == SecretReference::Kind::Environment ? m_token.name : QStringLiteral("TOKEN");
    return {QStringLiteral("curl -X PATCH -H \"Authorization: Bearer $%1\" -H 'Content-Type: application/json' -d '{\"default_pools\": [\"%2\", …]}' %3")
                .arg(variable, m_pools.value(colour), m_address)};
}

} // namespace understudy
