// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QTimer>

namespace understudy::ui {

/// "Copy": puts a text on the clipboard, and says "Copied" for two seconds.
class CopyButton : public QPushButton
{
    Q_OBJECT
public:
    explicit CopyButton(const QString &text = {}, QWidget *parent = nullptr);
    void setCopyText(const QString &text);
    QString copyText() const { return m_text; }

private:
    QString m_text;
    QTimer m_back;
};

} // namespace understudy::ui
