// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/bisect/probebook.h"

#include "core/base/log.h"

#include <QDir>
#include <QRandomGenerator>

namespace understudy {
namespace {

/// Older ones' copies have long expired.
constexpr qsizetype mostBooks = 500;

QString bookFile(const QString &folder, const QString &run) { return folder + QLatin1Char('/') + run + QStringLiteral(".jsonl"); }

QString newBookId(const Clock &clock)
{
    return QStringLiteral("B-%1-%2").arg(clock.now().toString(QStringLiteral("yyyyMMdd-HHmmss")))
        .arg(QRandomGenerator::system()->generate() & 0xffffU, 4, 16, QLatin1Char('0'));
}

JournalEntry goneEntry(const ProbeCopy &copy, const QString &evidence)
{
    return {.run = copy.run, .step = copy.step, .event = QStringLiteral("undone"),
            .detail = {{QStringLiteral("name"), copy.name}, {QStringLiteral("evidence"), evidence}}};
}

QList<ProbeCopy> leftIn(const QList<JournalEntry> &entries, const QString &resource)
{
    QList<ProbeCopy> copies;
    if (entries.isEmpty() || entries.first().detail[QStringLiteral("resource")].toString() != resource)
        return copies;
    for (const JournalEntry &entry : entries) {
        const QString name = entry.detail[QStringLiteral("name")].toString();
        if (entry.event == QLatin1String("intent") && !name.isEmpty())
            copies.append({entry.run, entry.step, name});
        else if (entry.event == QLatin1String("undone"))
            copies.removeIf([&name](const ProbeCopy &one) { return one.name == name; });
    }
    return copies;
}

} // namespace

ProbeBook::ProbeBook(QString run, std::unique_ptr<JournalWriter> journal, std::function<void(const JournalEntry &)> onEntry)
    : m_run(std::move(run))
    , m_journal(std::move(journal))
    , m_onEntry(std::move(onEntry))
{
}

Result<std::unique_ptr<ProbeBook>> ProbeBook::open(const QString &folder, const QJsonObject &opening, const Clock &clock,
                                                   std::function<void(const JournalEntry &)> onEntry)
{
    const QString run = newBookId(clock);
    Result<std::unique_ptr<JournalWriter>> journal = JournalWriter::open(bookFile(folder, run), clock);
    if (!journal)
        return fail(journal.error());
    std::unique_ptr<ProbeBook> book(new ProbeBook(run, std::move(*journal), std::move(onEntry)));
    if (const Result<Unit> opened = book->record({}, QStringLiteral("opened"), opening); !opened)
        return fail(opened.error());
    return book;
}

Result<Unit> ProbeBook::record(const QString &step, const QString &event, const QJsonObject &detail)
{
    const Result<JournalEntry> entry = m_journal->append({.run = m_run, .step = step, .event = event, .detail = detail});
    if (!entry)
        return fail(entry.error());
    if (m_onEntry)
        m_onEntry(*entry);
    return Unit{};
}

Result<ProbeCopy> ProbeBook::announce(const QDateTime &moment, const QDateTime &expiresAt)
{
    ++m_announced;
    const ProbeCopy copy{.run = m_run, .step = QStringLiteral("probe-%1").arg(m_announced),
                         .name = QStringLiteral("understudy-probe-%1-%2").arg(m_run.mid(2)).arg(m_announced)};
    const Result<Unit> written = record(copy.step, QStringLiteral("intent"),
                                        {{QStringLiteral("name"), copy.name}, {QStringLiteral("moment"), toRfc3339(moment)},
                                         {QStringLiteral("expires_at"), toRfc3339(expiresAt)}});
    return written ? Result<ProbeCopy>(copy) : fail(written.error());
}

Result<Unit> ProbeBook::recordGone(const ProbeCopy &copy, const QString &evidence)
{
    const JournalEntry entry = goneEntry(copy, evidence);
    return record(entry.step, entry.event, entry.detail);
}

QList<ProbeCopy> ProbeBook::left(const QString &folder, const QString &resource)
{
    QList<ProbeCopy> copies;
    // Their names begin with their time.
    const QStringList files = QDir(folder).entryList({QStringLiteral("B-*.jsonl")}, QDir::Files, QDir::Name | QDir::Reversed).mid(0, mostBooks);
    for (const QString &file : files) {
        const Result<JournalReading> reading = readJournal(folder + QLatin1Char('/') + file);
        if (reading)
            copies.append(leftIn(reading->entries, resource));
        else
            log::warning("recovery", reading.error().text());
    }
    return copies;
}

Result<Unit> ProbeBook::recordGoneLater(const QString &folder, const ProbeCopy &copy, const QString &evidence, const Clock &clock)
{
    const Result<std::unique_ptr<JournalWriter>> journal = JournalWriter::open(bookFile(folder, copy.run), clock);
    if (!journal)
        return fail(journal.error());
    const Result<JournalEntry> entry = (*journal)->append(goneEntry(copy, evidence));
    return entry ? Result<Unit>(Unit{}) : fail(entry.error());
}

} // namespace understudy
