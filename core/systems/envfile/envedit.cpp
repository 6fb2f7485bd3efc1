// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/envfile/envedit.h"

#include "core/base/redact.h"
#include "core/systems/envfile/envdefinition.h"

#include <QUrl>

#include <optional>

namespace understudy {
namespace {

/// Bytes that every reader takes for themselves outside quotes.
bool isPlain(const QByteArray &value)
{
    for (const char c : value) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && !QByteArrayView("_-./:@%+,=?&~").contains(c))
            return false;
    }
    return !value.isEmpty();
}

/// Inside "…" and `…` tools expand variables and backslashes; inside '…' none does.
bool fits(const QByteArray &value, char quote)
{
    if (value.contains('\n') || value.contains('\r') || value.contains('\0') || value.contains(quote))
        return false;
    return quote == '\'' || !(value.contains('$') || value.contains('\\'));
}

/// The value as it is to be written: in the quotes that stood there where they can hold it.
std::optional<QByteArray> written(const QByteArray &value, char quote)
{
    if (quote == 0 && isPlain(value))
        return value;
    for (const char sign : {quote, '\'', '"'}) {
        if (sign != 0 && fits(value, sign))
            return sign + value + sign;
    }
    return std::nullopt;
}

bool isCommentOrNothing(const QByteArray &text, qsizetype from)
{
    while (from < text.size() && (text.at(from) == ' ' || text.at(from) == '\t' || text.at(from) == '\r'))
        ++from;
    return from >= text.size() || text.at(from) == '\n' || text.at(from) == '#';
}

/// An address without its password; whatever else it may be is hidden.
QString shown(const QString &key, const QByteArray &written)
{
    QByteArray bare = written;
    if (bare.size() >= 2 && bare.front() == bare.back() && QByteArrayView("'\"`").contains(bare.front()))
        bare = bare.mid(1, bare.size() - 2);
    const QUrl url(QString::fromUtf8(bare), QUrl::StrictMode);
    const bool address = url.isValid() && !url.scheme().isEmpty() && !url.host().isEmpty();
    if (!address)
        return key + QStringLiteral("=(hidden)");
    // urlForDisplay leaves the password out; that there is one, and parameters, is told without them.
    const QString user = url.userName().isEmpty() ? QString() : url.userName() + QLatin1Char('@');
    QString place = urlForDisplay(QString::fromUtf8(bare));
    if (!url.password().isEmpty())
        place = url.userName() + QStringLiteral(":***@") + place.mid(user.size());
    return key + QLatin1Char('=') + url.scheme() + QStringLiteral("://") + place + (url.hasQuery() ? QStringLiteral("?…") : QString());
}

} // namespace

Result<EnvEdit> EnvEdit::make(const QByteArray &text, const QHash<QString, Secret> &values)
{
    return make(text, values.keys(), [&values](const QString &key, const Secret &) { return Result<Secret>(values[key]); });
}

Result<EnvEdit> EnvEdit::make(const QByteArray &text, const QStringList &keys, const Change &change)
{
    EnvEdit edit;
    QStringList missing = keys;
    qsizetype copied = 0;
    for (const EnvDefinition &one : envDefinitions(text)) {
        if (!keys.contains(one.key))
            continue;
        missing.removeAll(one.key);
        if (!one.closed)
            return fail(ErrorCode::InvalidInput, QStringLiteral("%1 on line %2 has a quotation mark that is not closed").arg(one.key).arg(one.line),
                        QStringLiteral("Mend that line by hand, then look again."));
        if (!isCommentOrNothing(text, one.end))
            return fail(ErrorCode::InvalidInput, QStringLiteral("%1 on line %2 has text after its closing quotation mark").arg(one.key).arg(one.line),
                        QStringLiteral("Mend that line by hand, then look again."));
        const QByteArray before = text.mid(one.begin, one.end - one.begin);
        const QByteArray bare = one.quote == 0 ? before : before.mid(1, before.size() - 2);
        const Result<Secret> value = change(one.key, Secret(bare));
        if (!value)
            return fail(value.error().code, QStringLiteral("%1 on line %2 %3").arg(one.key).arg(one.line).arg(value.error().message),
                        value.error().hint);
        // What stays stays as it is written, whatever we would have written.
        const std::optional<QByteArray> now = value->reveal() == bare ? before : written(value->reveal(), one.quote);
        if (!now)
            return fail(ErrorCode::InvalidInput, QStringLiteral("the new value of %1 cannot be written so that every reader takes it alike").arg(one.key),
                        QStringLiteral("Percent-encode quotes, line breaks and '$' in the address."));
        edit.m_text += text.mid(copied, one.begin - copied);
        edit.m_text += *now;
        copied = one.end;
        // "KEY=#…" has a comment right behind an empty value; behind a value it needs a blank.
        if (copied < text.size() && text.at(copied) == '#')
            edit.m_text += ' ';
        if (before != *now)
            edit.m_preview.append({one.line, shown(one.key, before), shown(one.key, *now)});
    }
    if (!missing.isEmpty()) {
        missing.sort();
        return fail(ErrorCode::NotFound, QStringLiteral("%1 is not defined there").arg(missing.join(QStringLiteral(", "))),
                    QStringLiteral("Correct the keys in the plan, or define them in the file."));
    }
    edit.m_text += text.mid(copied);
    return edit;
}

} // namespace understudy
