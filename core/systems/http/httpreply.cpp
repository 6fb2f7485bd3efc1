// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/http/httpreply.h"

#include <array>

namespace understudy {

QByteArray HttpReply::header(QByteArrayView name) const
{
    for (const HttpHeader &one : headers) {
        if (one.name.size() == name.size() &&
            qstrnicmp(one.name.constData(), name.data(), size_t(name.size())) == 0)
            return one.value;
    }
    return {};
}

std::optional<QDateTime> HttpReply::date() const
{
    // "Mon, 23 Nov 2026 01:07:46 GMT", the one form that RFC 9110 lets servers send. Read by
    // position: QDateTime's own reader costs more than the whole rest of a look.
    static constexpr std::array<const char *, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const QByteArray text = header("Date");
    if (text.size() != 29 || !text.endsWith(" GMT"))
        return std::nullopt;
    int month = 0;
    while (month < 12 && qstrncmp(text.constData() + 8, months[size_t(month)], 3) != 0)
        ++month;
    const auto number = [&text](int at, int length) { return text.mid(at, length).toInt(); };
    const QDate day(number(12, 4), month + 1, number(5, 2));
    const QTime time(number(17, 2), number(20, 2), number(23, 2));
    if (!day.isValid() || !time.isValid())
        return std::nullopt;
    return QDateTime(day, time, Qt::UTC);
}

} // namespace understudy
