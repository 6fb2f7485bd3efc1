// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/nginxinclude.h"

#include "core/systems/shell/hostprogram.h"
#include "core/systems/shell/programwords.h"
#include "core/systems/traffic/colournames.h"
#include "core/systems/traffic/nginxrunning.h"
#include "core/systems/traffic/nginxupstreams.h"

#include <QRegularExpression>

namespace understudy {
namespace {

// $2: the target to read instead of the link's own; relative ones count from the link's folder.
const char *const linkRead = R"sh(
[ -L "$1" ] || { echo "$1 is no link" >&2; exit 3; }
target=${2:-$(readlink -- "$1")} || exit 4
cd -- "$(dirname -- "$1")" || exit 4
[ -f "$target" ] || { echo "$target does not exist" >&2; exit 5; }
printf '%s\n' "$target"
head -c 1000000 -- "$target"
)sh";

// A link is not changed but replaced by another one, renamed over it: nginx finds one of the two at any time.
const char *const linkReplace = R"sh(
set -u
now=$(readlink -- "$1") || exit 4
[ "$now" = "$3" ] && exit 0
[ "$now" = "$2" ] || { echo "it leads to $now now" >&2; exit 5; }
ln -s -- "$3" "$4" && mv -fT -- "$4" "$1" || { rm -f -- "$4"; exit 6; }
)sh";

/// What is included inside an upstream has only its servers.
QByteArray asUpstream(const QByteArray &text)
{
    static const QRegularExpression upstream(QStringLiteral(R"(^\s*upstream\s)"), QRegularExpression::MultilineOption);
    return QString::fromUtf8(text).contains(upstream) ? text : QByteArray("upstream included {\n" + text + "\n}\n");
}

} // namespace

QString NginxInclude::targetFor(const QString &target, const QStringList &colours, const QString &colour)
{
    const qsizetype folder = target.lastIndexOf(QLatin1Char('/')) + 1;
    const QString name = colournames::replaced(target.mid(folder), colours, colour);
    return name.isEmpty() ? QString() : target.left(folder) + name;
}

NginxInclude::NginxInclude(const Plan &plan)
{
    const QMap<QString, QString> &values = plan.application->traffic.values;
    m_nginx = NginxProgram::of(plan);
    m_path = values.value(QStringLiteral("path"));
    m_pools = plan.application->pools;
}

QString NginxInclude::where() const
{
    return m_nginx.placeOf(m_path);
}

Result<NginxInclude::Link> NginxInclude::read(const QString &target, const CancelToken &cancel) const
{
    const Result<ProgramOutput> output = runOnHost(m_nginx.host, {.words = {QStringLiteral("sh"), QStringLiteral("-c"), QLatin1String(linkRead), QStringLiteral("sh"), m_path, target}, .outputLimit = 1'100'000, .about = QStringLiteral("a look at the link")}, cancel);
    if (!output)
        return fail(output.error());
    const qsizetype end = output->standardOutput.indexOf('\n');
    if (output->exitCode == 3)
        return fail(ErrorCode::InvalidInput, QStringLiteral("%1 is no link").arg(where()), QStringLiteral("For a plain file write nginx_file in the plan."));
    if (output->exitCode != 0 || end < 0)
        return fail(ErrorCode::FileUnreadable, QStringLiteral("%1 leads to no file that can be read").arg(where()),
                    QStringLiteral("Each colour needs its file beside the one that is linked now."), complaintOf(*output));
    return Link{QString::fromUtf8(output->standardOutput.left(end)), output->standardOutput.mid(end + 1)};
}

/// By what its upstreams name, and by its name where they name none of the plan's.
QStringList NginxInclude::coloursOf(const Link &link) const
{
    const QStringList named = nginxupstreams::coloursIn(asUpstream(link.content), m_pools);
    if (!named.isEmpty())
        return named;
    const QString colour = colournames::in(link.target.mid(link.target.lastIndexOf(QLatin1Char('/')) + 1), colournames::of(m_pools));
    return colour.isEmpty() ? QStringList() : QStringList{colour};
}

Result<TrafficLook> NginxInclude::look(const CancelToken &cancel) const
{
    const Result<Link> now = read({}, cancel);
    if (!now)
        return fail(now.error());
    const QStringList colours = coloursOf(*now);
    return TrafficLook{.colours = colours,
                       .disk = colours.isEmpty() ? QStringLiteral("%1 leads to %2, which stands for no colour of the plan").arg(where(), now->target)
                                                 : QStringLiteral("%1 leads to %2, which is %3").arg(where(), now->target, colours.join(QStringLiteral(" and "))),
                       .running = {},
                       .state = now->target.toUtf8()};
}

