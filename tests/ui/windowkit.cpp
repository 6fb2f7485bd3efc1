// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowkit.h"

#include "ui/database/databasepage.h"
#include "ui/journal/journalpage.h"
#include "ui/overview/overviewpage.h"
#include "ui/plan/planpage.h"
#include "ui/pools/poolspage.h"
#include "ui/redis/redispage.h"
#include "ui/shell/consolestate.h"
#include "ui/shell/mainwindow.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAccessible>
#include <QCoreApplication>
#include <QImage>
#include <QLayout>
#include <QLineEdit>
#include <QPixmap>

namespace understudy::test {

using namespace understudy::ui;

void addPages(MainWindow &window, ConsoleState &state, const QString &journals)
{
    window.addPage(new OverviewPage(state));
    window.addPage(new DatabasePage(state));
    window.addPage(new RedisPage(state));
    window.addPage(new PoolsPage(state));
    window.addPage(new JournalPage(state, journals));
    window.addPage(new PlanPage(state));
}

void settle(QWidget &window)
{
    for (int i = 0; i < 3; ++i) {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::Resize);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::MetaCall);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::Polish);
    }
    if (window.layout())
        window.layout()->activate();
}

QStringList unnamedControls(const QWidget &window)
{
    QStringList unnamed;
    const QList<QWidget *> all = window.findChildren<QWidget *>();
    for (QWidget *widget : all) {
        const bool isControl = qobject_cast<QAbstractButton *>(widget) || qobject_cast<QLineEdit *>(widget)
                               || qobject_cast<QAbstractItemView *>(widget) || (widget->focusPolicy() & Qt::TabFocus);
        if (!isControl || widget->objectName().startsWith(QLatin1String("qt_")))
            continue;
        QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(widget);
        if (!spoken || spoken->text(QAccessible::Name).trimmed().isEmpty())
            unnamed << QStringLiteral("%1 '%2' in %3").arg(QString::fromLatin1(widget->metaObject()->className()), widget->objectName(),
                                                             QString::fromLatin1(widget->parent()->metaObject()->className()));
    }
    return unnamed;
}

double saturatedPart(const QWidget &window)
{
    const QImage image = const_cast<QWidget &>(window).grab().toImage().convertToFormat(QImage::Format_RGB32);
    qint64 saturated = 0;
    for (int y = 0; y < image.height(); ++y) {
        const QRgb *line = reinterpret_cast<const QRgb *>(image.constScanLine(y));
        for (int x = 0; x < image.width(); ++x) {
            const QColor colour = QColor::fromRgb(line[x]);
            saturated += colour.hsvSaturationF() > 0.5F && colour.valueF() > 0.15F ? 1 : 0;
        }
    }
    return double(saturated) / double(qMax(1LL, qint64(image.width()) * image.height()));
}

} // namespace understudy::test
