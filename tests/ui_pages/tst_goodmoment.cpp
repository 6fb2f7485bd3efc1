// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/timeruler.h"
#include "ui/wizards/goodmomentdialog.h"

#include <QCheckBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace understudy;
using namespace understudy::ui;

namespace {

/// Says what it is told to, and counts how often it is cancelled.
class ScriptedSearch : public MomentSearch
{
public:
    int *cancelled = nullptr;
    void cancel() override { ++*cancelled; }
};

} // namespace

class GoodMomentTest : public QObject
{
    Q_OBJECT

    const QDateTime m_from = QDateTime(QDate(2026, 11, 26), QTime(10, 0), Qt::UTC);
    std::unique_ptr<GoodMomentDialog> m_dialog;
    QPointer<ScriptedSearch> m_search;
    QList<BisectionOptions> m_begun;
    int m_cancelled = 0;

    QPushButton *button(const QString &text) const
    {
        for (QPushButton *one : m_dialog->findChildren<QPushButton *>()) {
            if (one->text() == text && one->isVisible())
                return one;
        }
        return nullptr;
    }
    QString progress() const { return m_dialog->findChild<QLabel *>(QStringLiteral("searchProgress"))->text(); }
    void begin(const QString &sql = QStringLiteral("select count(*) > 0 from projects"))
    {
        m_dialog->findChild<QPlainTextEdit *>()->setPlainText(sql);
        QTest::mouseClick(button(QStringLiteral("Search")), Qt::LeftButton);
    }
    BisectionReport found() const
    {
        BisectionReport report{.run = QStringLiteral("B-1")};
        report.search.outcome = SearchOutcome::Found;
        report.search.lastGood = m_from.addSecs(60);
        report.search.firstBad = m_from.addSecs(61);
        return report;
    }

private slots:
    void init()
    {
        m_begun.clear();
        m_cancelled = 0;
        m_dialog = std::make_unique<GoodMomentDialog>(
            [this](const BisectionOptions &options) {
                m_begun.append(options);
                auto search = std::make_unique<ScriptedSearch>();
                search->cancelled = &m_cancelled;
                m_search = search.get();
                return search;
            },
            m_from, m_from.addSecs(3600));
        m_dialog->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_dialog.get()));
    }
    void cleanup() { m_dialog.reset(); }

    void nothingBeginsWithoutASymptom()
    {
        QVERIFY(!button(QStringLiteral("Search"))->isEnabled());
        begin(QStringLiteral("drop table projects"));
        QCOMPARE(m_begun.size(), 0);
        QVERIFY2(progress().startsWith(QLatin1String("Refused")), qPrintable(progress()));
    }
    void searchIsFollowedOnTheRuler()
    {
        m_dialog->findChild<QCheckBox *>()->setChecked(true);
        begin();
        QCOMPARE(m_begun.size(), 1);
        QVERIFY(m_begun.first().errorIsBad);
        SearchView view{.lastGood = m_from.addSecs(10), .firstBad = m_from.addSecs(90), .firstChecks = 5, .probes = 3, .mostProbes = 12};
        view.observations = {{m_from.addSecs(10), {MomentSight::Kind::Good, QStringLiteral("count is 0")}}};
        emit m_search->viewChanged(view, m_from.addSecs(50));
        QVERIFY2(progress().contains(QLatin1String("Look 3 of at most 12")), qPrintable(progress()));
        QVERIFY2(progress().contains(QLatin1String("1 min 20 s between them")), qPrintable(progress()));
        QCOMPARE(m_dialog->findChild<TimeRuler *>()->moment(), m_from.addSecs(50));
        QVERIFY(!button(QStringLiteral("Search")));
    }
    void rulerKeepsItsTimesWhateverIsSaidBelow()
    {
        const TimeRuler *ruler = m_dialog->findChild<TimeRuler *>();
        QVERIFY(ruler->height() >= ruler->minimumSizeHint().height());
        begin();
        emit m_search->ended(found());
        QTRY_VERIFY(m_dialog->height() >= m_dialog->minimumHeight());
        QVERIFY2(ruler->height() >= ruler->minimumSizeHint().height(), qPrintable(QString::number(ruler->height())));
    }
    void answerIsTakenOverOnlyWhenAskedTo()
    {
        QSignalSpy taken(m_dialog.get(), &GoodMomentDialog::momentFound);
        begin();
        emit m_search->ended(found());
        QCOMPARE(taken.size(), 0);
        QTest::mouseClick(button(QStringLiteral("Go back to it")), Qt::LeftButton);
        QCOMPARE(taken.size(), 1);
        QCOMPARE(taken.first().first().toDateTime(), m_from.addSecs(60));
        QVERIFY(!m_dialog->isVisible());
    }
    void symptomThatComesAndGoesOffersNoMoment()
    {
        begin();
        BisectionReport report{.run = QStringLiteral("B-1")};
        report.search.outcome = SearchOutcome::ComesAndGoes;
        report.search.verdict = QStringLiteral("the symptom comes and goes");
        emit m_search->ended(report);
        QVERIFY(progress().contains(QLatin1String("comes and goes")));
        QVERIFY(!button(QStringLiteral("Go back to it")));
        QVERIFY(button(QStringLiteral("Search")));
    }
    void stoppingWaitsUntilTheCopyIsDeleted()
    {
        begin();
        QTest::mouseClick(button(QStringLiteral("Stop the search")), Qt::LeftButton);
        QCOMPARE(m_cancelled, 1);
        QVERIFY(m_dialog->isVisible());
        BisectionReport report{.run = QStringLiteral("B-1")};
        report.search.outcome = SearchOutcome::Cancelled;
        report.search.verdict = QStringLiteral("cancelled");
        emit m_search->ended(report);
        QVERIFY(m_dialog->isVisible());
        QVERIFY(button(QStringLiteral("Search")));
    }
    void closingWhileItSearchesStopsItFirst()
    {
        begin();
        QTest::keyClick(m_dialog.get(), Qt::Key_Escape);
        QCOMPARE(m_cancelled, 1);
        QVERIFY(m_dialog->isVisible());
        BisectionReport report{.run = QStringLiteral("B-1")};
        report.search.outcome = SearchOutcome::Cancelled;
        emit m_search->ended(report);
        QVERIFY(!m_dialog->isVisible());
    }
};

QTEST_MAIN(GoodMomentTest)
#include "tst_goodmoment.moc"
