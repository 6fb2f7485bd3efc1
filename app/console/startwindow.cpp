// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/startwindow.h"

#include "ui/parts/text.h"

#include <QVBoxLayout>

namespace understudy {

using namespace ui;

StartWindow::StartWindow(const QString &doing, const QString &usually, QWidget *parent)
    : QWidget(parent)
    , m_usually(usually)
    , m_title(label(doing, TextRole::Heading, this))
    , m_words(label({}, TextRole::Muted, this))
{
    setWindowTitle(QStringLiteral("Understudy"));
    setFixedWidth(560);
    m_title->setWordWrap(true);
    m_words->setWordWrap(true);
    QVBoxLayout *column = new QVBoxLayout(this);
    column->setContentsMargins(grid(4), grid(4), grid(4), grid(4));
    column->setSpacing(grid(1));
    column->addWidget(m_title);
    column->addWidget(m_words);
    m_elapsed.start();
    m_timer.setInterval(std::chrono::seconds(1));
    connect(&m_timer, &QTimer::timeout, this, &StartWindow::tick);
    m_timer.start();
    tick();
}

void StartWindow::tick()
{
    setTextIfChanged(m_words,
                     tr("%1 s so far · usually %2").arg(m_elapsed.elapsed() / 1000).arg(m_usually));
}

void StartWindow::showFailure(const Error &error)
{
    m_timer.stop();
    m_title->setText(error.message);
    m_words->setText(QStringList{error.hint, error.cause}.join(QLatin1Char('\n')).trimmed());
}

} // namespace understudy
