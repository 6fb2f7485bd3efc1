// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/windowmemory.h"

#include <QGuiApplication>
#include <QScreen>
#include <QSettings>
#include <QWidget>

namespace understudy::ui {

namespace {

/// The band, and a hand's breadth of the window, must be where they can be grabbed.
bool isReachable(const QRect &frame)
{
    const QList<QScreen *> screens = QGuiApplication::screens();
    for (const QScreen *screen : screens) {
        const QRect seen = screen->availableGeometry().intersected(frame);
        if (seen.width() >= 320 && seen.height() >= 200 &&
            screen->availableGeometry().contains(frame.topLeft()))
            return true;
    }
    return false;
}

} // namespace

WindowMemory::WindowMemory(const QString &file)
    : m_file(file)
{}

bool WindowMemory::restore(QWidget *window) const
{
    const QSettings settings(m_file, QSettings::IniFormat);
    const QRect place = settings.value(QStringLiteral("window/place")).toRect();
    if (!place.isValid() || !isReachable(place))
        return false;
    window->setGeometry(place);
    if (settings.value(QStringLiteral("window/maximized")).toBool())
        window->setWindowState(window->windowState() | Qt::WindowMaximized);
    return true;
}

void WindowMemory::save(const QWidget *window, const QString &page, double scale) const
{
    QSettings settings(m_file, QSettings::IniFormat);
    settings.setValue(QStringLiteral("window/place"),
                      window->isMaximized() ? window->normalGeometry() : window->geometry());
    settings.setValue(QStringLiteral("window/maximized"), window->isMaximized());
    settings.setValue(QStringLiteral("window/page"), page);
    settings.setValue(QStringLiteral("text/scale"), scale);
}

QString WindowMemory::page() const
{
    return QSettings(m_file, QSettings::IniFormat).value(QStringLiteral("window/page")).toString();
}

double WindowMemory::scale() const
{
    bool isNumber = false;
    const double scale = QSettings(m_file, QSettings::IniFormat)
                             .value(QStringLiteral("text/scale"), 1.0)
                             .toDouble(&isNumber);
    return isNumber ? qBound(0.8, scale, 2.0) : 1.0;
}

} // namespace understudy::ui