Result<NginxInclude::Link> NginxInclude::other(const QByteArray &now, const QString &colour, const CancelToken &cancel) const
{
    const QString target = targetFor(QString::fromUtf8(now), colournames::of(m_pools), colour);
    if (target.isEmpty())
        return fail(ErrorCode::NotFound, QStringLiteral("no colour of the plan stands in the name %1").arg(QString::fromUtf8(now)),
                    QStringLiteral("Name the files by colour: live-blue.conf, live-green.conf."));
    Result<Link> found = read(target, cancel);
    if (found && coloursOf(*found) != QStringList{colour})
        return fail(ErrorCode::PreflightFailed, QStringLiteral("%1 names %2").arg(target, coloursOf(*found).join(QStringLiteral(" and "))),
                    QStringLiteral("Mend that file first: by its name it stands for %1.").arg(colour));
    return found;
}

QString NginxInclude::runsWith(const TrafficLook &, const CancelToken &cancel) const
{
    return nginxRunning(m_nginx, m_path, cancel).words;
}

Result<QString> NginxInclude::check(const QString &colour, const CancelToken &cancel) const
{
    const Result<Link> now = read({}, cancel);
    if (!now)
        return fail(now.error());
    const Result<Link> wanted = other(now->target.toUtf8(), colour, cancel);
    return wanted ? m_acceptance.ask(m_nginx, m_path, wanted->content, cancel) : fail(wanted.error());
}

Result<Unit> NginxInclude::relink(const QString &from, const QString &to, const CancelToken &cancel) const
{
    const qsizetype folder = m_path.lastIndexOf(QLatin1Char('/')) + 1;
    const QString beside = m_path.left(folder) + QLatin1Char('.') + m_path.mid(folder) + QStringLiteral(".understudy-new");
    const Result<ProgramOutput> output = runOnHost(m_nginx.host, {.words = {QStringLiteral("sh"), QStringLiteral("-c"), QLatin1String(linkReplace), QStringLiteral("sh"), m_path, from, to, beside}, .about = QStringLiteral("the link")}, cancel);
    if (!output)
        return fail(output.error());
    if (output->exitCode == 5)
        return fail(ErrorCode::TargetChanged, QStringLiteral("%1 has changed since it was looked at").arg(where()), QStringLiteral("Look again."), complaintOf(*output));
    if (output->exitCode != 0)
        return fail(ErrorCode::PermissionDenied, QStringLiteral("%1 could not be replaced").arg(where()), QStringLiteral("Let this user write into its folder."), complaintOf(*output));
    const Result<Link> now = read({}, cancel);
    if (!now)
        return fail(now.error());
    return now->target == to ? Result<Unit>(Unit{}) : fail(ErrorCode::NotProved, QStringLiteral("%1 leads to %2").arg(where(), now->target));
}

Result<QString> NginxInclude::switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const
{
    Q_UNUSED(tag); // the old file stays as it is
    const Result<Link> wanted = other(seen.state, colour, cancel);
    if (!wanted)
        return fail(wanted.error());
    if (const Result<QString> accepted = m_acceptance.accepts(m_nginx, m_path, wanted->content, cancel); !accepted)
        return accepted;
    const QString before = QString::fromUtf8(seen.state);
    if (const Result<Unit> linked = relink(before, wanted->target, cancel); !linked)
        return fail(linked.error());
    const Result<Unit> reloaded = nginxReload(m_nginx, cancel);
    if (reloaded)
        return QStringLiteral("%1 leads to %2, and nginx was told to reload").arg(where(), wanted->target);
    if (before == wanted->target)
        return fail(reloaded.error());
    // Not with the run's token: a cancel must not leave the link where nginx does not follow.
    if (const Result<Unit> back = relink(wanted->target, before, {}); !back)
        return fail(ErrorCode::NeedsOperator, QStringLiteral("nginx did not reload, and %1 could not be put back").arg(where()),
                    QStringLiteral("ln -sfn %1 %2, then reload nginx.").arg(shellQuoted(before), shellQuoted(m_path)), back.error().text());
    (void)nginxReload(m_nginx, {});
    return fail(reloaded.error().code, QStringLiteral("nginx did not reload; %1 is as it was").arg(where()), reloaded.error().hint, reloaded.error().text());
}

QStringList NginxInclude::willDo(const QString &colour) const
{
    return {QStringLiteral("nginx -t on copies in which the file of %1 stands in the link's place").arg(colour),
            QStringLiteral("let %1 lead to the file of %2, by renaming a new link over it").arg(where(), colour),
            m_nginx.words({QStringLiteral("-s"), QStringLiteral("reload")}).join(QLatin1Char(' '))};
}

QString NginxInclude::restoreText() const { return QStringLiteral("%1 leads to the old file again, and nginx is reloaded").arg(where()); }

QStringList NginxInclude::byHand(const QString &colour) const
{
    return {QStringLiteral("ln -sfn THE-FILE-OF-%1 %2").arg(colour.toUpper(), shellQuoted(m_path)),
            m_nginx.words({QStringLiteral("-t")}).join(QLatin1Char(' ')),
            m_nginx.words({QStringLiteral("-s"), QStringLiteral("reload")}).join(QLatin1Char(' '))};
}

} // namespace understudy
