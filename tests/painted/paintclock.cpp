// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/painted/paintclock.h"

#include <QBackingStore>
#include <QDir>
#include <QEvent>
#include <QEventLoop>
#include <QFile>
#include <QImage>
#include <QThread>
#include <QTimer>
#include <QWidget>

#include <algorithm>
#include <utility>

namespace understudy::test {

using namespace std::chrono_literals;

bool PaintClock::notify(QObject *receiver, QEvent *event)
{
    // Every thread's events pass here; only one of them paints.
    if (QThread::currentThread() != thread())
        return QApplication::notify(receiver, event);
    if (event->type() == QEvent::Paint && receiver->isWidgetType())
        m_widgets.insert(receiver);
    ++m_depth;
    const bool known = QApplication::notify(receiver, event);
    --m_depth;
    if (m_depth == 0 && !m_widgets.isEmpty()) {
        const QSet<QObject *> widgets = std::exchange(m_widgets, {});
        if (painted)
            painted(widgets, Steady::now());
    }
    return known;
}

QColor colourOnScreen(const QWidget &widget, const QPoint &point)
{
    const QBackingStore *store = widget.window()->backingStore();
    const QPaintDevice *device =
        store ? const_cast<QBackingStore *>(store)->paintDevice() : nullptr;
    if (!device || device->devType() != QInternal::Image)
        return {};
    const QImage &image = *static_cast<const QImage *>(device);
    const QPoint place = widget.mapTo(widget.window(), point) * image.devicePixelRatio();
    return image.rect().contains(place) ? image.pixelColor(place) : QColor();
}

double waitedForProcessor(Thread thread)
{
    const QString tasks = QStringLiteral("/proc/self/task/");
    const auto read = [&tasks](const QString &task, const char *name) {
        QFile file(tasks + task + QLatin1String(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
    };
    QString wanted = QString::number(QCoreApplication::applicationPid());
    if (thread == Thread::Engine) {
        wanted.clear();
        for (const QString &task : QDir(tasks).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            if (read(task, "/comm") == "engine")
                wanted = task;
        }
    }
    // Nanoseconds: on a processor, waiting for one; then how often.
    return wanted.isEmpty() ? 0 : read(wanted, "/schedstat").split(' ').value(1).toDouble() / 1e6;
}

bool runUntil(const std::function<bool()> &isSo, std::chrono::milliseconds within)
{
    QEventLoop loop;
    QTimer look, end;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (isSo())
            loop.quit();
    });
    QObject::connect(&end, &QTimer::timeout, &loop, &QEventLoop::quit);
    end.setSingleShot(true);
    end.start(within);
    look.start(5ms);
    loop.exec();
    return isSo();
}

double percentile(std::vector<double> &values, double part)
{
    if (values.empty())
        return -1;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, size_t(part * double(values.size())))];
}

} // namespace understudy::test
