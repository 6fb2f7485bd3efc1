// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/processes/pm2list.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

namespace understudy {
namespace {

/// Where the list begins: a line that is "[]" or starts with "[{".
qsizetype beginOfList(const QByteArray &output)
{
    for (qsizetype at = 0; at >= 0 && at < output.size();) {
        const QByteArrayView line = QByteArrayView(output).sliced(at);
        if (line.startsWith("[{") || line.startsWith("[]"))
            return at;
        const qsizetype newline = output.indexOf('\n', at);
        at = newline < 0 ? -1 : newline + 1;
    }
    return -1;
}

QJsonObject settingsOf(const QJsonObject &entry)
{
    return entry[QStringLiteral("pm2_env")].toObject();
}

/// What PM2 adds to an environment by itself.
bool isPm2sOwn(const QString &key, const QString &name)
{
    static const QStringList own{QStringLiteral("unique_id"),
                                 QStringLiteral("PM2_USAGE"),
                                 QStringLiteral("PM2_INTERACTOR_PROCESSING"),
                                 QStringLiteral("PM2_DISCRETE_MODE"),
                                 QStringLiteral("PM2_JSON_PROCESSING"),
                                 QStringLiteral("NODE_APP_INSTANCE"),
                                 QStringLiteral("pm_id"),
                                 QStringLiteral("OLDPWD"),
                                 QStringLiteral("_")};
    return key == name || own.contains(key);
}

/// What the processes really have: PM2 lays its own fields over `env`, and updates only those at
/// times.
QJsonObject environmentOf(const QJsonObject &settings, const QString &name)
{
    static const QRegularExpression variable(QStringLiteral("^[A-Z][A-Z0-9_]*$"));
    QJsonObject environment;
    const QJsonObject nested = settings[QStringLiteral("env")].toObject();
    for (auto one = nested.begin(); one != nested.end(); ++one) {
        if (!isPm2sOwn(one.key(), name) && (one->isString() || one->isDouble() || one->isBool()))
            environment.insert(one.key(), *one);
    }
    for (auto one = settings.begin(); one != settings.end(); ++one) {
        const bool wanted = environment.contains(one.key()) || variable.match(one.key()).hasMatch();
        if (wanted && one->isString() && !isPm2sOwn(one.key(), name))
            environment.insert(one.key(), *one);
    }
    return environment;
}

/// PM2 writes the number of the instance into the names of its logs, and would add it once more.
QString logPath(const QJsonObject &settings, const char *key)
{
    QString path = settings[QLatin1String(key)].toString();
    const QString number = QStringLiteral("-%1.log").arg(settings[QStringLiteral("pm_id")].toInt());
    const bool numbered = !settings[QStringLiteral("merge_logs")].toBool() && path.endsWith(number);
    return numbered ? path.left(path.size() - number.size()) + QStringLiteral(".log") : path;
}

bool isCluster(const QJsonObject &settings)
{
    return settings[QStringLiteral("exec_mode")].toString() == QLatin1String("cluster_mode");
}

QJsonObject definitionOf(const QJsonObject &settings, const QString &name, qsizetype instances)
{
    QJsonObject app{{QStringLiteral("name"), name},
                    {QStringLiteral("script"), settings[QStringLiteral("pm_exec_path")]},
                    {QStringLiteral("cwd"), settings[QStringLiteral("pm_cwd")]},
                    {QStringLiteral("exec_mode"),
                     isCluster(settings) ? QStringLiteral("cluster") : QStringLiteral("fork")},
                    {QStringLiteral("instances"), int(instances)},
                    {QStringLiteral("out_file"), logPath(settings, "pm_out_log_path")},
                    {QStringLiteral("error_file"), logPath(settings, "pm_err_log_path")}};
    if (!isCluster(settings))
        app.insert(QStringLiteral("interpreter"), settings[QStringLiteral("exec_interpreter")]);
    static const char *const kept[] = {"args",
                                       "node_args",
                                       "namespace",
                                       "merge_logs",
                                       "autorestart",
                                       "watch",
                                       "ignore_watch",
                                       "watch_options",
                                       "max_memory_restart",
                                       "kill_timeout",
                                       "wait_ready",
                                       "listen_timeout",
                                       "restart_delay",
                                       "exp_backoff_restart_delay",
                                       "max_restarts",
                                       "min_uptime",
                                       "cron_restart",
                                       "log_date_format",
                                       "log_type",
                                       "time",
                                       "instance_var",
                                       "treekill",
                                       "shutdown_with_message",
                                       "stop_exit_codes",
                                       "filter_env",
                                       "source_map_support",
                                       "vizion",
                                       "pmx",
                                       "automation",
                                       "increment_var",
                                       "force",
                                       "uid",
                                       "gid"};
    for (const char *key : kept) {
        const QJsonValue value = settings[QLatin1String(key)];
        const bool empty =
            value.isUndefined() || value.isNull() || (value.isArray() && value.toArray().isEmpty());
        if (!empty)
            app.insert(QLatin1String(key), value);
    }
    return app;
}

} // namespace

Result<Pm2List> Pm2List::parse(const QByteArray &output)
{
    const qsizetype begin = beginOfList(output), end = output.lastIndexOf(']');
    const QJsonDocument list =
        QJsonDocument::fromJson(begin < 0 ? QByteArray() : output.mid(begin, end - begin + 1));
    if (!list.isArray())
        return fail(
            ErrorCode::ProgramFailed, QStringLiteral("pm2 jlist gives no list"),
            QStringLiteral(
                "See what `pm2 jlist` says for the user that your plan's host is reached as."));
    Pm2List all;
    for (const QJsonValue &entry : list.array())
        all.m_entries.append(entry.toObject());
    return all;
}

QList<QJsonObject> Pm2List::entries(const QString &name) const
{
    QList<QJsonObject> found;
    for (const QJsonObject &entry : m_entries) {
        if (entry[QStringLiteral("name")].toString() == name)
            found.append(entry);
    }
    return found;
}

bool Pm2List::contains(const QString &name) const
{
    return !entries(name).isEmpty();
}

QList<qint64> Pm2List::processes(const QString &name) const
{
    QList<qint64> ids;
    for (const QJsonObject &entry : entries(name)) {
        const qint64 id = entry[QStringLiteral("pid")].toInteger();
        if (id > 0)
            ids.append(id);
    }
    return ids;
}

QString Pm2List::describe(const QString &name) const
{
    const QList<QJsonObject> all = entries(name);
    if (all.isEmpty())
        return {};
    const QJsonObject settings = settingsOf(all.first());
    const QString script = settings[QStringLiteral("pm_exec_path")].toString();
    return isCluster(settings)
               ? QStringLiteral("cluster, %1 instances of %2").arg(all.size()).arg(script)
               : script;
}

Result<Secret> Pm2List::definition(const QString &name, const QStringList &keys,
                                   const EnvEdit::Change &change) const
{
    const QList<QJsonObject> all = entries(name);
    if (all.isEmpty())
        return fail(
            ErrorCode::NotFound, QStringLiteral("PM2 knows no process %1").arg(name),
            QStringLiteral("Correct its name in the plan; PM2 keeps one list for each user."));
    const QJsonObject settings = settingsOf(all.first());
    QJsonObject environment = environmentOf(settings, name);
    for (const QString &key : keys) {
        if (!environment.contains(key))
            continue;
        const Result<Secret> value =
            change(key, Secret(environment[key].toVariant().toString().toUtf8()));
        if (!value)
            return fail(value.error().code,
                        QStringLiteral("%1 of %2 %3").arg(key, name, value.error().message),
                        value.error().hint);
        environment.insert(key, QString::fromUtf8(value->reveal()));
    }
    QJsonObject app = definitionOf(settings, name, all.size());
    app.insert(QStringLiteral("env"), environment);
    return Secret(QJsonDocument(QJsonObject{{QStringLiteral("apps"), QJsonArray{app}}})
                      .toJson(QJsonDocument::Compact));
}

} // namespace understudy
