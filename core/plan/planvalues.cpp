// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The scalar readers of PlanSection.
#include "core/base/quantity.h"
#include "core/plan/plansection.h"

#include <QRegularExpression>
#include <QUrl>

namespace understudy {
namespace {

/// The reader's answer for a value that parses as a whole or not at all.
template<typename T>
std::optional<T> accepted(PlanContext &context, const YamlNode &node, const Result<T> &result)
{
    if (result)
        return *result;
    context.error(node, result.error().message, result.error().hint);
    return std::nullopt;
}

Result<Milliseconds> durationOf(const YamlNode &node)
{
    Result<Milliseconds> parsed = parseDuration(node.text);
    static const QRegularExpression bare(QStringLiteral("^[0-9]{1,10}$"));
    if (!parsed && bare.match(node.text).hasMatch())
        return fail(ErrorCode::InvalidInput, QStringLiteral("duration without a unit: '%1'").arg(node.text),
                    QStringLiteral("Write the unit: %1ms, %1s for seconds, %1m for minutes, %1h for hours or %1d for days.")
                        .arg(node.text));
    if (!parsed && node.text.size() > 20)
        return fail(ErrorCode::InvalidInput, QStringLiteral("not a duration: %1").arg(quotedForPlan(node.text)),
                    parsed.error().hint);
    return parsed;
}

} // namespace

void PlanSection::text(const char *key, QString &into, Need need) const
{
    const YamlNode *value = scalar(key, need);
    if (!value)
        return;
    if (need == Required && value->text.trimmed().isEmpty()) {
        m_context.error(*value, QStringLiteral("%1 is empty").arg(called(key)),
                        QStringLiteral("Write a text that is not blank."));
        return;
    }
    into = value->text;
}

void PlanSection::texts(const char *key, QStringList &into, Need need) const
{
    const YamlNode *value = sequence(key, need);
    if (!value)
        return;
    for (const YamlNode &item : value->items) {
        if (item.kind == YamlNode::Kind::Scalar)
            into.append(item.text);
        else if (item.kind != YamlNode::Kind::Refused)
            m_context.error(item, QStringLiteral("an item of %1 is not a text").arg(called(key)),
                            QStringLiteral("Write '%1: [first, second]'; quote an item that holds ': ', braces or brackets.")
                                .arg(QLatin1String(key)));
    }
}

void PlanSection::command(const char *key, QStringList &into, Need need) const
{
    const YamlNode *value = find(key, need);
    if (!value)
        return;
    if (value->kind == YamlNode::Kind::Scalar) {
        const QStringList words = value->text.simplified().left(200).split(QLatin1Char(' '));
        m_context.error(*value, QStringLiteral("%1 is a text, not a list of program and arguments").arg(called(key)),
                        QStringLiteral("No shell runs it; write '%1: [%2]'.")
                            .arg(QLatin1String(key), words.join(QStringLiteral(", "))));
        return;
    }
    QStringList words;
    texts(key, words, Required);
    const bool noProgram = !words.isEmpty() && words.constFirst().trimmed().isEmpty();
    if (noProgram)
        m_context.error(*value, QStringLiteral("%1 names no program").arg(called(key)),
                        QStringLiteral("Write the program's name as the first item."));
    else
        into = words;
}

void PlanSection::boolean(const char *key, bool &into) const
{
    const YamlNode *value = scalar(key, Optional);
    if (!value)
        return;
    const bool isTrue = !value->quoted && value->text == QLatin1String("true");
    if (!isTrue && (value->quoted || value->text != QLatin1String("false"))) {
        m_context.error(*value, QStringLiteral("%1 is %2, not true or false").arg(called(key), quotedForPlan(value->text)),
                        QStringLiteral("Write true or false, without quotes."));
        return;
    }
    into = isTrue;
}

void PlanSection::integer(const char *key, int &into, int least, int most, Need need) const
{
    const YamlNode *value = scalar(key, need);
    if (!value)
        return;
    static const QRegularExpression form(QStringLiteral("^[0-9]{1,9}$"));
    const int number = form.match(value->text).hasMatch() && !value->quoted ? value->text.toInt() : -1;
    if (number < least || number > most) {
        m_context.error(*value, QStringLiteral("%1 is %2").arg(called(key), quotedForPlan(value->text)),
                        QStringLiteral("Write a whole number from %1 to %2, without quotes.").arg(least).arg(most));
        return;
    }
    into = number;
}

void PlanSection::number(const char *key, double &into, Need need) const
{
    const YamlNode *value = scalar(key, need);
    if (!value)
        return;
    static const QRegularExpression form(QStringLiteral("^[0-9]{1,15}(\\.[0-9]{1,9})?$"));
    if (!form.match(value->text).hasMatch() || value->quoted) {
        m_context.error(*value, QStringLiteral("%1 is %2, not a number").arg(called(key), quotedForPlan(value->text)),
                        QStringLiteral("Write digits, with a point if need be: 50 or 12.5."));
        return;
    }
    into = value->text.toDouble();
}

void PlanSection::duration(const char *key, Milliseconds &into, Need need) const
{
    const YamlNode *value = scalar(key, need);
    if (!value)
        return;
    if (const std::optional<Milliseconds> parsed = accepted(m_context, *value, durationOf(*value)))
        into = *parsed;
}

void PlanSection::duration(const char *key, std::optional<Milliseconds> &into) const
{
    Milliseconds parsed{0};
    duration(key, parsed);
    if (parsed.count() > 0)
        into = parsed;
}

void PlanSection::percentage(const char *key, std::optional<double> &into) const
{
    const YamlNode *value = scalar(key, Optional);
    if (!value)
        return;
    const Result<double> ratio = parsePercentage(value->text);
    if (ratio)
        into = *ratio;
    else
        m_context.error(*value, QStringLiteral("not a percentage: %1").arg(quotedForPlan(value->text)),
                        ratio.error().hint);
}

void PlanSection::date(const char *key, QDate &into) const
{
    const YamlNode *value = scalar(key, Optional);
    if (!value)
        return;
    static const QRegularExpression form(QStringLiteral("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"));
    QDate day;
    if (form.match(value->text).hasMatch()) {
        day = QDate::fromString(value->text, Qt::ISODate);
    } else if (value->text.contains(QLatin1Char(':'))) {
        // A moment is accepted as well, but only one that says its zone: its day depends on it.
        const Result<QDateTime> moment = parseTime(value->text.left(80));
        if (!moment) {
            m_context.error(*value, moment.error().message, moment.error().hint);
            return;
        }
        day = moment->date();
    }
    if (!day.isValid()) {
        m_context.error(*value, QStringLiteral("%1 is %2, not a date").arg(called(key), quotedForPlan(value->text)),
                        QStringLiteral("Write it as 2025-12-25."));
        return;
    }
    into = day;
}

void PlanSection::webAddress(const char *key, QString &into, Need need) const
{
    const YamlNode *value = scalar(key, need);
    if (!value)
        return;
    const QUrl url(value->text, QUrl::StrictMode);
    const bool web = url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    if (!url.password().isEmpty()) {
        m_context.error(*value, QStringLiteral("%1 holds a password").arg(called(key)),
                        QStringLiteral("Remove the password: a plan never holds a secret."));
    } else if (!url.isValid() || !web || url.host().isEmpty() || url.port(80) < 1) {
        m_context.error(*value, QStringLiteral("%1 is %2, not a web address").arg(called(key), quotedForPlan(value->text)),
                        QStringLiteral("Write it in full: https://host.example or http://10.0.0.1:3001, with a port from 1 to 65535."));
    } else {
        into = value->text;
    }
}

void PlanSection::webPath(const char *key, QString &into, Need need) const
{
    const YamlNode *value = scalar(key, need);
    if (!value)
        return;
    static const QRegularExpression form(QStringLiteral("^/[\\x21-\\x7e]*$"));
    if (!form.match(value->text).hasMatch()) {
        m_context.error(*value, QStringLiteral("%1 is %2, not a path on the server").arg(called(key), quotedForPlan(value->text)),
                        QStringLiteral("Write it with a leading slash and without the host: /health/live."));
        return;
    }
    into = value->text;
}

void PlanSection::hostName(const char *key, QString &into, Need need) const
{
    const YamlNode *value = scalar(key, need);
    if (!value)
        return;
    if (!m_context.hosts.contains(value->text)) {
        QString hint = m_context.suggestion(value->text, m_context.hosts);
        hint += m_context.hosts.isEmpty()
                    ? QStringLiteral("Name it under 'hosts:', as in 'app-1: {ssh: deploy@app-1.example}' or 'app-1: {local: true}'.")
                    : QStringLiteral("Add it under 'hosts:'; named there: %1.")
                          .arg(m_context.hosts.mid(0, 20).join(QStringLiteral(", ")));
        m_context.error(*value, QStringLiteral("unknown host %1").arg(quotedForPlan(value->text)), hint);
        return;
    }
    into = value->text;
}

void PlanSection::choice(const char *key, QString &into, const QStringList &choices, Need need) const
{
    const YamlNode *value = scalar(key, need);
    if (!value)
        return;
    if (!choices.contains(value->text)) {
        QString hint = m_context.suggestion(value->text, choices);
        hint += QStringLiteral("Write one of: %1.").arg(choices.join(QStringLiteral(", ")));
        m_context.error(*value, QStringLiteral("%1 is %2").arg(called(key), quotedForPlan(value->text)), hint);
        return;
    }
    into = value->text;
}

} // namespace understudy
