// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/nginxflag.h"

#include "core/systems/shell/hostprogram.h"
#include "core/systems/shell/programwords.h"

#include <QUrl>

namespace understudy {
namespace {

// A missing folder would look as if the flag were absent.
const char *const flagLook = R"sh(
folder=${1%/*}
[ -d "$folder" ] && [ -x "$folder" ] || { echo "$folder is no folder that can be entered" >&2; exit 3; }
if [ -f "$1" ]; then echo present; elif [ -e "$1" ]; then echo "$1 is no plain file" >&2; exit 4; else echo absent; fi
)sh";

// $2: "present" or "absent", as it was seen; $3: as it is wanted.
const char *const flagTurn = R"sh(
now=absent
[ -f "$1" ] && now=present
[ "$now" = "$3" ] && exit 0
[ "$now" = "$2" ] || { echo "it is $now now" >&2; exit 5; }
if [ "$3" = present ]; then : >"$1" && chmod 644 "$1"; else rm -f -- "$1"; fi
)sh";

QByteArray flagWord(bool present) { return present ? "present" : "absent"; }

QString otherThan(const QList<Pool> &pools, const QString &colour)
{
    for (const Pool &pool : pools) {
        if (pool.colour != colour)
            return pool.colour;
    }
    return {};
}

} // namespace

NginxFlag::NginxFlag(const Plan &plan)
{
    const QMap<QString, QString> &values = plan.application->traffic.values;
    m_nginx = NginxProgram::of(plan);
    m_path = values.value(QStringLiteral("path"));
    m_flagColour = values.value(QStringLiteral("colour"));
    m_otherColour = otherThan(plan.application->pools, m_flagColour);
}

QString NginxFlag::where() const
{
    return m_nginx.placeOf(m_path);
}

Result<TrafficLook> NginxFlag::look(const CancelToken &cancel) const
{
    const Result<ProgramOutput> output = runOnHost(m_nginx.host, {.words = {QStringLiteral("sh"), QStringLiteral("-c"), QLatin1String(flagLook), QStringLiteral("sh"), m_path}, .about = QStringLiteral("a look at the flag")}, cancel);
    if (!output)
        return fail(output.error());
    const QByteArray state = output->standardOutput.trimmed();
    if (output->exitCode != 0 || (state != flagWord(true) && state != flagWord(false)))
        return fail(ErrorCode::FileUnreadable, QStringLiteral("whether %1 is there cannot be seen").arg(where()),
                    QStringLiteral("Its folder has to exist, and this user has to be let in."), complaintOf(*output));
    const QString colour = state == flagWord(true) ? m_flagColour : m_otherColour;
    return TrafficLook{.colours = {colour}, .disk = QStringLiteral("%1 is %2, which stands for %3").arg(where(), QString::fromLatin1(state), colour),
                       .running = QStringLiteral("nginx looks for it at each request; only the counted answers tell what it found"), .state = state};
}

Result<QString> NginxFlag::check(const QString &colour, const CancelToken &cancel) const
{
    Q_UNUSED(colour);
    if (const Result<TrafficLook> seen = look(cancel); !seen)
        return fail(seen.error());
    const Result<ProgramOutput> may = runOnHost(m_nginx.host, {.words = {QStringLiteral("sh"), QStringLiteral("-c"), QStringLiteral("[ -w \"${1%/*}\" ]"), QStringLiteral("sh"), m_path}}, cancel);
    if (!may)
        return fail(may.error());
    if (may->exitCode != 0)
        return fail(ErrorCode::PermissionDenied, QStringLiteral("the folder of %1 cannot be written").arg(where()),
                    QStringLiteral("Give it to this user; nginx only has to read it."));
    const Result<ProgramOutput> dump = runOnHost(m_nginx.host, {.words = m_nginx.words({QStringLiteral("-T"), QStringLiteral("-q")}), .outputLimit = 8'000'000}, cancel);
    // Only a reason to look twice: who serves is counted afterwards in any case.
    if (!dump || dump->exitCode != 0)
        return QStringLiteral("whether nginx looks for it cannot be seen (%1)").arg(dump ? complaintOf(*dump).left(200) : dump.error().message);
    if (!dump->standardOutput.contains(m_path.toUtf8()))
        return fail(ErrorCode::NotFound, QStringLiteral("nginx's configuration does not mention %1").arg(m_path),
                    QStringLiteral("`understudyctl plan nginx-flag` writes what a site needs."));
    return QStringLiteral("nginx's configuration looks for it at each request");
}

Result<Unit> NginxFlag::turn(const QString &colour, const QByteArray &expected, const CancelToken &cancel) const
{
    const QString wanted = QString::fromLatin1(flagWord(isFlags(colour)));
    const Result<ProgramOutput> output = runOnHost(
        m_nginx.host, {.words = {QStringLiteral("sh"), QStringLiteral("-c"), QLatin1String(flagTurn), QStringLiteral("sh"), m_path, QString::fromLatin1(expected), wanted}, .about = QStringLiteral("the flag")}, cancel);
    if (!output)
        return fail(output.error());
    if (output->exitCode == 5)
        return fail(ErrorCode::TargetChanged, QStringLiteral("%1 has changed since it was looked at").arg(where()), QStringLiteral("Look again."), complaintOf(*output));
    if (output->exitCode != 0)
        return fail(ErrorCode::PermissionDenied, QStringLiteral("%1 could not be made %2").arg(where(), wanted), QStringLiteral("Give its folder to this user."), complaintOf(*output));
    const Result<TrafficLook> now = look(cancel);
    if (!now)
        return fail(now.error());
    if (now->state != wanted.toLatin1())
        return fail(ErrorCode::NotProved, now->disk, QStringLiteral("Somebody else may be at it; look again."));
    return Unit{};
}

Result<QString> NginxFlag::switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const
{
    Q_UNUSED(tag); // there is nothing to keep: the flag is there, or not
    const Result<Unit> turned = turn(colour, seen.state, cancel);
    return turned ? Result<QString>(QStringLiteral("%1 is %2").arg(where(), QString::fromLatin1(flagWord(isFlags(colour))))) : fail(turned.error());
}

QStringList NginxFlag::willDo(const QString &colour) const
{
    return {isFlags(colour) ? QStringLiteral("make the empty file %1; nginx finds it at the next request, without a reload").arg(m_path)
                            : QStringLiteral("delete the file %1; nginx misses it at the next request, without a reload").arg(m_path)};
}

QString NginxFlag::restoreText() const { return QStringLiteral("%1 is deleted, or made again").arg(where()); }

QStringList NginxFlag::byHand(const QString &colour) const
{
    return {(isFlags(colour) ? QStringLiteral("touch %1") : QStringLiteral("rm -f %1")).arg(shellQuoted(m_path))};
}

Result<QString> NginxFlag::snippet(const Plan &plan)
{
    if (!plan.application || plan.application->traffic.kind != QLatin1String("nginx_flag"))
        return fail(ErrorCode::InvalidInput, QStringLiteral("the plan's traffic is not of the kind nginx_flag"),
                    QStringLiteral("Write `traffic: {nginx_flag: {path: /run/understudy/green, colour: green}}` into its application."));
    const QList<Pool> &pools = plan.application->pools;
    const NginxFlag flag(plan);
    if (pools.size() != 2 || (pools.first().colour != flag.m_flagColour && pools.last().colour != flag.m_flagColour))
        return fail(ErrorCode::InvalidInput, QStringLiteral("nginx_flag needs two colours, one of them %1").arg(flag.m_flagColour));
    QString text = QStringLiteral("# Beside the server block, in http:\n");
    for (const Pool &pool : pools) {
        text += QStringLiteral("upstream pool_%1 {\n").arg(pool.colour);
        for (const PoolInstance &instance : pool.instances)
            text += QStringLiteral("    server %1:%2;\n").arg(QUrl(instance.url).host()).arg(QUrl(instance.url).port(80));
        text += QStringLiteral("}\n");
    }
    return text + QStringLiteral("\n# In the server block: nginx looks for the file at each request, so a switch needs no reload. It has to be able\n"
                                 "# to enter the file's folder; whoever switches has to be able to write there, nobody else should.\n"
                                 "set $pool pool_%1;\n"
                                 "if (-f %2) { set $pool pool_%3; }\n"
                                 "location / {\n"
                                 "    proxy_pass http://$pool;\n"
                                 "    proxy_set_header Host $host;\n"
                                 "}\n")
        .arg(flag.m_otherColour, flag.m_path, flag.m_flagColour);
}

} // namespace understudy
