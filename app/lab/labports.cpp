// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/labports.h"

#include <QHostAddress>
#include <QRandomGenerator>
#include <QTcpServer>

#include <memory>
#include <vector>

namespace understudy::lab {
namespace {

/// The first name whose port is taken; empty when the whole run is free.
QString firstTaken(quint16 base)
{
    std::vector<std::unique_ptr<QTcpServer>> held;
    for (qsizetype i = 0; i < portNames().size(); ++i) {
        held.push_back(std::make_unique<QTcpServer>());
        if (!held.back()->listen(QHostAddress::LocalHost, quint16(base + i)))
            return portNames()[i];
    }
    return {};
}

} // namespace

const QStringList &instanceNames()
{
    static const QStringList names{QStringLiteral("blue-1"), QStringLiteral("blue-2"),
                                   QStringLiteral("green-1"), QStringLiteral("green-2")};
    return names;
}

const QStringList &branchNames()
{
    static const QStringList names = [] {
        QStringList made;
        for (int i = 1; i <= 10; ++i)
            made.append(QStringLiteral("branch-%1").arg(i));
        return made;
    }();
    return names;
}

const QStringList &portNames()
{
    static const QStringList names = QStringList{QStringLiteral("entry"),      QStringLiteral("postgres"),
                                                 QStringLiteral("redis-1"),    QStringLiteral("redis-2"),
                                                 QStringLiteral("redis-3"),    QStringLiteral("sentinel-1"),
                                                 QStringLiteral("sentinel-2"), QStringLiteral("sentinel-3")}
                                     + instanceNames()
                                     + QStringList{QStringLiteral("control"), QStringLiteral("pager"), QStringLiteral("control-plane")} + branchNames();
    return names;
}

QString colourOf(const QString &instance)
{
    return instance.section(QLatin1Char('-'), 0, 0);
}

Result<QMap<QString, quint16>> choosePorts(quint16 base)
{
    constexpr int lowest = 15000, highest = 32000; // Linux lends 32768 to 60999
    quint16 start = base;
    QString taken;
    for (int attempt = 0; attempt < 100; ++attempt) {
        if (base == 0)
            start = quint16(QRandomGenerator::global()->bounded(lowest, highest - int(portNames().size())));
        taken = firstTaken(start);
        if (taken.isEmpty() || base != 0)
            break;
    }
    if (!taken.isEmpty())
        return fail(ErrorCode::Busy, QStringLiteral("port %1 for %2 is taken").arg(start + portNames().indexOf(taken)).arg(taken),
                    QStringLiteral("Choose another --port-base, or leave it out for free ports."));
    QMap<QString, quint16> ports;
    for (qsizetype i = 0; i < portNames().size(); ++i)
        ports.insert(portNames()[i], quint16(start + i));
    return ports;
}

} // namespace understudy::lab
