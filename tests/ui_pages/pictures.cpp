// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "sampleruns.h"
#include "scriptedrun.h"

#include "core/base/manualclock.h"
#include "tests/ui/windowkit.h"
#include "ui/parts/prompter.h"
#include "ui/shell/theme.h"
#include "ui/wizards/recoverywizard.h"
#include "ui/wizards/redischoices.h"

#include <QApplication>
#include <QDir>
#include <QLineEdit>

using namespace understudy;
using namespace understudy::ui;
using namespace understudy::tests;

namespace {

class NoPrompter : public Prompter
{
public:
    void ask(QWidget *, const Question &, std::function<void(const Answer &)>) override {}
};

struct Shot
{
    QString folder, look;
    QSize size;
    void take(QWidget &window, const QString &name) const
    {
        window.resize(size);
        window.show();
        test::settle(window);
        const QString file = QStringLiteral("%1/%2-%3-%4x%5.png")
                                 .arg(folder, name, look)
                                 .arg(size.width())
                                 .arg(size.height());
        window.grab().save(file);
    }
};

void wizards(const Shot &shot)
{
    ManualClock clock;
    Ticker ticker(clock);
    ticker.stop();
    NoPrompter prompter;
    Plan plan;
    plan.name = QStringLiteral("Drama Engine (\"The Copy\")");
    plan.mode = Mode::Lab;
    plan.updated = QDate(2025, 12, 25);
    const QDateTime now = clock.now();
    const QList<std::pair<QString, RunView>> runs{
        {QStringLiteral("phrase"),
         sampleruns::waitingAt(now, sampleruns::FailOver, Confirmation::Phrase)},
        {QStringLiteral("hold"), sampleruns::waitingAt(now, sampleruns::Fence, Confirmation::Hold)},
        {QStringLiteral("acting"), sampleruns::actingAt(now, sampleruns::FailOver)},
        {QStringLiteral("failed"), sampleruns::failedAt(now, sampleruns::FailOver)},
        {QStringLiteral("commit"), sampleruns::waitingCommit(now)},
        {QStringLiteral("recovered"), sampleruns::ended(now, QStringLiteral("recovered"))},
        {QStringLiteral("needs-operator"),
         sampleruns::ended(now, QStringLiteral("needs_operator"))}};
    for (const auto &[name, view] : runs) {
        RecoveryWizard wizard(plan, ticker, prompter);
        wizard.run(std::make_unique<ScriptedRun>(view), false);
        wizard.open();
        if (name == QLatin1String("phrase"))
            wizard.findChild<QLineEdit *>(QStringLiteral("phraseField"))
                ->setText(QStringLiteral("lab: fail over my"));
        shot.take(wizard, QStringLiteral("wizard-") + name);
    }
    RecoveryWizard start(plan, ticker, prompter);
    RecoveryStart::Facts facts{
        .title = QStringLiteral("Recover Redis mymaster"),
        .because = {
            QStringLiteral("master 10.0.0.1:6379 silent on 3 of 3 Sentinels for 18 min 40 s"),
            QStringLiteral("Sentinel's own failover gave up: no good replica")}};
    const RedisChoices::Facts redis{.redis = RedisTopology{.masterName = QStringLiteral("mymaster")}, .hasBackends = true};
    start.showStart(facts, std::make_unique<RedisChoices>(redis), [now](const RunOptions &) { return sampleruns::preparing(now); });
    start.open();
    shot.take(start, QStringLiteral("wizard-start"));
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    const QString folder = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QDir::currentPath();
    const double scale = argc > 2 ? QByteArray(argv[2]).toDouble() : 1;
    QDir().mkpath(folder);
    for (const auto &[choice, look] : {std::pair{ThemeChoice::Dark, QStringLiteral("dark")},
                                       std::pair{ThemeChoice::Light, QStringLiteral("light")}}) {
        applyTheme(application, {.choice = choice, .scale = scale});
        for (const QSize &size : {QSize(1280, 720), QSize(1920, 1080)})
            wizards({folder, look, size});
    }
    return 0;
}
