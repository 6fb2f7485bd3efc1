// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/goodmomentdialog.h"

#include "core/base/quantity.h"
#include "core/recovery/bisect/symptomquery.h"
#include "ui/parts/momentwords.h"
#include "ui/parts/text.h"
#include "ui/parts/timeruler.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace understudy::ui {
namespace {

QString timeText(const QDateTime &moment) { return moment.toUTC().toString(QStringLiteral("HH:mm:ss.zzz")); }

QString sightText(MomentSight::Kind kind)
{
    switch (kind) {
    case MomentSight::Kind::Good:
        return GoodMomentDialog::tr("good");
    case MomentSight::Kind::Bad:
        return GoodMomentDialog::tr("bad");
    case MomentSight::Kind::CannotTell:
        break;
    }
    return GoodMomentDialog::tr("cannot tell");
}

/// Newest looks lie closest to the answer; six are enough to follow.
QString nearestLooks(const SearchView &view)
{
    QStringList lines;
    QList<MomentObservation> seen = view.observations;
    const QDateTime middle = view.lastGood.isValid() ? view.lastGood : view.firstBad;
    std::stable_sort(seen.begin(), seen.end(), [&middle](const MomentObservation &a, const MomentObservation &b) {
        return middle.isValid() && qAbs(a.moment.msecsTo(middle)) < qAbs(b.moment.msecsTo(middle));
    });
    seen = seen.mid(0, 6);
    std::sort(seen.begin(), seen.end(), [](const MomentObservation &a, const MomentObservation &b) { return a.moment < b.moment; });
    for (const MomentObservation &one : std::as_const(seen))
        lines << GoodMomentDialog::tr("%1  %2: %3").arg(timeText(one.moment), sightText(one.sight.kind), one.sight.why);
    return lines.join(QLatin1Char('\n'));
}

QList<RulerMark> marksOf(const SearchView &view)
{
    QList<RulerMark> marks;
    for (const MomentObservation &one : view.observations)
        marks.append({one.moment, one.sight.kind == MomentSight::Kind::Bad ? RulerMark::Kind::Incident : RulerMark::Kind::Dump, sightText(one.sight.kind)});
    return marks;
}

} // namespace

GoodMomentDialog::GoodMomentDialog(Begin begin, const QDateTime &earliest, const QDateTime &latest, QWidget *parent)
    : QDialog(parent)
    , m_begin(std::move(begin))
    , m_query(new QPlainTextEdit(this))
    , m_errorIsBad(new QCheckBox(tr("An error of the query is the symptom too (a dropped table)"), this))
    , m_ruler(new TimeRuler(this))
    , m_progress(label({}, TextRole::Body, this))
    , m_seen(label({}, TextRole::Mono, this))
    , m_close(new QPushButton(tr("Close"), this))
    , m_go(new QPushButton(tr("Search"), this))
    , m_use(new QPushButton(tr("Go back to it"), this))
{
    setWindowTitle(tr("Find the last good moment"));
    setMinimumWidth(760);
    QLabel *words = label(tr("Write one SELECT that answers true, or a number other than 0, when the damage is there. It is "
                             "asked of short-lived copies of earlier moments, read-only; the database and the application "
                             "are not touched. A provider may charge for copies."),
                          TextRole::Body, this);
    words->setWordWrap(true);
    QLabel *name = label(tr("&Symptom"), TextRole::Muted, this);
    name->setBuddy(m_query);
    m_query->setAccessibleName(tr("Symptom"));
    m_query->setPlaceholderText(QStringLiteral("select count(*) > 0 from projects where title = 'Untitled'"));
    m_query->setTabChangesFocus(true);
    m_query->setFixedHeight(m_query->fontMetrics().height() * 3 + grid(2));
    m_ruler->setWindow({.earliest = earliest, .latest = latest});
    m_ruler->setFocusPolicy(Qt::NoFocus);
    m_ruler->setEnabled(false);
    m_progress->setWordWrap(true);
    m_progress->setObjectName(QStringLiteral("searchProgress"));
    m_progress->setTextFormat(Qt::PlainText);
    m_seen->setTextFormat(Qt::PlainText);
    m_seen->setWordWrap(true);
    m_seen->setMinimumHeight(m_seen->fontMetrics().height() * 6);
    m_seen->setAlignment(Qt::AlignTop | Qt::AlignLeading);
    for (QPushButton *button : {m_close, m_go, m_use}) {
        button->setAutoDefault(false);
        button->setMinimumHeight(36);
    }
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(grid(1));
    buttons->addWidget(m_close);
    buttons->addStretch(1);
    buttons->addWidget(m_go);
    buttons->addWidget(m_use);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(grid(3), grid(3), grid(3), grid(3));
    column->setSpacing(grid(1));
    for (QWidget *part : std::initializer_list<QWidget *>{words, name, m_query, m_errorIsBad, m_ruler, m_progress, m_seen})
        column->addWidget(part);
    column->addLayout(buttons);
    connect(m_close, &QPushButton::clicked, this, &GoodMomentDialog::reject);
    connect(m_go, &QPushButton::clicked, this, &GoodMomentDialog::start);
    connect(m_use, &QPushButton::clicked, this, [this] {
        emit momentFound(m_lastGood);
        accept();
    });
    connect(m_query, &QPlainTextEdit::textChanged, this, [this] { setSearching(m_search != nullptr); });
    setSearching(false);
    m_query->setFocus();
}

