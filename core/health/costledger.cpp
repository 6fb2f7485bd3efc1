// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/health/costledger.h"

#include "core/base/log.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <algorithm>

namespace understudy {

using namespace std::chrono_literals;

namespace {
constexpr qint64 largestFile = 1'000'000;

void writeWhole(const QString &path, const QByteArray &bytes)
{
    QDir().mkpath(QFileInfo(path).path());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        log::warning(
            "health",
            QStringLiteral("cannot keep the day's cost in %1: %2").arg(path, file.errorString()));
}
} // namespace

CostLedger::CostLedger(QString file, const Clock &clock)
    : m_file(std::move(file))
    , m_clock(clock)
{
    m_writer.setMaxThreadCount(1);
    read();
}

CostLedger::~CostLedger()
{
    m_writer.waitForDone();
}

void CostLedger::setZone(const QString &name, const QTimeZone &zone)
{
    m_zones.insert(name, zone);
}

QDateTime CostLedger::local(const QString &name) const
{
    return m_clock.now().toTimeZone(m_zones.value(name, QTimeZone::utc()));
}

QDateTime CostLedger::dayEnds(const QString &name) const
{
    const QDateTime now = local(name);
    return now.date().addDays(1).startOfDay(now.timeZone());
}

void CostLedger::see(const QString &name, const QString &source, const QString &process,
                     const MetricValue &value)
{
    Entry &entry = m_entries[name];
    const QDateTime now = local(name);
    bool changed = false;
    if (entry.day != now.date()) {
        if (entry.day.isValid())
            startDay(entry, {});
        entry.day = now.date();
        changed = true;
    }
    Source &from = entry.sources[source];
    from.state = value.state;
    const bool sameProcess = from.process == process;
    if (!sameProcess) {
        from = {.process = process, .state = value.state};
        changed = true;
    }
    if (value.isReal() && !(from.carried && from.last == value.value)) {
        if (sameProcess && !from.carried && value.value < from.last)
            startDay(entry, source);
        changed = changed || from.last != value.value;
        from.last = value.value;
        from.carried = false;
        if (!entry.high || value.value > *entry.high) {
            entry.high = value.value;
            entry.rises.append({now, value.value});
            changed = true;
        }
    }
    while (!entry.rises.isEmpty() && entry.rises.first().first.secsTo(now) > 3600)
        entry.rises.removeFirst();
    if (changed)
        write();
}

void CostLedger::startDay(Entry &entry, const QString &exceptSource)
{
    entry.high.reset();
    entry.rises.clear();
    for (auto one = entry.sources.begin(); one != entry.sources.end(); ++one)
        one->carried = one.key() != exceptSource;
}

CostLedger::Figure CostLedger::figure(const QString &name) const
{
    const auto found = m_entries.constFind(name);
    if (found == m_entries.constEnd() || found->sources.isEmpty())
        return {.why = QStringLiteral("its metric has not been read yet")};
    const Entry &entry = *found;
    bool declared = false;
    bool real = false;
    bool carried = false;
    for (const Source &one : entry.sources) {
        real = real || one.state == MetricValue::State::Real;
        carried = carried || (one.state == MetricValue::State::Real && one.carried);
        declared = declared || one.state != MetricValue::State::Absent;
    }
    if (entry.high)
        return {.today = entry.high,
                .projected = project(entry, local(name)),
                .pace = pace(entry, local(name)),
                .state = real ? ReadingState::Fresh : ReadingState::Stale,
                .why = real ? QString()
                            : QStringLiteral(
                                  "the highest figure of the day; its source has forgotten it")};
    if (carried)
        return {.state = ReadingState::Stale,
                .why = QStringLiteral(
                    "still yesterday's figure: nothing has been spent or counted today")};
    if (declared)
        return {.state = ReadingState::NeverSet,
                .why = QStringLiteral("nothing counted since its processes began; what was spent "
                                      "before that is not known")};
    return {.state = ReadingState::Absent, .why = QStringLiteral("no instance knows the metric")};
}

std::optional<double> CostLedger::pace(const Entry &entry, const QDateTime &now)
{
    constexpr qint64 most = 600, least = 60;
    if (entry.rises.isEmpty())
        return std::nullopt;
    std::pair<QDateTime, double> from = entry.rises.first();
    for (const auto &rise : entry.rises) {
        if (rise.first.secsTo(now) >= most)
            from = rise;
    }
    const qint64 seen = std::min(most, from.first.secsTo(now));
    return seen < least ? std::nullopt : std::optional<double>((*entry.high - from.second) / double(seen) * 3600);
}

/// Along the rise of the last hour when at least ten minutes of it have been seen, else along the
/// day's average once an hour of the day has passed.
std::optional<double> CostLedger::project(const Entry &entry, const QDateTime &now)
{
    // A day of 23 or 25 hours is one too.
    const double elapsed = double(now.date().startOfDay(now.timeZone()).secsTo(now));
    const double left = double(now.secsTo(now.date().addDays(1).startOfDay(now.timeZone())));
    if (entry.rises.size() > 1) {
        const double seen = double(entry.rises.first().first.secsTo(now));
        if (seen >= 600)
            return *entry.high + (*entry.high - entry.rises.first().second) / seen * left;
    }
    if (elapsed < 3600)
        return std::nullopt;
    return *entry.high / elapsed * (elapsed + left);
}

void CostLedger::read()
{
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly))
        return;
    const QJsonDocument document =
        file.size() > largestFile ? QJsonDocument() : QJsonDocument::fromJson(file.readAll());
    if (!document.isObject()) {
        log::warning("health", QStringLiteral("%1 cannot be read and is set aside").arg(m_file));
        QFile::remove(m_file + QStringLiteral(".broken"));
        file.rename(m_file + QStringLiteral(".broken"));
        return;
    }
    const QJsonObject entries = document.object();
    for (auto one = entries.begin(); one != entries.end(); ++one) {
        const QJsonObject object = one.value().toObject();
        Entry &entry = m_entries[one.key()];
        entry.day = QDate::fromString(object[QLatin1String("day")].toString(), Qt::ISODate);
        if (object.contains(QLatin1String("high")))
            entry.high = object[QLatin1String("high")].toDouble();
        const QJsonObject sources = object[QLatin1String("sources")].toObject();
        for (auto source = sources.begin(); source != sources.end(); ++source) {
            const QJsonObject from = source.value().toObject();
            entry.sources[source.key()] = {.process = from[QLatin1String("process")].toString(),
                                           .last = from[QLatin1String("last")].toDouble(),
                                           .carried = from[QLatin1String("carried")].toBool()};
        }
    }
}

void CostLedger::write()
{
    QJsonObject entries;
    for (auto one = m_entries.constBegin(); one != m_entries.constEnd(); ++one) {
        QJsonObject sources;
        for (auto source = one->sources.constBegin(); source != one->sources.constEnd(); ++source)
            sources.insert(source.key(), QJsonObject{{QStringLiteral("process"), source->process},
                                                     {QStringLiteral("last"), source->last},
                                                     {QStringLiteral("carried"), source->carried}});
        QJsonObject object{{QStringLiteral("day"), one->day.toString(Qt::ISODate)},
                           {QStringLiteral("sources"), sources}};
        if (one->high)
            object.insert(QStringLiteral("high"), *one->high);
        entries.insert(one.key(), object);
    }
    const QByteArray bytes = QJsonDocument(entries).toJson();
    m_writer.start([path = m_file, bytes] { writeWhole(path, bytes); });
}

} // namespace understudy
