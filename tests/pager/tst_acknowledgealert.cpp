// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recovery/pagernotes.h"
#include "core/recovery/runexecution.h"
#include "core/recovery/scenarios/acknowledgealert.h"
#include "tests/http/scriptedserver.h"
#include "tests/pager/pagerstand.h"
#include "tests/recovery/scriptedrecipe.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

namespace {

Decision answer(Decision::Kind kind, const QString &reason = {}) { return {.kind = kind, .phrase = QStringLiteral("turn the world"), .reason = reason}; }

} // namespace

/// The step on the lab's stand-in over real HTTP, judged by the run's log of events and by what the
/// stand-in itself holds.
class AcknowledgeAlertTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<PagerStand> m_pager;
    std::unique_ptr<ScriptedRun> m_run;
    PagerSecrets m_secrets;

    Recipe recipe() const
    {
        return m_run->of({acknowledgeAlert(m_run->plan, m_secrets), m_run->step(QStringLiteral("a")), ScriptedRun::keep()});
    }
    StepView step() const { return RunRecord::of(readJournal(m_run->file())->entries).view.steps.first(); }
    QStringList status() { return states(m_pager->record(QStringLiteral("/incidents"))); }
    static QStringList states(const QJsonArray &incidents)
    {
        QStringList list;
        for (const QJsonValue &one : incidents)
            list.append(one[QStringLiteral("status")].toString());
        return list;
    }
    QStringList eventsOfStep() const
    {
        QStringList list;
        for (const QString &event : m_run->events()) {
            if (event.startsWith(QLatin1String("acknowledge ")) && !event.endsWith(QLatin1String(" note")))
                list.append(event.mid(12));
        }
        return list;
    }

