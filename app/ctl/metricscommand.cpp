// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commandline.h"
#include "app/ctl/commands.h"
#include "app/ctl/output.h"
#include "core/systems/http/httpget.h"
#include "core/systems/metrics/exposition.h"
#include "core/systems/metrics/expositiontext.h"

#include <QFile>
#include <QJsonObject>
#include <QUrl>

namespace understudy::ctl {
namespace {

constexpr qint64 pageLimit = expositionLimit;

Result<QByteArray> readPage(const QString &from)
{
    if (from.startsWith(QLatin1String("http://")) || from.startsWith(QLatin1String("https://"))) {
        Result<HttpReply> reply = httpGetBlocking(QUrl(from), {}, std::chrono::seconds(10));
        if (!reply)
            return fail(reply.error());
        if (reply->status != 200)
            return fail(ErrorCode::HttpStatus, QStringLiteral("%1 answered %2").arg(from).arg(reply->status));
        return reply->body;
    }
    QFile file(from);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::FileUnreadable, QStringLiteral("cannot read %1").arg(from), {}, file.errorString());
    QByteArray page = file.read(pageLimit + 1);
    if (page.size() > pageLimit)
        return fail(ErrorCode::TooLarge, QStringLiteral("%1 is larger than 8 MB").arg(from),
                    QStringLiteral("No metrics page of an application is that large; check the address."));
    return page;
}

} // namespace

int metricsCommand(const QStringList &arguments)
{
    CommandLine line(QStringLiteral("metrics FILE|URL [--json]"),
                     QStringLiteral("Prints what the console reads out of a page in the Prometheus text format 0.0.4.\n"
                                    "A page with one bad line is refused whole: 65, FILE:LINE."));
    line.flag(QStringLiteral("json"), QStringLiteral("one JSON document"));
    if (const std::optional<int> end = line.parse(arguments, 1, 1))
        return *end;
    const QString from = line.words().at(0);
    const Result<QByteArray> page = readPage(from);
    if (!page) {
        tell(page.error());
        const bool local = page.error().code == ErrorCode::FileUnreadable || page.error().code == ErrorCode::TooLarge;
        return local ? int(BadInput) : int(Unavailable);
    }
    const Result<MetricsPage> metrics = readExposition(*page, from, pageLimit);
    if (!metrics) {
        tell(metrics.error());
        return BadInput;
    }
    if (line.has(QStringLiteral("json")))
        printJson(QJsonDocument(metricsJson(*metrics)));
    else
        print(metricsText(*metrics));
    return Ok;
}

} // namespace understudy::ctl
