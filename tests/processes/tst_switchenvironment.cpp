// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/processes/switchrun.h"
#include "tests/shell/sshfixture.h"

#include <QDir>
#include <QJsonDocument>
#include <QTest>

#include <sys/stat.h>

using namespace understudy;
using namespace understudy::databasesteps;

namespace {

const QString blue = QStringLiteral(".env.blue"), green = QStringLiteral(".env.green");
const Secret oldAddress("postgresql://app:0ldsecret@old.example/shop"),
    newAddress("postgresql://app:n3wsecret@new.example/shop");

QByteArray switched(const QString &name)
{
    return "# " + name.toUtf8() + "\nDATABASE_URL=\"" + newAddress.reveal() +
           "?schema=shop\"\nA=1\n";
}

} // namespace

/// The step that changes the files; no process is restarted here.
class SwitchEnvironmentTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<SwitchRun> m_run;
    Step m_step;

private slots:
    void init()
    {
        m_run = std::make_unique<SwitchRun>(oldAddress, newAddress);
        QVERIFY(m_run->addFile(blue));
        QVERIFY(m_run->addFile(green));
        m_step = switchEnvironment(m_run->database);
    }

    void allFilesAreSwitchedProvedAndPutBack()
    {
        const QByteArray before = m_run->textOf(blue);
        QCOMPARE(m_run->sightOf(m_step), Observation::Sight::NotYet);
        QVERIFY(!m_run->verify(m_step).has_value());
        const Result<QString> done = m_run->act(m_step);
        QVERIFY2(done.has_value(), done ? "" : qPrintable(done.error().text()));
        QCOMPARE(m_run->textOf(blue), switched(blue));
        QCOMPARE(m_run->textOf(green), switched(green));
        QCOMPARE(m_run->sightOf(m_step), Observation::Sight::AlreadyTrue);
        QVERIFY(m_run->verify(m_step).has_value());
        const Result<QString> undone = m_run->undo(m_step);
        QVERIFY2(undone.has_value(), undone ? "" : qPrintable(undone.error().text()));
        QCOMPARE(m_run->textOf(blue), before);
        QVERIFY(m_run->undo(m_step).has_value()); // once more changes nothing
    }

    void nothingThatIsSaidOrKeptHoldsASecret()
    {
        const Result<StepPreview> shown = m_run->call<StepPreview>(m_step, m_step.preview);
        QVERIFY(shown.has_value());
        QVERIFY(m_run->act(m_step).has_value());
        QString all = m_run->said.join(QLatin1Char('\n')) +
                      QString::fromUtf8(QJsonDocument(m_run->facts).toJson()) + shown->title +
                      shown->button + *m_run->verify(m_step);
        for (const ExactAct &one : shown->willDo)
            all += one.text + one.on;
        QVERIFY(all.contains(QLatin1String("new.example")));
        QVERIFY(!all.contains(QLatin1String("secret")));
        QVERIFY(shown->willDo.size() == 4 &&
                shown->willDo[0].text.contains(
                    QLatin1String("- DATABASE_URL=postgresql://app:***@old.example")));
    }

    void beforeThereIsACopyThePreviewSaysWhereOnly()
    {
        m_run->restored = false;
        const Result<StepPreview> shown = m_run->call<StepPreview>(m_step, m_step.preview);
        QVERIFY(shown.has_value());
        QCOMPARE(shown->willDo.size(), 2);
        QCOMPARE(m_run->sightOf(m_step), Observation::Sight::NotYet);
        QVERIFY(!m_run->act(m_step).has_value());
    }

    void aConsoleKilledBetweenTwoFilesIsGoneOnWith_data()
    {
        QTest::addColumn<bool>("undo");
        QTest::newRow("gone on with") << false;
        QTest::newRow("undone") << true;
    }
    void aConsoleKilledBetweenTwoFilesIsGoneOnWith()
    {
        QFETCH(bool, undo);
        const QByteArray before = m_run->textOf(blue);
        m_run->notesLeft = 1;
        QVERIFY(!m_run->act(m_step).has_value());
        QCOMPARE(m_run->textOf(blue), switched(blue));
        QVERIFY(m_run->textOf(green) != switched(green));
        m_run->notesLeft = -1;
        QCOMPARE(m_run->sightOf(m_step), Observation::Sight::NotYet);
        if (undo) {
            QVERIFY(m_run->undo(m_step).has_value());
            QCOMPARE(m_run->textOf(blue), before);
            return;
        }
        QVERIFY(m_run->act(m_step).has_value());
        QVERIFY(m_run->verify(m_step).has_value());
        QVERIFY(m_run->undo(m_step).has_value());
        QCOMPARE(m_run->textOf(blue), before);
    }

    /// The second cannot be written though it looked so: nothing stays half-switched.
    void whenOneFileCannotBeWrittenNoneStaysSwitched()
    {
        QVERIFY(QDir().mkpath(m_run->file(green + QStringLiteral(".understudy-new/x"))));
        const QByteArray before = m_run->textOf(blue);
        const Result<QString> done = m_run->act(m_step);
        QVERIFY(!done.has_value());
        QCOMPARE(done.error().code, ErrorCode::FileUnwritable);
        QVERIFY2(done.error().hint.contains(QLatin1String("No file is switched")),
                 qPrintable(done.error().text()));
        QCOMPARE(m_run->textOf(blue), before);
        // And when that is mended, it goes.
        QVERIFY(QDir(m_run->file(green + QStringLiteral(".understudy-new"))).removeRecursively());
        QVERIFY(m_run->act(m_step).has_value());
        QVERIFY(m_run->verify(m_step).has_value());
    }

    void aFileThatSomebodyChangedSinceIsNotPutBackAndNamed()
    {
        const QByteArray before = m_run->textOf(blue);
        QVERIFY(m_run->act(m_step).has_value());
        QVERIFY(m_run->writeText(green, switched(green) + "B=2\n"));
        const Result<QString> undone = m_run->undo(m_step);
        QVERIFY(!undone.has_value());
        QCOMPARE(undone.error().code, ErrorCode::TargetChanged);
        QVERIFY(undone.error().message.contains(green));
        QCOMPARE(m_run->textOf(green), switched(green) + "B=2\n");
        QCOMPARE(m_run->textOf(blue), before);
    }

    void aFileThatChangedSinceThePreviewIsAnotherTarget()
    {
        const Result<QString> shown = m_run->call<QString>(m_step, m_step.identity);
        QVERIFY(m_run->writeText(green, m_run->textOf(green) + "B=2\n"));
        QVERIFY(*m_run->call<QString>(m_step, m_step.identity) != *shown);
    }

    void preflightNamesWhatStandsInTheWay_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("mode");
        QTest::newRow("read-only") << QByteArray("DATABASE_URL=postgresql://a:b@h/d\n") << 0400;
        QTest::newRow("without the key") << QByteArray("A=1\n") << 0600;
        QTest::newRow("another system's address")
            << QByteArray("DATABASE_URL=mysql://a:b@h/d\n") << 0600;
    }
    void preflightNamesWhatStandsInTheWay()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, mode);
        QVERIFY(m_run->writeText(green, text));
        QCOMPARE(::chmod(QFile::encodeName(m_run->file(green)).constData(), mode_t(mode)), 0);
        const Result<QList<PreflightCheck>> checks =
            m_run->call<QList<PreflightCheck>>(m_step, m_step.preflight);
        QCOMPARE(checks->size(), 2);
        QCOMPARE(checks->at(0).verdict, PreflightCheck::Verdict::Pass);
        QCOMPARE(checks->at(1).verdict, PreflightCheck::Verdict::Fail);
        QVERIFY(checks->at(1).check.contains(green));
        const QByteArray before = m_run->textOf(blue);
        QVERIFY(!m_run->act(m_step).has_value());
        QCOMPARE(m_run->textOf(blue), before);
    }

    void aFileOnAnotherHostIsSwitchedAndAChangedHostKeyChangesNothing()
    {
        SshFixture server;
        QCOMPARE(server.start(), QString());
        QVERIFY(m_run->addFile(QStringLiteral(".env.far"), server.host()));
        const QByteArray before = m_run->textOf(blue);
        server.configure(
            "UserKnownHostsFile FOLDER/other_known_hosts\nStrictHostKeyChecking yes\n");
        const Result<QString> refused = m_run->act(m_step);
        QVERIFY(!refused.has_value());
        QVERIFY2(refused.error().message.contains(QLatin1String("host key")),
                 qPrintable(refused.error().text()));
        QCOMPARE(m_run->textOf(blue), before);
        server.configure({});
        QVERIFY(m_run->act(m_step).has_value());
        QCOMPARE(m_run->textOf(QStringLiteral(".env.far")), switched(QStringLiteral(".env.far")));
        QVERIFY(m_run->undo(m_step).has_value());
        QVERIFY(m_run->textOf(QStringLiteral(".env.far")).contains("old.example"));
    }
};

QTEST_GUILESS_MAIN(SwitchEnvironmentTest)
#include "tst_switchenvironment.moc"
