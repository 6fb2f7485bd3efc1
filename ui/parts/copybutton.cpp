// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/copybutton.h"

#include "ui/parts/text.h"

#include <QClipboard>
#include <QGuiApplication>

namespace understudy::ui {

using namespace std::chrono_literals;

CopyButton::CopyButton(const QString &text, QWidget *parent)
    : QPushButton(tr("Copy"), parent)
{
    setAutoDefault(false);
    setStyleProperty(this, "kind", QStringLiteral("link"));
    // As wide as the longer of its two words, so that nothing beside it moves.
    ensurePolished();
    setMinimumWidth(fontMetrics().horizontalAdvance(tr("Copied")) + grid(2));
    setCopyText(text);
    m_back.setSingleShot(true);
    m_back.setInterval(2s);
    connect(&m_back, &QTimer::timeout, this, [this] { setText(tr("Copy")); });
    connect(this, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(m_text);
        setText(tr("Copied"));
        m_back.start();
    });
}

void CopyButton::setCopyText(const QString &text)
{
    m_text = text;
    setAccessibleDescription(text);
    setToolTip(text);
}

} // namespace understudy::ui
