// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/prompter.h"
#include "ui/wizards/salvagedialog.h"

#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QTest>

using namespace understudy;
using namespace understudy::ui;

namespace {

class ScriptedJob : public SalvageJob
{
public:
    bool cancelled = false;
    void cancel() override { cancelled = true; }
};

} // namespace

class SalvageDialogTest : public QObject
{
    Q_OBJECT

    QPointer<ScriptedJob> m_job;
    QString m_file;
    std::unique_ptr<SalvageDialog> m_dialog;

    QPushButton *button(const QString &text) const
    {
        for (QPushButton *one : m_dialog->findChildren<QPushButton *>()) {
            if (one->text() == text)
                return one;
        }
        return nullptr;
    }
    QString progress() const { return m_dialog->findChild<QLabel *>(QStringLiteral("salvageProgress"))->text(); }

private slots:
    void init()
    {
        m_file.clear();
        m_dialog = std::make_unique<SalvageDialog>(
            [this](const QString &file) {
                m_file = file;
                auto job = std::make_unique<ScriptedJob>();
                m_job = job.get();
                return job;
            },
            QStringLiteral("Rows."), QStringLiteral("/tmp/salvage.sql"));
        m_dialog->show();
    }
    void whatWasWrittenAndWhatWasNotAreBothTold()
    {
        QTest::keyClick(button(QStringLiteral("Save the rows")), Qt::Key_Space);
        QCOMPARE(m_file, QStringLiteral("/tmp/salvage.sql"));
        emit m_job->progressed(QStringLiteral("public.users (1 of 2)"));
        QVERIFY(progress().contains(QLatin1String("public.users (1 of 2)")));
        emit m_job->ended({.file = m_file, .rows = 3, .tables = {{.table = QStringLiteral("public.users"), .rows = 3}},
                           .notExported = {{.table = QStringLiteral("public.tags"), .why = QStringLiteral("it has no key")}}}, {});
        QVERIFY2(progress().startsWith(QLatin1String("Saved in /tmp/salvage.sql")), qPrintable(progress()));
        const QString lines = m_dialog->findChild<QPlainTextEdit *>()->toPlainText();
        QVERIFY(lines.contains(QLatin1String("public.users: 3 rows")));
        QVERIFY(lines.contains(QLatin1String("Not in it: public.tags: it has no key")));
    }
    void problemIsSaidAndCanBeTriedAgain()
    {
        button(QStringLiteral("Save the rows"))->click();
        emit m_job->ended({}, QStringLiteral("the file exists"));
        QCOMPARE(progress(), QStringLiteral("Not saved: the file exists"));
        QVERIFY(button(QStringLiteral("Save the rows"))->isEnabled());
    }
    void closingStopsTheWorkFirst()
    {
        button(QStringLiteral("Save the rows"))->click();
        QVERIFY(!button(QStringLiteral("Save the rows"))->isEnabled());
        QTest::keyClick(m_dialog.get(), Qt::Key_Escape);
        QVERIFY(m_job->cancelled);
        QVERIFY(m_dialog->isVisible());
        emit m_job->ended({}, QStringLiteral("cancelled"));
        QVERIFY(!m_dialog->isVisible());
    }
    void returnInAQuestionAcceptsWhatIsTypedWholeAndNothingElse()
    {
        WindowPrompter prompter;
        QWidget over;
        over.show();
        int accepted = 0;
        prompter.ask(&over, {.title = QStringLiteral("Undo"), .text = {}, .field = QStringLiteral("Type undo it"), .expected = QStringLiteral("undo it"), .accept = QStringLiteral("Undo"), .refuse = QStringLiteral("Leave")},
                     [&](const Answer &answer) { accepted += answer.accepted ? 1 : 0; });
        QLineEdit *field = over.findChild<QLineEdit *>();
        QTest::keyClick(field, Qt::Key_Return);
        QTest::keyClicks(field, QStringLiteral("undo i"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(accepted, 0);
        QTest::keyClicks(field, QStringLiteral("t"));
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(accepted, 1);
    }
};

QTEST_MAIN(SalvageDialogTest)
#include "tst_salvagedialog.moc"