void GoodMomentDialog::setSearching(bool searching)
{
    m_query->setEnabled(!searching);
    m_errorIsBad->setEnabled(!searching);
    m_go->setVisible(!searching);
    m_go->setEnabled(!m_query->toPlainText().trimmed().isEmpty());
    m_close->setText(searching ? tr("Stop the search") : tr("Close"));
    m_use->setVisible(m_lastGood.isValid() && !searching);
    // What to do next is what stands out.
    setStyleProperty(m_go, "kind", m_lastGood.isValid() ? QString() : QStringLiteral("act"));
    setStyleProperty(m_use, "kind", QStringLiteral("act"));
    keepRoom();
}

/// A wrapped text's height is not in a layout's least size: without this the ruler would give way to it.
void GoodMomentDialog::keepRoom()
{
    setMinimumHeight(layout()->totalMinimumHeightForWidth(qMax(width(), minimumWidth())));
}

void GoodMomentDialog::start()
{
    const BisectionOptions options{.sql = m_query->toPlainText().trimmed(), .from = {}, .errorIsBad = m_errorIsBad->isChecked()};
    if (const Result<SymptomQuery> query = SymptomQuery::parse(options.sql); !query) {
        m_progress->setText(tr("Refused: %1").arg(query.error().text()));
        m_query->setFocus();
        return;
    }
    m_lastGood = {};
    m_search = m_begin(options);
    if (!m_search) {
        m_progress->setText(tr("The search could not be begun."));
        return;
    }
    connect(m_search.get(), &MomentSearch::viewChanged, this, &GoodMomentDialog::showSearch);
    connect(m_search.get(), &MomentSearch::ended, this, &GoodMomentDialog::finish);
    m_progress->setText(tr("Asking the provider what can be searched"));
    m_seen->clear();
    setSearching(true);
    m_close->setFocus();
}

void GoodMomentDialog::showSearch(const SearchView &view, const QDateTime &next)
{
    QStringList parts;
    if (view.lastGood.isValid())
        parts << tr("good at %1").arg(timeText(view.lastGood));
    if (view.firstBad.isValid())
        parts << tr("bad at %1").arg(timeText(view.firstBad));
    if (view.lastGood.isValid() && view.firstBad.isValid())
        parts << tr("%1 between them").arg(durationText(Milliseconds(qAbs(view.lastGood.msecsTo(view.firstBad)))));
    const QString count = view.probes > 0 ? tr("Look %1 of at most %2").arg(view.probes).arg(view.mostProbes)
                                          : tr("First checks, %1 done").arg(view.firstChecks);
    const QString now = next.isValid() ? tr("; now a copy of %1 UTC").arg(timeText(next)) : QString();
    setTextIfChanged(m_progress, count + now + (parts.isEmpty() ? QString() : QStringLiteral(" · ") + parts.join(QStringLiteral(", "))));
    setTextIfChanged(m_seen, nearestLooks(view));
    keepRoom();
    m_ruler->setMarks(marksOf(view));
    if (next.isValid())
        m_ruler->setMoment(next);
}

void GoodMomentDialog::finish(const BisectionReport &report)
{
    const SearchResult &found = report.search;
    showSearch(found, {});
    QStringList lines;
    if (found.isFound()) {
        m_lastGood = found.lastGood;
        lines << tr("Last good %1, first bad %2 (UTC), %3 apart; %4 copies were asked in %5")
                     .arg(exactText(found.lastGood), exactText(found.firstBad), durationText(found.bracket()))
                     .arg(found.firstChecks + found.probes)
                     .arg(durationText(report.took));
        m_ruler->setMoment(found.lastGood);
    } else {
        lines << (found.error ? found.error->text() : found.verdict);
        if (!found.error && !found.hint.isEmpty())
            lines << found.hint;
    }
    lines += found.remarks;
    if (!report.copiesLeft.isEmpty())
        lines << tr("Not deleted yet: %1; the next start tries again.").arg(report.copiesLeft.join(QStringLiteral(", ")));
    m_progress->setText(lines.join(QLatin1Char('\n')));
    m_search.release()->deleteLater(); // it is the one that speaks here
    setSearching(false);
    (m_use->isVisible() ? m_use : m_go)->setFocus();
    if (m_closing)
        QDialog::reject();
}

void GoodMomentDialog::reject()
{
    if (!m_search) {
        QDialog::reject();
        return;
    }
    m_search->cancel();
    m_closing = sender() != m_close; // the window's own close or Esc: go when the copy is deleted
    m_progress->setText(tr("Stopping: the copy that exists is deleted first"));
}

} // namespace understudy::ui
