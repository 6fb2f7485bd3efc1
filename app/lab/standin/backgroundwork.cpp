// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the stand-in does without being asked: it writes at a gentle rate, and it calls Gemini.
#include "app/lab/standin/standinapp.h"

namespace understudy::lab {

QByteArray StandInApp::dailyUsageKey()
{
    return "gemini:usage:daily:" + QDate::currentDate().toString(Qt::ISODate).toUtf8();
}

QByteArray StandInApp::monthlyUsageKey()
{
    return "gemini:usage:monthly:" + QDate::currentDate().toString(QStringLiteral("yyyy-MM")).toUtf8();
}

void StandInApp::work()
{
    const double due = double(m_work.interval());
    m_lag = qMax(0.0, double(m_sinceWork.restart()) - due) / 1000;
    m_cache.call({"SET", "heartbeat:" + m_settings.name.toUtf8(), QByteArray::number(QDateTime::currentMSecsSinceEpoch())},
                 [](const Result<RespValue> &) {});
    useGemini();
    // One write at a time: on a silent database they do not pile up.
    if (m_writing)
        return;
    m_writing = true;
    addProject(QStringLiteral("Draft of %1").arg(m_settings.name), [this](const Result<PgRows> &) { m_writing = false; });
}

void StandInApp::useGemini()
{
    const double cost = m_misbehaviour.now().geminiUsdPerMinute / 60;
    if (cost <= 0) {
        if (m_gemini.dailyUsd > 0)
            m_cache.call({"MGET", dailyUsageKey(), monthlyUsageKey()}, [this](const Result<RespValue> &reply) {
                if (!reply || reply->items.size() != 2)
                    return;
                m_gemini.dailyUsd = reply->items[0].text.toDouble();
                m_gemini.monthlyUsd = reply->items[1].text.toDouble();
            });
        return;
    }
    // Priced as the platform does: 0.075 USD for a million tokens in, 0.30 for a million out, ten in for one out.
    const qint64 out = qint64(cost / 1.05e-6);
    ++m_gemini.requests;
    m_gemini.inputTokens += out * 10;
    m_gemini.outputTokens += out;
    const QByteArray amount = QByteArray::number(cost, 'f', 6);
    m_cache.call({"INCRBYFLOAT", dailyUsageKey(), amount}, [this](const Result<RespValue> &reply) {
        if (!reply || reply->kind != RespValue::Kind::Bulk)
            return;
        m_gemini.dailyUsd = reply->text.toDouble();
        m_gemini.alerted = m_gemini.alerted || m_gemini.dailyUsd > 10;
        m_cache.call({"EXPIRE", dailyUsageKey(), "1800"}, [](const Result<RespValue> &) {});
    });
    m_cache.call({"INCRBYFLOAT", monthlyUsageKey(), amount}, [this](const Result<RespValue> &reply) {
        if (!reply || reply->kind != RespValue::Kind::Bulk)
            return;
        m_gemini.monthlyUsd = reply->text.toDouble();
        m_cache.call({"EXPIRE", monthlyUsageKey(), "1800"}, [](const Result<RespValue> &) {});
    });
}

AppReply StandInApp::costSummary(double daily, double monthly) const
{
    constexpr double dailyLimit = 10, monthlyBudget = 300; // coded so in the platform, whatever its plan says
    const auto number = [](double value) { return QByteArray::number(value, 'g', 12); };
    const QByteArray tokens = QByteArray::number(m_gemini.inputTokens + m_gemini.outputTokens);
    const QByteArray requests = QByteArray::number(m_gemini.requests);
    const QByteArray counts = ",\"tokens\":" + tokens + ",\"requests\":" + requests;
    return {200, "{\"success\":true,\"data\":{\"daily\":{\"cost\":" + number(daily) + counts + ",\"limitReached\":"
                     + (daily >= dailyLimit ? "true" : "false") + ",\"percentOfLimit\":" + number(daily / dailyLimit * 100)
                     + "},\"monthly\":{\"cost\":" + number(monthly) + counts + ",\"budget\":300,\"percentOfBudget\":"
                     + number(monthly / monthlyBudget * 100) + ",\"quotaWarning\":"
                     + (monthly >= 0.8 * monthlyBudget ? "true" : "false") + "}},\"timestamp\":\""
                     + toRfc3339(QDateTime::currentDateTimeUtc()).toUtf8() + "\"}"};
}

} // namespace understudy::lab