private slots:
    void init()
    {
        m_pager = std::make_unique<PagerStand>();
        m_run = std::make_unique<ScriptedRun>();
        // A minute after what the stand-in is told now, by its own clock.
        m_run->clock.advance(Milliseconds(m_run->clock.now().msecsTo(QDateTime::currentDateTimeUtc()) + 60'000));
        m_run->plan.paging = m_pager->plan();
        m_run->recipe = [this] { return recipe(); };
    }

    void openAlertIsAcknowledgedAndReadBack()
    {
        QVERIFY(m_pager->trigger());
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        const RunResult result = m_run->sit();
        QCOMPARE(result.outcome, QStringLiteral("recovered"));
        QCOMPARE(eventsOfStep(), QStringList({QStringLiteral("decided"), QStringLiteral("intent"), QStringLiteral("acted"), QStringLiteral("verified")}));
        QCOMPARE(status(), QStringList{QStringLiteral("acknowledged")});
        QCOMPARE(step().result, QStringLiteral("#1 Redis master lost is acknowledged by Lab operator"));
        QCOMPARE(m_run->person.asked.first().confirmation, Confirmation::Click);
    }

    void severalAlertsAreAcknowledgedTogether()
    {
        for (const char *key : {"one", "two", "three"})
            QVERIFY(m_pager->trigger(QString::fromLatin1(key)));
        QVERIFY(m_pager->tell(PagerEvent::Action::Resolve, QStringLiteral("two")));
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        m_run->sit();
        QCOMPARE(status(), QStringList({QStringLiteral("acknowledged"), QStringLiteral("resolved"), QStringLiteral("acknowledged")}));
    }

    void whatNeedsNothingIsSkippedWithItsReason_data()
    {
        QTest::addColumn<QString>("setUp");
        QTest::addColumn<QString>("reason");
        QTest::newRow("no pager") << QStringLiteral("no pager") << QStringLiteral("the plan names no pager");
        QTest::newRow("a routing key only") << QStringLiteral("key only") << QStringLiteral("acknowledge it by hand: the plan names no api_token and service for PagerDuty");
        QTest::newRow("nobody to act as") << QStringLiteral("no from") << QStringLiteral("acknowledge it by hand: the plan does not say as whom (paging.pagerduty.from)");
        QTest::newRow("nothing open") << QStringLiteral("resolved") << QStringLiteral("no incident is open at service PLABSVC");
        QTest::newRow("acknowledged before") << QStringLiteral("acknowledged") << QStringLiteral("already true");
    }
    void whatNeedsNothingIsSkippedWithItsReason()
    {
        QFETCH(QString, setUp);
        QFETCH(QString, reason);
        QVERIFY(m_pager->trigger());
        if (setUp == QLatin1String("no pager"))
            m_run->plan.paging = {};
        else if (setUp == QLatin1String("key only"))
            m_run->plan.paging.apiToken = {};
        else if (setUp == QLatin1String("no from"))
            m_run->plan.paging.from.clear();
        else
            QVERIFY(m_pager->tell(setUp == QLatin1String("resolved") ? PagerEvent::Action::Resolve : PagerEvent::Action::Acknowledge, QStringLiteral("redis")));
        const QStringList before = status();
        QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
        QCOMPARE(eventsOfStep(), QStringList{QStringLiteral("skipped")});
        QCOMPARE(step().result, reason);
        QCOMPARE(status(), before);
        QVERIFY(m_run->person.asked.isEmpty());
    }

    void withoutConfirmationItIsLeftAndTheRunGoesOn()
    {
        QVERIFY(m_pager->trigger());
        UnattendedOperator nobody((QString()));
        const std::optional<Decision> decision = nobody.ask({.about = Question::About::Act, .phrase = QStringLiteral("x"), .courtesy = true}, {});
        QCOMPARE(decision->kind, Decision::Kind::Skip);
        m_run->person.answers = {*decision};
        QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
        QCOMPARE(eventsOfStep(), QStringList{QStringLiteral("skipped")});
        QCOMPARE(step().result, QStringLiteral("not confirmed"));
        QCOMPARE(status(), QStringList{QStringLiteral("triggered")});
        QCOMPARE(m_run->world, QStringList{QStringLiteral("a")});
    }

    void endingTheRunAtItEndsTheRun()
    {
        QVERIFY(m_pager->trigger());
        m_run->person.answers = {answer(Decision::Kind::Stop)};
        QCOMPARE(m_run->sit().outcome, QStringLiteral("refused"));
        QCOMPARE(status(), QStringList{QStringLiteral("triggered")});
        QVERIFY(m_run->world.isEmpty());
    }

    void pagerInTroubleStopsNoRun_data()
    {
        QTest::addColumn<QByteArray>("bytes"); // empty: silence
        QTest::newRow("silent") << QByteArray();
        QTest::newRow("half a reply") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{");
        QTest::newRow("500") << ScriptedServer::reply("{}", "500 Internal Server Error");
        QTest::newRow("429 for an hour") << ScriptedServer::reply("{}", "429 Too Many Requests", "Retry-After: 3600\r\n");
        QTest::newRow("token refused") << ScriptedServer::reply("{}", "401 Unauthorized");
        QTest::newRow("no JSON") << ScriptedServer::reply("hello");
    }
    void pagerInTroubleStopsNoRun()
    {
        QFETCH(QByteArray, bytes);
        ScriptedServer server(ScriptedServer::always(bytes));
        m_run->plan.paging.api = server.url();
        QElapsedTimer since;
        since.start();
        QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
        QVERIFY2(since.elapsed() < 5500, qPrintable(QString::number(since.elapsed())));
        QCOMPARE(eventsOfStep(), QStringList{QStringLiteral("unknown")});
        QCOMPARE(step().state, StepState::Unknown);
        QVERIFY(!step().result.isEmpty());
        QCOMPARE(m_run->world, QStringList{QStringLiteral("a")});
        QVERIFY(m_run->person.asked.isEmpty());
    }

    void missingTokenStopsNoRun()
    {
        m_run->plan.paging.apiToken.name = QStringLiteral("nowhere");
        QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
        QCOMPARE(eventsOfStep(), QStringList{QStringLiteral("unknown")});
    }

    /// It answers the look and then nothing: the whole step keeps to its 5 s.
    void pagerThatDiesInBetweenKeepsToItsTime()
    {
        ScriptedServer server([](const ScriptedServer::Request &request) {
            if (request.nth == 0)
                request.socket.write(ScriptedServer::reply(R"({"incidents":[{"id":"P1","status":"triggered","created_at":"2026-11-26T00:00:00Z"}],"more":false})"));
        });
        m_run->plan.paging.api = server.url();
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        QElapsedTimer since;
        since.start();
        QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
        QVERIFY2(since.elapsed() < 6000, qPrintable(QString::number(since.elapsed())));
        QCOMPARE(eventsOfStep().last(), QStringLiteral("unknown"));
    }

    /// To acknowledge what is resolved would open it again.
    void whatWasResolvedMeanwhileStaysResolved()
    {
        QVERIFY(m_pager->trigger());
        class Slow : public Operator
        {
        public:
            explicit Slow(PagerStand &pager) : m_pager(pager) {}
            std::optional<Decision> ask(const Question &question, const CancelToken &) override
            {
                (void)m_pager.tell(PagerEvent::Action::Resolve, QStringLiteral("redis"));
                return Decision{.kind = Decision::Kind::Proceed, .step = question.step};
            }

        private:
            PagerStand &m_pager;
        } person(*m_pager);
        const Result<std::unique_ptr<JournalWriter>> journal = JournalWriter::open(m_run->file(), m_run->clock);
        const Recipe made = m_run->of({acknowledgeAlert(m_run->plan, m_secrets)});
        const Result<JournalEntry> opened = (*journal)->append(
            {.run = QStringLiteral("R-1"), .event = QStringLiteral("opened"), .detail = RunRecord::opening(made, {}, m_run->plan, {})});
        Runner({.recipe = made, .record = RunRecord::of({*opened}), .journal = **journal, .person = person, .clock = m_run->clock, .cancel = {}, .commitWindow = {}}).run();
        QCOMPARE(status(), QStringList{QStringLiteral("resolved")});
        QVERIFY(eventsOfStep().contains(QStringLiteral("verified")));
    }

    void alertStartsTheClock()
    {
        QVERIFY(m_pager->trigger());
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        m_run->sit();
        const RunRecord record = RunRecord::of(readJournal(m_run->file())->entries);
        const QString created = m_pager->record(QStringLiteral("/incidents")).first()[QStringLiteral("created_at")].toString();
        QCOMPARE(toRfc3339(record.view.began), created);
        QCOMPARE(record.facts[QStringLiteral("run")][QStringLiteral("outage_began")].toString(), created);
        QCOMPARE(record.facts[QStringLiteral("acknowledge")][QStringLiteral("alert_at")].toString(), created);
    }

    void forgottenAlertStartsNoClock()
    {
        QVERIFY(m_pager->trigger());
        m_run->clock.advance(48h);
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        m_run->sit();
        const QList<JournalEntry> entries = readJournal(m_run->file())->entries;
        QCOMPARE(RunRecord::of(entries).view.began, entries.first().at);
    }

    void onlyAnAcknowledgementLeavesNothingToKeep()
    {
        QVERIFY(m_pager->trigger());
        m_run->world = QStringList{QStringLiteral("a")};
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
        QCOMPARE(m_run->events().last(), QStringLiteral("closed"));
    }

    void goingBackLeavesItAcknowledged()
    {
        QVERIFY(m_pager->trigger());
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        m_run->sit();
        m_run->atCommit = Decision::Kind::Undo;
        QCOMPARE(m_run->sit().outcome, QStringLiteral("undone"));
        QCOMPARE(status(), QStringList{QStringLiteral("acknowledged")});
        QVERIFY(!eventsOfStep().contains(QStringLiteral("undone")));
    }

    void killedAtAnyEntryItIsNeverStoppedByIt()
    {
        QVERIFY(m_pager->trigger());
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        m_run->sit();
        const qsizetype whole = m_run->events().size() + 1;
        for (qsizetype entries = 1; entries <= whole; ++entries) {
            init();
            QVERIFY(m_pager->trigger());
            m_run->person.answers = {answer(Decision::Kind::Proceed)};
            m_run->sit();
            m_run->cutAfter(entries);
            m_run->person.answers = {answer(Decision::Kind::Proceed)};
            QCOMPARE(m_run->sit().outcome, QStringLiteral("recovered"));
            QCOMPARE(status(), QStringList{QStringLiteral("acknowledged")});
            QVERIFY(verifyJournal(m_run->file()).has_value());
        }
    }

    void dryRunTellsItAndChangesNothing()
    {
        QVERIFY(m_pager->trigger());
        Recipe made = recipe();
        const QJsonObject told = dryRun(made, m_run->clock)[QStringLiteral("steps")].toArray().first().toObject();
        QCOMPARE(told[QStringLiteral("predicted")].toString(), QStringLiteral("OK"));
        QVERIFY2(told[QStringLiteral("preview")].toArray().first().toString().contains(QStringLiteral("PUT %1/incidents/PLAB0001").arg(m_pager->address())),
                 QJsonDocument(told).toJson());
        QCOMPARE(status(), QStringList{QStringLiteral("triggered")});
        QVERIFY(!QJsonDocument(told).toJson().contains(PagerStand::token().reveal()));
    }

    void noteCarriesTheJournalsHead()
    {
        QVERIFY(m_pager->trigger());
        m_run->plan.mode = Mode::Lab;
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        m_run->sit();
        const QList<JournalEntry> entries = readJournal(m_run->file())->entries;
        PagerNotes notes(m_run->plan, m_secrets, {}, {});
        for (const JournalEntry &entry : entries)
            notes.take(entry);
        const QStringList told = notes.wait();
        QCOMPARE(told.size(), 1);
        const JournalHead head = *verifyJournal(m_run->file());
        const QString note = m_pager->record(QStringLiteral("/incidents/PLAB0001/notes")).first()[QStringLiteral("content")].toString();
        QVERIFY2(note.contains(QStringLiteral("%1 entries, last hash %2").arg(head.entries).arg(QString::fromLatin1(head.hash))), qPrintable(note));
        QVERIFY2(note.startsWith(QLatin1String("EXERCISE")) && note.endsWith(QLatin1String("EXERCISE")), qPrintable(note));
        QVERIFY2(told.first().contains(QString::fromLatin1(head.hash)), qPrintable(told.first()));
        QVERIFY(!QJsonDocument(QJsonObject{{QStringLiteral("n"), note}}).toJson().contains(PagerStand::token().reveal()));
    }

    void noteIsMissedOnlyInWords()
    {
        QVERIFY(m_pager->trigger());
        m_run->person.answers = {answer(Decision::Kind::Proceed)};
        m_run->sit();
        m_pager->stop();
        PagerNotes notes(m_run->plan, m_secrets, {}, {});
        const QList<JournalEntry> entries = readJournal(m_run->file())->entries;
        for (const JournalEntry &entry : entries)
            notes.take(entry);
        QVERIFY2(notes.wait().join(QString()).startsWith(QLatin1String("Not noted on PagerDuty's #1")), "said nothing");
    }
};

QTEST_GUILESS_MAIN(AcknowledgeAlertTest)
#include "tst_acknowledgealert.moc"
