// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The only file that includes spdlog: one inclusion costs about ten seconds of compile time.
#include "core/base/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <QDir>
#include <QFile>
#include <QtGlobal>

#include <memory>
#include <mutex>
#include <string>

namespace understudy::log {
namespace {

std::mutex s_mutex;
std::vector<spdlog::sink_ptr> s_sinks;

spdlog::level::level_enum toSpdlog(Level level)
{
    switch (level) {
    case Level::Debug: return spdlog::level::debug;
    case Level::Info: return spdlog::level::info;
    case Level::Warning: return spdlog::level::warn;
    case Level::Error: return spdlog::level::err;
    case Level::Critical: return spdlog::level::critical;
    }
    return spdlog::level::info;
}

std::shared_ptr<spdlog::logger> logger(const char *category)
{
    const std::lock_guard lock(s_mutex);
    if (s_sinks.empty())
        return nullptr;
    if (std::shared_ptr<spdlog::logger> known = spdlog::get(category))
        return known;
    auto made = std::make_shared<spdlog::logger>(category, s_sinks.begin(), s_sinks.end());
    made->set_level(spdlog::level::debug);
    made->flush_on(spdlog::level::info);
    spdlog::register_logger(made);
    return made;
}

void routeQtMessage(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    const Level level = type == QtDebugMsg      ? Level::Debug
                        : type == QtInfoMsg     ? Level::Info
                        : type == QtWarningMsg  ? Level::Warning
                        : type == QtCriticalMsg ? Level::Error
                                                : Level::Critical;
    write(level, "qt", context.category ? QString::fromUtf8(context.category) + QStringLiteral(": ") + message : message);
}

} // namespace

void start(const QString &folder, const QString &program, bool toStandardError)
{
    try {
        const std::lock_guard lock(s_mutex);
        QDir().mkpath(folder);
        const QString file = folder + QLatin1Char('/') + program + QStringLiteral(".log");
        s_sinks.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
            QFile::encodeName(file).toStdString(), 5 * 1024 * 1024, 3));
        if (toStandardError) {
            auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
            sink->set_level(spdlog::level::warn);
            s_sinks.push_back(sink);
        }
    } catch (const spdlog::spdlog_ex &) {
        // No place for a log is no reason not to recover a platform.
    }
    qInstallMessageHandler(routeQtMessage);
}

void write(Level level, const char *category, const QString &message)
{
    if (const std::shared_ptr<spdlog::logger> target = logger(category))
        target->log(toSpdlog(level), message.toStdString());
}

} // namespace understudy::log
