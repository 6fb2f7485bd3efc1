// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/redact.h"

#include <QRegularExpression>
#include <QUrl>

namespace understudy {

QString redacted(const QString &text)
{
    // The password of a URL may itself hold '@' or '/', so it runs to the last '@' before a blank.
    static const QRegularExpression url(QStringLiteral(R"(([A-Za-z][A-Za-z0-9+.\-]*://[^:/?#\s"'@]*):[^\s"']*@)"));
    static const QRegularExpression pair(
        QStringLiteral(R"(\b(password|passwd|pwd|secret|token|api[_-]?key|requirepass|masterauth|auth-pass)(\s*[=:]\s*|\s+)("[^"]*"|'[^']*'|[^\s,;&"']+))"),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression bearer(QStringLiteral(R"(\b(Bearer|Basic|Token)\s+[A-Za-z0-9._~+/=\-]{6,})"),
                                           QRegularExpression::CaseInsensitiveOption);
    QString out = text;
    out.replace(url, QStringLiteral("\\1:***@"));
    out.replace(bearer, QStringLiteral("\\1 ***"));
    // A word that only speaks about a password ("password authentication failed") is not a pair.
    qsizetype from = 0;
    for (;;) {
        const QRegularExpressionMatch match = pair.match(out, from);
        if (!match.hasMatch())
            break;
        const bool assigned = match.captured(2).contains(QLatin1Char('='))
                              || match.captured(2).contains(QLatin1Char(':'));
        const QString name = match.captured(1).toLower();
        const bool directive = name == QLatin1String("requirepass") || name == QLatin1String("masterauth")
                               || name == QLatin1String("auth-pass");
        from = match.capturedEnd(3);
        if (assigned || directive) {
            out.replace(match.capturedStart(3), match.capturedLength(3), QStringLiteral("***"));
            from = match.capturedStart(3) + 3;
        }
    }
    return out;
}

QString urlForDisplay(const QString &url)
{
    const QUrl parsed(url);
    if (!parsed.isValid() || parsed.host().isEmpty())
        return QStringLiteral("(unreadable URL)");
    QString out;
    if (!parsed.userName().isEmpty())
        out += parsed.userName() + QLatin1Char('@');
    out += parsed.host();
    if (parsed.port() > 0)
        out += QLatin1Char(':') + QString::number(parsed.port());
    return out + parsed.path();
}

} // namespace understudy
