// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/momentedit.h"

#include "core/base/quantity.h"
#include "ui/parts/copybutton.h"
#include "ui/parts/momentwords.h"
#include "ui/parts/text.h"
#include "ui/parts/ticker.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>

namespace understudy::ui {

namespace {

/// "20m ago" names no instant finer than the second; a phrase should not have to spell it.
QDateTime wholeSeconds(const QDateTime &moment)
{
    return moment.addMSecs(-moment.time().msec());
}

} // namespace

MomentEdit::MomentEdit(const Ticker &ticker, QWidget *parent)
    : QWidget(parent)
    , m_ticker(ticker)
    , m_field(new QLineEdit(this))
    , m_words(label({}, TextRole::Body, this))
    , m_use(new QPushButton(this))
    , m_copy(new CopyButton({}, this))
{
    m_field->setObjectName(QStringLiteral("momentField"));
    m_field->setAccessibleName(tr("Moment"));
    m_field->setAccessibleDescription(
        tr("A time with its zone, such as 2026-11-22T14:00:00Z, or how long ago, such as 20m ago"));
    m_field->setPlaceholderText(tr("2026-11-22T14:00:00Z, or 20m ago"));
    m_field->setMinimumHeight(32);
    m_field->setMaxLength(64);
    fitField();
    m_words->setObjectName(QStringLiteral("momentWords"));
    m_words->setWordWrap(true);
    m_words->setTextFormat(Qt::PlainText);
    m_use->setObjectName(QStringLiteral("useNearest"));
    m_use->setAutoDefault(false);
    m_copy->setAccessibleDescription(tr("Copies the moment in UTC"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(grid(1));
    row->addWidget(m_field);
    row->addWidget(m_words, 1);
    row->addWidget(m_use);
    row->addWidget(m_copy);
    connect(m_field, &QLineEdit::textEdited, this, &MomentEdit::read);
    connect(m_field, &QLineEdit::editingFinished, this, &MomentEdit::finish);
    connect(m_use, &QPushButton::clicked, this, [this] {
        setMoment(m_nearest);
        m_field->setFocus(Qt::OtherFocusReason);
    });
    connect(&ticker, &Ticker::ticked, this, [this](const QDateTime &now) {
        if (isVisible())
            tell(now);
    });
    judge();
}

/// A moment with milliseconds fits in, at every size of text.
void MomentEdit::fitField()
{
    m_field->ensurePolished();
    m_field->setFixedWidth(m_field->fontMetrics().averageCharWidth() * 34 + grid(3));
}

void MomentEdit::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitField();
    QWidget::changeEvent(event);
}

void MomentEdit::setFieldName(const QString &name)
{
    m_field->setAccessibleName(name);
}

void MomentEdit::keepTwoLines()
{
    m_words->ensurePolished();
    m_words->setMinimumHeight(m_words->fontMetrics().height() * 2 + 2);
}

void MomentEdit::setWindow(const RestorableWindow &window)
{
    if (m_window == window)
        return;
    m_window = window;
    judge();
}

void MomentEdit::setMoment(const QDateTime &moment)
{
    m_asked = moment.isValid() ? moment.toUTC() : QDateTime();
    m_trouble.clear();
    m_field->setText(moment.isValid() ? exactText(moment) : QString());
    judge();
}

void MomentEdit::read(const QString &text)
{
    m_asked = {};
    m_trouble.clear();
    const QString written = text.trimmed();
    if (!written.isEmpty()) {
        const Result<QDateTime> read = parseMoment(written, m_ticker.now());
        if (!read)
            m_trouble = tr("Refused: %1").arg(read.error().text());
        else
            m_asked = written.endsWith(QLatin1String("ago")) ? wholeSeconds(*read) : *read;
    }
    judge();
}

void MomentEdit::judge()
{
    if (!m_asked.isValid()) {
        show({}, m_trouble.isEmpty() ? tr("No moment is chosen yet") : m_trouble, {});
        return;
    }
    const QDateTime nearest = m_window.nearest(m_asked);
    if (nearest == m_asked) {
        show(m_asked, {}, {});
        return;
    }
    const QString where =
        nearest < m_asked
            ? tr("Refused: %1 is after what can be restored; the nearest possible is %2")
            : tr("Refused: %1 is before what can be restored; the nearest possible is %2");
    show({}, where.arg(utcText(m_asked), utcText(nearest)), nearest);
}

void MomentEdit::show(const QDateTime &moment, const QString &missing, const QDateTime &nearest)
{
    const bool same = m_moment == moment && m_missing == missing;
    m_moment = moment;
    m_missing = missing;
    m_nearest = nearest;
    m_use->setVisible(nearest.isValid());
    m_use->setText(tr("Use the nearest possible"));
    m_use->setToolTip(nearest.isValid() ? utcText(nearest) : QString());
    m_use->setAccessibleDescription(m_use->toolTip());
    m_copy->setVisible(moment.isValid());
    m_copy->setCopyText(moment.isValid() ? exactText(moment) : QString());
    const bool refused = !missing.isEmpty() && !m_field->text().trimmed().isEmpty();
    setStyleProperty(m_words, "tone",
                     refused             ? QStringLiteral("warning")
                     : missing.isEmpty() ? QString()
                                         : QStringLiteral("unknown"));
    tell(m_ticker.now());
    if (!same)
        emit momentChanged();
}

/// What was written relative to its writing becomes the instant that it meant; a refusal is spoken.
void MomentEdit::finish()
{
    if (m_moment.isValid() && m_field->text() != exactText(m_moment))
        m_field->setText(exactText(m_moment));
    if (m_field->text().trimmed().isEmpty() || m_missing.isEmpty())
        return;
    QAccessibleEvent alert(m_words, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void MomentEdit::tell(const QDateTime &now)
{
    setTextIfChanged(m_words, m_moment.isValid() ? momentText(m_moment, now) : m_missing);
}

} // namespace understudy::ui
