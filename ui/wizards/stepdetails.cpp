// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/stepdetails.h"

#include "ui/parts/statebadge.h"
#include "ui/parts/text.h"
#include "ui/wizards/headingrow.h"
#include "ui/wizards/rowgrid.h"
#include "ui/wizards/runwords.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QVBoxLayout>

namespace understudy::ui {

namespace {

Tone verdictTone(PreflightCheck::Verdict verdict)
{
    switch (verdict) {
    case PreflightCheck::Verdict::Pass:
        return Tone::Healthy;
    case PreflightCheck::Verdict::Warn:
        return Tone::Warning;
    case PreflightCheck::Verdict::Fail:
        return Tone::Critical;
    case PreflightCheck::Verdict::Unknown:
        return Tone::Unknown;
    }
    return Tone::Unknown;
}

Tone hazardTone(Hazard hazard)
{
    return hazard == Hazard::Irreversible || hazard == Hazard::ReversibleWithLoss ? Tone::Warning
                                                                                  : Tone::Plain;
}

QLabel *wrappedVerdict(const QString &text, QWidget *parent)
{
    QLabel *words = label(text, TextRole::Body, parent);
    words->setWordWrap(true);
    words->setTextFormat(Qt::PlainText);
    return words;
}

/// What passed stands together on one line; everything else has a line of its own, with its word.
QWidget *preflightList(const QList<PreflightCheck> &checks)
{
    QWidget *all = new QWidget;
    auto *column = new QVBoxLayout(all);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(grid(1) / 2);
    QStringList passed;
    for (const PreflightCheck &check : checks) {
        const QString words = check.why.isEmpty()
                                  ? check.check
                                  : QString(check.check + QStringLiteral(": ") + check.why);
        if (check.verdict == PreflightCheck::Verdict::Pass) {
            // A no-break space keeps the sign with its words when the line wraps.
            passed << QStringLiteral("✔\u00a0") + words;
            continue;
        }
        StateBadge *badge = new StateBadge(all);
        badge->setState(verdictTone(check.verdict), verdictWord(check.verdict));
        auto *row = new QHBoxLayout;
        row->setSpacing(grid(1));
        row->addWidget(badge, 0, Qt::AlignTop);
        row->addWidget(wrappedVerdict(words, all), 1);
        column->addLayout(row);
    }
    if (!passed.isEmpty())
        column->addWidget(wrappedVerdict(passed.join(QStringLiteral("    ")), all));
    return all;
}

QString outputText(const OutputLine &line)
{
    return timeOfDay(line.at, true) + QLatin1Char(' ') + line.text;
}

} // namespace

StepDetails::StepDetails(QWidget *parent)
    : QScrollArea(parent)
    , m_hazard(new StateBadge)
    , m_heading(new HeadingRow(m_hazard))
{
    setObjectName(QStringLiteral("stepDetails"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setStyleProperty(this, "reading", QStringLiteral("true"));
    QWidget *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(grid(1), 0, 0, 0);
    column->setSpacing(grid(1));
    column->addWidget(m_heading);
    column->addStretch(1);
    setWidget(page);
}

void StepDetails::setStep(int number, const StepView &step, const QStringList &covered)
{
    const QString title = step.preview.title.isEmpty() ? step.name : step.preview.title;
    m_heading->setText(QStringLiteral("%1  %2").arg(number).arg(title));
    const QString hazard = hazardWords(step);
    m_hazard->setVisible(!hazard.isEmpty());
    m_hazard->setState(hazardTone(step.hazard), hazard);
    const QString spoken = QStringLiteral("%1 %2, %3. %4")
                               .arg(number)
                               .arg(title, stepWord(step.state), step.preview.why);
    if (accessibleName() != spoken)
        setAccessibleName(spoken);
    StepView rows = step;
    rows.output.clear();
    rows.took.reset();
    rows.startedAt = {};
    if (!m_rows || !(rows == m_shown) || covered != m_covered) {
        m_shown = rows;
        m_covered = covered;
        rebuild(step);
    }
    setOutput(step.output);
}

void StepDetails::rebuild(const StepView &step)
{
    // What is read stays where it is while rows come and go.
    const int scrolled = verticalScrollBar()->value();
    delete m_rows;
    m_rows = new RowGrid(widget());
    m_outputShown.clear();
    const StepPreview &preview = step.preview;
    m_rows->addText(tr("Result"), step.result);
    m_rows->addText(tr("Why"), preview.why);
    m_rows->addText(tr("Loss"), preview.loss);
    // Before the acts themselves, which may fill the page.
    if (!m_covered.isEmpty())
        m_rows->addText(tr("And then"), tr("%1, without asking again").arg(m_covered.join(QStringLiteral(" · "))));
    QList<RowGrid::Command> acts;
    for (const ExactAct &act : preview.willDo)
        acts << RowGrid::Command{act.text, act.on.isEmpty() ? QString() : tr("on %1").arg(act.on)};
    m_rows->addCommands(tr("Will do"), acts);
    m_rows->addText(tr("Will not"), preview.willNot.join(QStringLiteral(" · ")));
    QStringList expect = preview.expect;
    if (!preview.predicted.isEmpty() && !expect.join(QLatin1Char(' ')).contains(preview.predicted))
        expect << tr("predicted reply %1").arg(preview.predicted);
    m_rows->addText(tr("Expect"), expect.join(QStringLiteral(" · ")));
    const bool oneWay = preview.wayBack.isEmpty() && step.hazard != Hazard::None;
    m_rows->addText(tr("Way back"), oneWay ? tr("none") : preview.wayBack);
    if (!step.preflight.isEmpty())
        m_rows->addWidget(tr("Pre-flight"), preflightList(step.preflight));
    m_output = new QPlainTextEdit(m_rows);
    m_output->setReadOnly(true);
    m_output->setTabChangesFocus(true);
    m_output->setMaximumBlockCount(200);
    m_output->setAccessibleName(tr("Live output"));
    m_output->setObjectName(QStringLiteral("liveOutput"));
    m_output->setPlaceholderText(tr("nothing yet"));
    m_output->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_rows->addWidget(tr("Live"), m_output);
    QList<RowGrid::Command> byHand;
    for (const QString &command : preview.byHand)
        byHand << RowGrid::Command{command, {}};
    m_rows->addCommands(tr("By hand"), byHand);
    qobject_cast<QVBoxLayout *>(widget()->layout())->insertWidget(1, m_rows);
    verticalScrollBar()->setValue(scrolled);
}

void StepDetails::setOutput(const QList<OutputLine> &lines)
{
    const bool continues = !m_outputShown.isEmpty() && lines.size() >= m_outputShown.size() &&
                           lines.first() == m_outputShown.first();
    const bool atEnd =
        m_output->verticalScrollBar()->value() == m_output->verticalScrollBar()->maximum();
    if (!continues && lines != m_outputShown)
        m_output->clear();
    const qsizetype known = continues ? m_outputShown.size() : 0;
    if (lines != m_outputShown) {
        for (qsizetype i = known; i < lines.size(); ++i)
            m_output->appendPlainText(outputText(lines[i]));
    }
    m_outputShown = lines;
    const int shownLines = qBound(1, int(lines.size()), 6);
    m_output->setFixedHeight(m_output->fontMetrics().lineSpacing() * shownLines + grid(3));
    m_output->setVerticalScrollBarPolicy(lines.size() > shownLines ? Qt::ScrollBarAsNeeded
                                                                   : Qt::ScrollBarAlwaysOff);
    if (atEnd)
        m_output->verticalScrollBar()->setValue(m_output->verticalScrollBar()->maximum());
}

} // namespace understudy::ui
