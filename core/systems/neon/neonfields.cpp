// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonfields.h"

#include "core/base/quantity.h"
#include "core/base/redact.h"

#include <QRegularExpression>

#include <cmath>

namespace understudy {
namespace {

constexpr qsizetype neonTextLimit = 256; // a branch's name is the longest that is told
constexpr double mostWhole = 9'007'199'254'740'992.0;

QString boundedLine(const QString &text)
{
    // Cut first: what is redacted is searched by patterns.
    return redacted(text.left(4 * neonTextLimit).simplified()).left(neonTextLimit);
}

} // namespace

NeonFields::NeonFields(const QJsonValue &object, const QString &kind)
    : m_object(object.toObject())
    , m_kind(kind)
{
    if (!object.isObject())
        m_missing = kind;
}

bool NeonFields::isId(const QString &text)
{
    // Operations have UUIDs, all else letters of one case.
    static const QRegularExpression form(QStringLiteral("\\A[a-zA-Z0-9-]{1,64}\\z"));
    return form.match(text).hasMatch();
}

QJsonValue NeonFields::value(const char *name) const { return m_object[QLatin1String(name)]; }

void NeonFields::miss(const char *name)
{
    if (m_missing.isEmpty())
        m_missing = m_kind + QLatin1Char('.') + QLatin1String(name);
}

QString NeonFields::id(const char *name)
{
    const QString found = idIfTold(name);
    if (found.isEmpty())
        miss(name);
    return found;
}

QString NeonFields::text(const char *name)
{
    const QString found = textIfTold(name);
    if (found.isEmpty())
        miss(name);
    return found;
}

qint64 NeonFields::whole(const char *name)
{
    const double number = value(name).toDouble(-1);
    if (!(number >= 0 && number <= mostWhole) || number != std::floor(number)) {
        miss(name);
        return 0;
    }
    return qint64(number);
}

bool NeonFields::flag(const char *name)
{
    const QJsonValue found = value(name);
    if (!found.isBool())
        miss(name);
    return found.toBool();
}

QDateTime NeonFields::time(const char *name)
{
    const QDateTime found = timeIfTold(name);
    if (!found.isValid())
        miss(name);
    return found;
}

QString NeonFields::idIfTold(const char *name) const
{
    const QString found = value(name).toString();
    return isId(found) ? found : QString();
}

QString NeonFields::textIfTold(const char *name) const { return boundedLine(value(name).toString()); }

QDateTime NeonFields::timeIfTold(const char *name) const
{
    return parseTime(value(name).toString().left(40)).value_or(QDateTime());
}

std::optional<Error> NeonFields::problem() const
{
    if (m_missing.isEmpty())
        return {};
    return Error{ErrorCode::ProtocolViolation, QStringLiteral("Neon answered without a usable '%1'").arg(m_missing),
                 QStringLiteral("Look whether database.provider.neon.api is the address of Neon's API, version 2.")};
}

} // namespace understudy
