// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sampleplatform.h"
#include "sampleruns.h"
#include "scriptedrun.h"

#include "core/base/manualclock.h"
#include "tests/ui/windowkit.h"
#include "ui/database/databasepage.h"
#include "ui/overview/whattodobanner.h"
#include "ui/parts/actbutton.h"
#include "ui/parts/momentpicker.h"
#include "ui/parts/prompter.h"
#include "ui/shell/consolestate.h"
#include "ui/shell/theme.h"
#include "ui/wizards/recoverylauncher.h"
#include "ui/wizards/recoverywizard.h"
#include "ui/wizards/steprail.h"

#include <QAccessible>
#include <QApplication>
#include <QLabel>
#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTest>

using namespace understudy;
using namespace understudy::ui;
using namespace understudy::tests;
using namespace std::chrono_literals;

namespace {

class SilentPrompter : public Prompter
{
public:
    void ask(QWidget *, const Question &, std::function<void(const Answer &)>) override {}
};

Plan neonPlan()
{
    Plan plan = sampleplatform::plan();
    plan.database->neon =
        NeonPlan{.project = QStringLiteral("quiet-sea-1"), .database = QStringLiteral("thecopy")};
    plan.database->restoreWindow = 7 * 24h;
    return plan;
}

Reading planeReading(const QDateTime &now, const char *name, Reading::Value value, const char *unit)
{
    return {.name = QString::fromLatin1(name),
            .value = std::move(value),
            .unit = QString::fromLatin1(unit),
            .source = QStringLiteral("neon"),
            .observedAt = now,
            .interval = 60s,
            .state = ReadingState::Fresh};
}

/// Kept for `days`; the newest restorable moment is 41 s old.
HealthSnapshot platform(const QDateTime &now, double days, bool databaseDown = false)
{
    HealthSnapshot all = sampleplatform::snapshot(now, false);
    SystemHealth &database = all.systems[0];
    Reading window = planeReading(now, "restore window", days * 86'400, "s");
    window.normal = NormalRange{.least = 7 * 86'400};
    window.reason = days < 7 ? QStringLiteral("window kept 1 d, the plan says 7 d") : QString();
    database.readings << window << planeReading(now, "oldest restorable", days * 86'400, "s")
                      << planeReading(now, "control plane", QStringLiteral("answers"), "");
    if (databaseDown) {
        database.health = all.overall = Health::Down;
        database.since = now.addSecs(-600);
        all.recommendations = {{.scenario = QStringLiteral("database-loss"),
                                .because = {QStringLiteral("no answer for 10 min")},
                                .title = QStringLiteral("Database loss: scenario A")}};
    }
    return all;
}

RunView outline(const QDateTime &now)
{
    RunView view = sampleruns::preparing(now);
    view.scenario = QStringLiteral("database-loss");
    return view;
}

} // namespace

class DatabaseStartTest : public QObject
{
    Q_OBJECT
private:
    ManualClock m_clock;
    SilentPrompter m_prompter;
    ScriptedFactory m_factory;
    std::unique_ptr<ConsoleState> m_state;
    std::unique_ptr<RecoveryLauncher> m_launcher;

    QDateTime now() const { return m_clock.now(); }
    RecoveryWizard *wizard() const { return m_launcher->newest(); }
    ActButton *begin() const
    {
        return wizard()->findChild<ActButton *>(QStringLiteral("actButton"));
    }
    QLineEdit *moment() const
    {
        return wizard()->findChild<QLineEdit *>(QStringLiteral("momentField"));
    }
    QRadioButton *radio(int index) const
    {
        return wizard()->findChildren<QRadioButton *>().value(index);
    }
    QString said() const
    {
        QStringList all;
        for (const QLabel *label : wizard()->findChildren<QLabel *>()) {
            if (label->isVisibleTo(wizard()))
                all << label->text();
        }
        return all.join(QLatin1Char('\n'));
    }
    void openStart()
    {
        m_launcher->open(QStringLiteral("database-loss"));
        QVERIFY(wizard());
        QVERIFY(QTest::qWaitForWindowActive(wizard()));
    }
    bool tabTo(const QWidget *target) const
    {
        for (int i = 0; i < 60; ++i) {
            if (QApplication::focusWidget() == target)
                return true;
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        return false;
    }

private slots:
    void initTestCase()
    {
        QTest::failOnWarning(
            QRegularExpression(QStringLiteral("^(?!This plugin does not support)")));
        applyTheme(*qApp, {.choice = ThemeChoice::Dark});
    }
    void init()
    {
        m_factory = {};
        m_factory.first = outline(now());
        m_state = std::make_unique<ConsoleState>(neonPlan(), m_clock);
        m_state->takeSnapshot(platform(now(), 7));
        m_launcher = std::make_unique<RecoveryLauncher>(*m_state, m_factory, m_prompter);
    }
    void cleanup()
    {
        m_launcher.reset();
        m_state.reset();
    }

    void scenariosOfTheDatabaseCanBeRecovered_data()
    {
        QTest::addColumn<QString>("scenario");
        QTest::addColumn<bool>("can");
        QTest::newRow("as triage says") << "database-loss" << true;
        QTest::newRow("as ctl says") << "database" << true;
        QTest::newRow("redis") << "redis" << true;
        QTest::newRow("not built") << "bad-deployment" << false;
    }
    void scenariosOfTheDatabaseCanBeRecovered()
    {
        QFETCH(QString, scenario);
        QFETCH(bool, can);
        QCOMPARE(m_launcher->canRecover(scenario), can);
    }
    void withoutAProviderThereIsNoRecovery()
    {
        ConsoleState bare(sampleplatform::plan(), m_clock);
        RecoveryLauncher launcher(bare, m_factory, m_prompter);
        QVERIFY(!launcher.canRecover(QStringLiteral("database-loss")));
        launcher.open(QStringLiteral("database-loss"));
        QVERIFY(!launcher.newest());
    }
    void costOfTheDayIsNotLostSightOf()
    {
        m_launcher->open(QStringLiteral("database-loss"));
        const auto said = [this] {
            QStringList words;
            for (const QLabel *one : wizard()->rail()->findChildren<QLabel *>())
                words += one->isVisibleTo(wizard()->rail()) ? one->text() : QString();
            return words.join(QLatin1Char('\n'));
        };
        QVERIFY(!said().contains(QLatin1String("Gemini")));
        HealthSnapshot all = platform(now(), 7);
        all.systems.append({.name = QStringLiteral("cost"), .health = Health::Degraded, .reason = QStringLiteral("Gemini: 46 of 50 USD/day")});
        m_state->takeSnapshot(all);
        QVERIFY2(said().contains(QStringLiteral("▲ Gemini: 46 of 50 USD/day")), qPrintable(said()));
    }
    void nothingBeginsBeforeAMomentIsChosen()
    {
        openStart();
        QVERIFY(!begin()->isEnabled());
        QVERIFY(said().contains(QLatin1String("No moment is chosen yet")));
        QCOMPARE(begin()->accessibleDescription(), QStringLiteral("No moment is chosen yet"));
    }
    void aRecoveryIsBegunByKeyboardAlone()
    {
        openStart();
        QVERIFY(tabTo(moment()));
        QTest::keyClicks(moment(), QStringLiteral("20m ago"));
        QVERIFY(tabTo(radio(0)));
        QTest::keyClick(radio(0), Qt::Key_Down);
        QVERIFY(radio(1)->isChecked());
        QTRY_VERIFY(!begin()->isGuarded());
        QVERIFY(tabTo(begin()));
        QTest::keyClick(begin(), Qt::Key_Space);
        QCOMPARE(m_factory.begun.size(), 1);
        QCOMPARE(m_factory.begun[0].scenario, QStringLiteral("database"));
        QCOMPARE(m_factory.begun[0].to, now().addSecs(-20 * 60));
        QCOMPARE(m_factory.begun[0].freeze, QStringLiteral("read-only"));
        QVERIFY(m_factory.begun[0].nodes.isEmpty());
    }
    void theDatabaseIsLeftRunningUnlessAskedFor()
    {
        m_launcher->openRestore(now().addSecs(-600));
        QTRY_VERIFY(begin()->isEnabled() && !begin()->isGuarded());
        QTest::mouseClick(begin(), Qt::LeftButton);
        QCOMPARE(m_factory.begun.value(0).to, now().addSecs(-600));
        QCOMPARE(m_factory.begun.value(0).freeze, QString());
    }
    void planBNeedsNoMoment()
    {
        Plan plan = neonPlan();
        plan.database->standby = {SecretReference::Kind::Environment, QStringLiteral("STANDBY"), {}, {}};
        plan.database->logicalBackups = LogicalBackupsPlan{.bucket = QStringLiteral("b")};
        m_launcher.reset();
        m_state = std::make_unique<ConsoleState>(plan, m_clock);
        HealthSnapshot snapshot = platform(now(), 7);
        snapshot.systems[0].readings << planeReading(now(), "newest logical backup", 9 * 3600.0, "s");
        m_state->takeSnapshot(snapshot);
        m_launcher = std::make_unique<RecoveryLauncher>(*m_state, m_factory, m_prompter);
        openStart();
        QCheckBox *planB = wizard()->findChild<QCheckBox *>();
        QVERIFY(planB);
        QVERIFY2(planB->text().contains(QLatin1String("9 h old")), qPrintable(planB->text()));
        QVERIFY(!begin()->isEnabled());
        planB->setChecked(true);
        QVERIFY(!moment()->isEnabled());
        QTRY_VERIFY(begin()->isEnabled() && !begin()->isGuarded());
        QTest::mouseClick(begin(), Qt::LeftButton);
        QCOMPARE(m_factory.begun.value(0).fromDump, RunOptions::newestDump());
        QVERIFY(!m_factory.begun.value(0).to.isValid());
    }
    void planBIsNotOfferedWithoutAStandby()
    {
        openStart();
        QVERIFY(!wizard()->findChild<QCheckBox *>());
    }
    void theButtonNamesDatabaseAndMoment()
    {
        m_launcher->openRestore(
            QDateTime::fromString(QStringLiteral("2026-09-21T14:00:00Z"), Qt::ISODate));
        QCOMPARE(begin()->text(),
                 QStringLiteral("Begin: look before restoring thecopy to 2026-09-21 14:00:00 UTC"));
    }
    void anotherMomentGuardsTheButtonAnew()
    {
        m_launcher->openRestore(now().addSecs(-600));
        QTRY_VERIFY(begin()->isEnabled() && !begin()->isGuarded());
        TimeRuler *ruler = wizard()->findChild<TimeRuler *>();
        QTest::keyClick(ruler, Qt::Key_Left);
        QVERIFY(begin()->isGuarded());
        QTest::mouseClick(begin(), Qt::LeftButton);
        QCOMPARE(m_factory.begun.size(), 0);
    }
    void aRefusedMomentTakesTheButtonAway()
    {
        m_launcher->openRestore(now().addSecs(-600));
        QVERIFY(begin()->isEnabled());
        moment()->selectAll();
        QTest::keyClicks(moment(), QStringLiteral("2026-09-01T14:00:00Z"));
        QVERIFY(!begin()->isEnabled());
        QVERIFY(said().contains(QLatin1String("the nearest possible is")));
    }
    void theWindowFollowsTheSnapshot()
    {
        m_launcher->openRestore(now().addSecs(-3 * 86'400));
        QVERIFY(begin()->isEnabled());
        m_state->takeSnapshot(platform(now(), 1));
        QVERIFY(!begin()->isEnabled());
        QVERIFY(said().contains(QLatin1String("window kept 1 d, the plan says 7 d")));
    }
    void everyChoiceSaysWhatItCosts()
    {
        openStart();
        QCOMPARE(wizard()->findChildren<QRadioButton *>().size(), 3);
        for (const QRadioButton *one : wizard()->findChildren<QRadioButton *>())
            QVERIFY(!one->accessibleDescription().isEmpty());
        QVERIFY(said().contains(QLatin1String("transactions a minute now")));
        QVERIFY(said().contains(QLatin1String("every write fails until it is over")));
        QVERIFY(said().contains(QLatin1String("nobody is served until the processes run")) || said().contains(QLatin1String("Not possible")));
    }
    void theStepsAreListedBeforeAMomentIsChosen()
    {
        openStart();
        for (const StepView &step : m_factory.first.steps)
            QVERIFY2(said().contains(step.name), qPrintable(step.name));
    }
    void draggingListsNoStepsAnew()
    {
        openStart();
        const auto names = [this] {
            QList<const QLabel *> all;
            for (const QLabel *label : wizard()->findChildren<QLabel *>()) {
                if (label->text() == m_factory.first.steps[0].name)
                    all << label;
            }
            return all;
        };
        const QList<const QLabel *> before = names();
        QVERIFY(!before.isEmpty());
        QTest::keyClick(wizard()->findChild<TimeRuler *>(), Qt::Key_Left);
        QCOMPARE(names(), before);
    }
    void anOpenRunGoesFirst()
    {
        RunView standing = sampleruns::waitingCommit(now());
        standing.scenario = QStringLiteral("database-loss");
        m_factory.standing = {standing};
        m_state->takeRun(standing);
        m_launcher->open(QStringLiteral("database"));
        QCOMPARE(wizard()->view().id, standing.id);
        QVERIFY(!wizard()->findChild<TimeRuler *>());
    }
    void whatWasOpenSaysThatAnotherMomentIsNotTakenOver()
    {
        m_launcher->openRestore(now().addSecs(-600));
        const QString first = begin()->text();
        m_launcher->openRestore(now().addSecs(-900));
        QCOMPARE(begin()->text(), first);
        QVERIFY(said().contains(QLatin1String("is not taken over")));
    }
    void theStartPageOfAnotherScenarioIsNotReused()
    {
        openStart();
        RecoveryWizard *first = wizard();
        m_launcher->open(QStringLiteral("redis"));
        QVERIFY(wizard() != first);
        m_launcher->open(QStringLiteral("database"));
        QCOMPARE(m_factory.begun.size(), 0);
        QVERIFY(first->isVisible());
    }
    void anOutageStartsTheClock()
    {
        m_state->takeSnapshot(platform(now(), 7, true));
        m_launcher->openRestore(now().addSecs(-900));
        QVERIFY(said().contains(QLatin1String("no answer for 10 min")));
        QTRY_VERIFY(begin()->isEnabled() && !begin()->isGuarded());
        QTest::mouseClick(begin(), Qt::LeftButton);
        QCOMPARE(m_factory.began, now().addSecs(-600));
    }
    void everyControlIsNamed()
    {
        openStart();
        for (QWidget *widget : wizard()->findChildren<QWidget *>()) {
            if (!widget->isVisible() || (widget->focusPolicy() & Qt::TabFocus) == 0)
                continue;
            QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(spoken && !spoken->text(QAccessible::Name).isEmpty(),
                     widget->metaObject()->className());
        }
    }
    void theStartPageFitsTheSmallestScreen()
    {
        openStart();
        // What a 1280x720 screen leaves for a window.
        wizard()->resize(1240, 672);
        test::settle(*wizard());
        QVERIFY(wizard()->minimumSizeHint().width() <= 1240);
        const QScrollArea *page =
            wizard()->findChild<QScrollArea *>(QStringLiteral("recoveryStart"));
        QVERIFY2(page->widget()->minimumSizeHint().height() <= page->viewport()->height(),
                 qPrintable(QStringLiteral("%1 in %2")
                                .arg(page->widget()->minimumSizeHint().height())
                                .arg(page->viewport()->height())));
    }
    void thePageFitsTheSmallestScreenBesideAnOpenRun()
    {
        DatabasePage page(*m_state);
        page.show();
        QVERIFY2(page.minimumSizeHint().height() <= 560,
                 qPrintable(QString::number(page.minimumSizeHint().height())));
        QVERIFY2(page.minimumSizeHint().width() <= 1160,
                 qPrintable(QString::number(page.minimumSizeHint().width())));
    }
    void theBannerOffersTheRecovery()
    {
        m_state->takeSnapshot(platform(now(), 7, true));
        WhatToDoBanner banner(*m_state);
        QSignalSpy asked(&banner, &WhatToDoBanner::recoveryAsked);
        QPushButton *button = banner.findChild<QPushButton *>();
        QCOMPARE(button->text(), QStringLiteral("Start recovery…"));
        button->click();
        QCOMPARE(asked.value(0).value(0).toString(), QStringLiteral("database-loss"));
    }
    void thePageHandsItsMomentOver()
    {
        DatabasePage page(*m_state);
        page.show();
        QSignalSpy asked(&page, &DatabasePage::restoreAsked);
        QPushButton *button = page.findChild<QPushButton *>(QStringLiteral("restoreDatabase"));
        button->click();
        QVERIFY(!asked.value(0).value(0).toDateTime().isValid());
        QTest::keyClick(page.findChild<TimeRuler *>(), Qt::Key_End);
        QCOMPARE(button->text(), QStringLiteral("Restore to this moment…"));
        button->click();
        // The reading is rounded to the second that lies inside.
        QVERIFY(std::abs(asked.value(1).value(0).toDateTime().secsTo(now()) - 41) <= 1);
    }
    void observingShowsTheRulerAndHidesTheAct()
    {
        ConsoleState observing(neonPlan(), m_clock, true);
        observing.takeSnapshot(platform(now(), 7));
        DatabasePage page(observing);
        page.show();
        QVERIFY(!page.findChild<QPushButton *>(QStringLiteral("restoreDatabase"))->isVisible());
        QVERIFY(page.findChild<TimeRuler *>()->isReadOnly());
        QVERIFY(page.findChild<TimeRuler *>()->window().latest.isValid());
    }
    void aWindowShorterThanThePlansIsAnAlarm_data()
    {
        QTest::addColumn<double>("days");
        QTest::addColumn<QString>("badge");
        QTest::newRow("as planned") << 7.0 << "● history is kept for 7 d";
        QTest::newRow("shorter") << 1.0 << "▲ history is kept for 1 d only";
    }
    void aWindowShorterThanThePlansIsAnAlarm()
    {
        QFETCH(double, days);
        QFETCH(QString, badge);
        m_state->takeSnapshot(platform(now(), days));
        DatabasePage page(*m_state);
        page.show();
        QStringList all;
        for (const QLabel *label : page.findChildren<QLabel *>())
            all << label->text();
        QVERIFY2(all.contains(badge), qPrintable(all.join(QLatin1Char('\n'))));
    }
};

QTEST_MAIN(DatabaseStartTest)
#include "tst_databasestart.moc"
