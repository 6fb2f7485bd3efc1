// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/tone.h"

#include "ui/parts/colours.h"

#include <QCoreApplication>

namespace understudy::ui {

QString toneSign(Tone tone)
{
    switch (tone) {
    case Tone::Plain:
        return {};
    case Tone::Healthy:
        return QStringLiteral("●");
    case Tone::Warning:
        return QStringLiteral("▲");
    case Tone::Critical:
        return QStringLiteral("✖");
    case Tone::Unknown:
        return QStringLiteral("◌");
    }
    return {};
}

QString toneKey(Tone tone)
{
    switch (tone) {
    case Tone::Plain:
        return QStringLiteral("plain");
    case Tone::Healthy:
        return QStringLiteral("healthy");
    case Tone::Warning:
        return QStringLiteral("warning");
    case Tone::Critical:
        return QStringLiteral("critical");
    case Tone::Unknown:
        return QStringLiteral("unknown");
    }
    return {};
}

QColor toneColour(Tone tone, const Colours &colours)
{
    switch (tone) {
    case Tone::Plain:
        return colours.text;
    case Tone::Healthy:
        return colours.healthy;
    case Tone::Warning:
        return colours.warning;
    case Tone::Critical:
        return colours.critical;
    case Tone::Unknown:
        return colours.muted;
    }
    return {};
}

Tone toneOf(Health health)
{
    switch (health) {
    case Health::Healthy:
        return Tone::Healthy;
    case Health::Degraded:
        return Tone::Warning;
    case Health::Unknown:
        return Tone::Unknown;
    case Health::Down:
        return Tone::Critical;
    }
    return Tone::Unknown;
}

Tone toneOf(ObjectiveState::State state)
{
    switch (state) {
    case ObjectiveState::State::Met:
        return Tone::Healthy;
    case ObjectiveState::State::AtRisk:
        return Tone::Warning;
    case ObjectiveState::State::Missed:
        return Tone::Critical;
    case ObjectiveState::State::Unknown:
        return Tone::Unknown;
    }
    return Tone::Unknown;
}

Tone toneOf(Event::Weight weight)
{
    switch (weight) {
    case Event::Weight::Plain:
        return Tone::Plain;
    case Event::Weight::Warning:
        return Tone::Warning;
    case Event::Weight::Critical:
        return Tone::Critical;
    }
    return Tone::Plain;
}

Tone toneOf(const Reading &reading, const QDateTime &now)
{
    if (reading.stateAt(now) != ReadingState::Fresh)
        return Tone::Unknown;
    return reading.isAbnormal() ? Tone::Warning : Tone::Plain;
}

QString healthWord(Health health)
{
    switch (health) {
    case Health::Healthy:
        return QCoreApplication::translate("Health", "Healthy");
    case Health::Degraded:
        return QCoreApplication::translate("Health", "Degraded");
    case Health::Unknown:
        return QCoreApplication::translate("Health", "Unknown");
    case Health::Down:
        return QCoreApplication::translate("Health", "Down");
    }
    return {};
}

QString readingTitle(const Reading &reading)
{
    const QString title = reading.label.isEmpty() ? reading.name : reading.label;
    return title.left(1).toUpper() + title.mid(1);
}

} // namespace understudy::ui
