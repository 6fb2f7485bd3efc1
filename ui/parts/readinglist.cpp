// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/readinglist.h"

#include "ui/parts/readingrow.h"

#include <QVBoxLayout>

namespace understudy::ui {

namespace {
constexpr qsizetype mostLetters = 36;
}

ReadingList::ReadingList(const Ticker &ticker, QWidget *parent)
    : QWidget(parent)
    , m_ticker(ticker)
    , m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_column->addStretch(1);
}

ReadingRow *ReadingList::row(const QString &name) const
{
    return m_rows.value(name);
}

void ReadingList::setReadings(const QList<Reading> &readings)
{
    QStringList names;
    for (const Reading &reading : readings)
        names << reading.name;
    if (names != m_names) {
        for (const QString &gone : std::as_const(m_names)) {
            if (!names.contains(gone))
                delete m_rows.take(gone);
        }
        for (int i = 0; i < readings.size(); ++i) {
            ReadingRow *&row = m_rows[readings[i].name];
            if (!row) {
                QString title = readings[i].label.isEmpty() ? readings[i].name : readings[i].label;
                if (!title.isEmpty())
                    title[0] = title[0].toUpper();
                row = new ReadingRow(m_ticker, title, this);
            }
            m_column->insertWidget(i, row);
        }
        m_names = names;
    }
    for (const Reading &reading : readings) {
        ReadingRow *row = m_rows[reading.name];
        row->setReading(&reading);
        // A sentence would push every other value out of sight; hover and Copy have all of it.
        const QString text = reading.text();
        row->setValueText(text.size() > mostLetters ? text.left(mostLetters - 1) + QChar(u'…')
                                                    : QString());
    }
}

} // namespace understudy::ui
