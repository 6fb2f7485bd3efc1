// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/painted.h"

#include <QAccessibleWidget>

namespace understudy::ui {

namespace {

class SpokenWidget : public QAccessibleWidget
{
public:
    explicit SpokenWidget(Painted *painted)
        : QAccessibleWidget(painted, painted->spokenRole())
    {}
    QString text(QAccessible::Text which) const override
    {
        const Painted *painted = qobject_cast<const Painted *>(object());
        const QString description =
            painted && which == QAccessible::Description ? painted->description() : QString();
        return description.isEmpty() ? QAccessibleWidget::text(which) : description;
    }
};

QAccessibleInterface *makeSpoken(const QString &, QObject *object)
{
    Painted *painted = qobject_cast<Painted *>(object);
    if (!painted)
        return nullptr;
    QAccessibleInterface *own = painted->spoken();
    return own ? own : new SpokenWidget(painted);
}

} // namespace

Painted::Painted(QWidget *parent)
    : QWidget(parent)
{}

void Painted::say(const QString &words)
{
    if (accessibleName() != words)
        setAccessibleName(words);
}

void Painted::installAccessibility()
{
    QAccessible::installFactory(makeSpoken);
}

} // namespace understudy::ui
