// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plansections.h"

#include <QRegularExpression>

namespace understudy::plansections {
namespace {

Host readHost(const QString &name, const PlanSection &section)
{
    Host host;
    host.name = name;
    const QString way = section.oneOf({QStringLiteral("ssh"), QStringLiteral("local")});
    section.text("ssh_config", host.sshConfig);
    if (!host.sshConfig.isEmpty() && (way != QLatin1String("ssh") || !host.sshConfig.startsWith(QLatin1Char('/')))) {
        section.context().error(*section.find("ssh_config"), QStringLiteral("not a configuration of ssh: %1").arg(quotedForPlan(host.sshConfig)),
                                QStringLiteral("Write the absolute path of a file, beside 'ssh'; without it your own ~/.ssh/config holds."));
    }
    if (way == QLatin1String("ssh")) {
        section.text("ssh", host.ssh, PlanSection::Required);
        // A leading dash would be an option to ssh; blanks would be two arguments.
        static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9_\\[][^\\s]*$"));
        if (!host.ssh.isEmpty() && !form.match(host.ssh).hasMatch())
            section.context().error(*section.find("ssh"),
                                    QStringLiteral("not a destination of ssh: %1").arg(quotedForPlan(host.ssh)),
                                    QStringLiteral("Write USER@HOST, HOST or a name from your ssh config."));
    } else if (way == QLatin1String("local")) {
        bool local = true;
        section.boolean("local", local);
        if (!local)
            section.context().error(*section.find("local"), QStringLiteral("a host that is not local needs an address"),
                                    QStringLiteral("Write {ssh: USER@HOST}, or {local: true} for this machine."));
    }
    return host;
}

} // namespace

void readHosts(const PlanSection &file, Plan &plan)
{
    // Names are known before their values are read: a mistake in one host is not one at each use.
    if (const YamlNode *hosts = file.node().find(QStringLiteral("hosts"))) {
        for (const YamlNode::Entry &entry : hosts->entries)
            file.context().hosts.append(entry.key);
    }
    file.named("hosts", [&plan](const QString &name, const PlanSection &section) {
        plan.hosts.append(readHost(name, section));
    });
}

} // namespace understudy::plansections
