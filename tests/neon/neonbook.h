// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QUrl>
#include <QUrlQuery>
#include <QUuid>

namespace understudy {

/// What one request to the stand-in was.
struct NeonAsked
{
    QByteArray method, head, body;
    QString path; ///< below the project: "/branches"
    QUrlQuery query;
    QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
};

/// The part of Neon's API v2 that the client uses, written from the vendor's OpenAPI file: one project
/// in memory, whose operations end after a time or by a script. Not thread safe.
class NeonBook
{
public:
    struct Answer
    {
        int status = 200;
        QJsonObject body = {};
    };
    struct Operation
    {
        QJsonObject json;
        QElapsedTimer since;
        int polls = 0;
    };

    QString project = QStringLiteral("shiny-wind-028834");
    int kept = 86'400;              ///< seconds
    int branchesLimit = 10;
    int pageSize = 1000;            ///< never more at once, whatever is asked for
    int operationMs = 300;
    QStringList statuses;           ///< of an operation, one a poll, the last one stays; empty: by time
    int failures = 0;
    QString operationError;
    bool hasPooler = true;
    bool listLags = false; ///< the list of operations is empty, whatever runs
    QString endpointState = QStringLiteral("active"); ///< once the compute has been started
    QByteArray password = "s3cr3t/of@the:role";
    QList<QJsonObject> branches;
    QList<QJsonObject> endpoints;
    QList<Operation> operations; ///< newest last

    NeonBook() { addBranch(QStringLiteral("main"), {}, QDateTime::currentDateTimeUtc().addDays(-30), {})[QStringLiteral("default")] = true; }

    QJsonObject &addBranch(const QString &name, const QString &parent, const QDateTime &created, const QDateTime &at)
    {
        const QString number = QString::number(++m_serial);
        QJsonObject json{{QStringLiteral("id"), QStringLiteral("br-calm-tree-%1").arg(number)}, {QStringLiteral("project_id"), project},
                         {QStringLiteral("name"), name}, {QStringLiteral("current_state"), QStringLiteral("ready")},
                         {QStringLiteral("state_changed_at"), toRfc3339(created)}, {QStringLiteral("creation_source"), QStringLiteral("console")},
                         {QStringLiteral("created_at"), toRfc3339(created)}, {QStringLiteral("updated_at"), toRfc3339(created)},
                         {QStringLiteral("default"), false}, {QStringLiteral("protected"), false}, {QStringLiteral("cpu_used_sec"), 1}};
        if (!parent.isEmpty())
            json[QStringLiteral("parent_id")] = parent;
        if (at.isValid())
            json[QStringLiteral("parent_timestamp")] = toRfc3339(at);
        branches.append(json);
        endpoints.append({{QStringLiteral("id"), QStringLiteral("ep-still-sun-%1").arg(number)}, {QStringLiteral("branch_id"), json.value(QStringLiteral("id"))},
                          {QStringLiteral("host"), QStringLiteral("ep-still-sun-%1.eu-central-1.aws.neon.tech").arg(number)},
                          {QStringLiteral("type"), QStringLiteral("read_write")}, {QStringLiteral("current_state"), endpointState},
                          {QStringLiteral("disabled"), false}});
        return branches.last();
    }
    QString mainId() const { return branches.first()[QStringLiteral("id")].toString(); }
    int named(const QString &name) const
    {
        return int(std::count_if(branches.begin(), branches.end(), [&](const QJsonObject &one) { return one[QStringLiteral("name")].toString() == name; }));
    }

    Answer answer(const NeonAsked &asked)
    {
        const QStringList parts = asked.path.split(QLatin1Char('/'), Qt::SkipEmptyParts);
        const QString kind = parts.value(0), id = parts.value(1), more = parts.value(2);
        if (parts.isEmpty())
            return {200, {{QStringLiteral("project"), projectJson()}}};
        if (kind == QLatin1String("operations"))
            return id.isEmpty() ? listOperations(asked) : oneOperation(id);
        if (kind == QLatin1String("connection_uri"))
            return uri(asked);
        if (kind == QLatin1String("endpoints") && id.isEmpty())
            return {200, {{QStringLiteral("endpoints"), endpointsOf({})}}};
        if (kind != QLatin1String("branches"))
            return error(404, {}, QStringLiteral("no such path"));
        if (id.isEmpty())
            return asked.method == "POST" ? create(asked) : listBranches(asked);
        QJsonObject *branch = find(id);
        if (!branch)
            return asked.method == "DELETE" ? Answer{204} : error(404, {}, QStringLiteral("branch not found"));
        if (more == QLatin1String("endpoints"))
            return {200, {{QStringLiteral("endpoints"), endpointsOf(id)}}};
        if (more == QLatin1String("restore"))
            return restore(*branch, asked);
        if (more == QLatin1String("set_as_default")) {
            for (QJsonObject &one : branches)
                one[QStringLiteral("default")] = one[QStringLiteral("id")].toString() == id;
            return changed(id, {});
        }
        if (asked.method == "PATCH") {
            const QJsonObject wanted = asked.json()[QStringLiteral("branch")].toObject();
            for (const QString &key : wanted.keys()) {
                if (wanted[key].isNull())
                    branch->remove(key);
                else
                    branch->insert(key, wanted[key]);
            }
            return changed(id, {});
        }
        if (asked.method == "DELETE")
            return erase(id);
        return {200, {{QStringLiteral("branch"), shown(*branch)}}};
    }

    static Answer error(int status, const QString &code, const QString &message)
    {
        return {status, {{QStringLiteral("request_id"), QStringLiteral("r-1")}, {QStringLiteral("code"), code}, {QStringLiteral("message"), message}}};
    }

    /// Something that is done to a branch beside its making, and stays so.
    void addOperation(const QString &branch, const QString &action, const QString &status)
    {
        begin(branch, action);
        operations.last().json[QStringLiteral("status")] = status;
    }

private:
    QJsonObject projectJson() const
    {
        return {{QStringLiteral("id"), project}, {QStringLiteral("name"), QStringLiteral("The Copy")}, {QStringLiteral("region_id"), QStringLiteral("aws-eu-central-1")},
                {QStringLiteral("history_retention_seconds"), kept}, {QStringLiteral("created_at"), branches.first()[QStringLiteral("created_at")]}};
    }
    QJsonObject *find(const QString &id)
    {
        for (QJsonObject &one : branches) {
            if (one[QStringLiteral("id")].toString() == id)
                return &one;
        }
        return nullptr;
    }
    QString statusOf(const Operation &one) const
    {
        if (one.json.contains(QStringLiteral("status")))
            return one.json[QStringLiteral("status")].toString(); // of one that stands aside
        if (!statuses.isEmpty())
            return statuses[std::min<qsizetype>(one.polls, statuses.size() - 1)];
        return one.since.elapsed() < operationMs ? QStringLiteral("running") : QStringLiteral("finished");
    }
    bool isBusy(const QString &branch) const
    {
        return std::any_of(operations.begin(), operations.end(), [&](const Operation &one) {
            return one.json[QStringLiteral("branch_id")].toString() == branch && !one.json.contains(QStringLiteral("status")) && statusOf(one) != QLatin1String("finished");
        });
    }
    QJsonObject shown(const Operation &one) const
    {
        QJsonObject json = one.json;
        json[QStringLiteral("status")] = statusOf(one);
        json[QStringLiteral("failures_count")] = failures;
        if (!operationError.isEmpty())
            json[QStringLiteral("error")] = operationError;
        return json;
    }
    QJsonObject shown(QJsonObject branch) const
    {
        if (isBusy(branch[QStringLiteral("id")].toString()))
            branch[QStringLiteral("current_state")] = QStringLiteral("init");
        return branch;
    }
    QJsonArray endpointsOf(const QString &branch) const
    {
        QJsonArray list;
        for (QJsonObject one : endpoints) {
            if (!branch.isEmpty() && one[QStringLiteral("branch_id")].toString() != branch)
                continue;
            if (isBusy(one[QStringLiteral("branch_id")].toString()))
                one[QStringLiteral("current_state")] = QStringLiteral("init");
            list.append(one);
        }
        return list;
    }
    QJsonObject begin(const QString &branch, const QString &action)
    {
        Operation one{.json = {{QStringLiteral("id"), QUuid::createUuid().toString(QUuid::WithoutBraces)}, {QStringLiteral("project_id"), project},
                               {QStringLiteral("branch_id"), branch}, {QStringLiteral("action"), action},
                               {QStringLiteral("created_at"), toRfc3339(QDateTime::currentDateTimeUtc())}, {QStringLiteral("total_duration_ms"), 0}}};
        one.since.start();
        operations.append(one);
        return shown(operations.last());
    }
    Answer changed(const QString &id, const QStringList &actions, int status = 200)
    {
        QJsonArray begun;
        for (const QString &action : actions)
            begun.append(begin(id, action));
        return {status, {{QStringLiteral("branch"), shown(*find(id))}, {QStringLiteral("operations"), begun}}};
    }
    bool isOutside(const QJsonValue &moment) const
    {
        const QDateTime at = QDateTime::fromString(moment.toString(), Qt::ISODateWithMs);
        const QDateTime now = QDateTime::currentDateTimeUtc();
        return !moment.isUndefined() && (!at.isValid() || at > now || at < now.addSecs(-kept));
    }
    Answer create(const NeonAsked &asked)
    {
        const QJsonObject wanted = asked.json()[QStringLiteral("branch")].toObject();
        const QString name = wanted[QStringLiteral("name")].toString();
        const QString parent = wanted[QStringLiteral("parent_id")].toString(mainId());
        if (!find(parent))
            return error(404, {}, QStringLiteral("branch not found"));
        if (named(name) > 0)
            return error(409, QStringLiteral("BRANCH_ALREADY_EXISTS"), QStringLiteral("branch with that name already exists"));
        if (branches.size() >= branchesLimit)
            return error(422, QStringLiteral("BRANCHES_LIMIT_EXCEEDED"), QStringLiteral("branches limit exceeded"));
        if (isOutside(wanted[QStringLiteral("parent_timestamp")]))
            return error(400, {}, QStringLiteral("timestamp is outside of the history window"));
        QJsonObject &branch = addBranch(name, parent, QDateTime::currentDateTimeUtc(), QDateTime::fromString(wanted[QStringLiteral("parent_timestamp")].toString(), Qt::ISODateWithMs));
        if (wanted.contains(QStringLiteral("expires_at")))
            branch[QStringLiteral("expires_at")] = wanted[QStringLiteral("expires_at")];
        if (asked.json()[QStringLiteral("endpoints")].toArray().isEmpty())
            endpoints.removeLast();
        return changed(branch[QStringLiteral("id")].toString(), {QStringLiteral("create_branch"), QStringLiteral("start_compute")}, 201);
    }
    Answer restore(QJsonObject &branch, const NeonAsked &asked)
    {
        const QString id = branch[QStringLiteral("id")].toString();
        if (isOutside(asked.json()[QStringLiteral("source_timestamp")]))
            return error(400, {}, QStringLiteral("timestamp is outside of the history window"));
        const QString kept = asked.json()[QStringLiteral("preserve_under_name")].toString();
        branch[QStringLiteral("last_reset_at")] = toRfc3339(QDateTime::currentDateTimeUtc());
        if (!kept.isEmpty())
            addBranch(kept, {}, QDateTime::currentDateTimeUtc(), {});
        return changed(id, {QStringLiteral("create_branch")});
    }
    Answer erase(const QString &id)
    {
        if (find(id)->value(QStringLiteral("default")).toBool())
            return error(422, {}, QStringLiteral("cannot delete the default branch"));
        const Answer answer = changed(id, {QStringLiteral("suspend_compute"), QStringLiteral("delete_timeline")});
        branches.removeIf([&](const QJsonObject &one) { return one[QStringLiteral("id")].toString() == id; });
        return answer;
    }
    Answer listBranches(const NeonAsked &asked)
    {
        const qsizetype from = asked.query.queryItemValue(QStringLiteral("cursor"), QUrl::FullyDecoded).section(QLatin1Char('+'), 1).toInt();
        const qsizetype size = std::min(pageSize, asked.query.queryItemValue(QStringLiteral("limit")).toInt());
        QJsonArray list;
        for (const QJsonObject &one : branches.mid(from, size))
            list.append(shown(one));
        QJsonObject pagination{{QStringLiteral("sort_by"), QStringLiteral("updated_at")}};
        if (from + size < branches.size())
            pagination[QStringLiteral("next")] = QStringLiteral("a+%1").arg(from + size); // opaque, and to be encoded
        return {200, {{QStringLiteral("branches"), list}, {QStringLiteral("pagination"), pagination}}};
    }
    Answer listOperations(const NeonAsked &asked)
    {
        const qsizetype from = asked.query.queryItemValue(QStringLiteral("cursor"), QUrl::FullyDecoded).section(QLatin1Char('+'), 1).toInt();
        const qsizetype size = std::min(pageSize, asked.query.queryItemValue(QStringLiteral("limit")).toInt());
        QJsonArray list;
        for (qsizetype i = operations.size() - 1 - from; i >= 0 && list.size() < size && !listLags; --i)
            list.append(shown(operations[i]));
        QJsonObject body{{QStringLiteral("operations"), list}};
        if (!list.isEmpty())
            body[QStringLiteral("pagination")] = QJsonObject{{QStringLiteral("cursor"), QStringLiteral("a+%1").arg(from + size)}};
        return {200, body};
    }
    Answer oneOperation(const QString &id)
    {
        for (Operation &one : operations) {
            if (one.json[QStringLiteral("id")].toString() != id)
                continue;
            ++one.polls;
            return {200, {{QStringLiteral("operation"), shown(one)}}};
        }
        return error(404, {}, QStringLiteral("operation not found"));
    }
    static QString encoded(const QString &text) { return QString::fromLatin1(QUrl::toPercentEncoding(text)); }
    Answer uri(const NeonAsked &asked)
    {
        const auto item = [&](const char *name) { return asked.query.queryItemValue(QLatin1String(name), QUrl::FullyDecoded); };
        if (item("database_name").isEmpty() || item("role_name").isEmpty())
            return error(400, {}, QStringLiteral("database_name and role_name are required"));
        const QJsonArray serving = endpointsOf(item("branch_id"));
        if (serving.isEmpty())
            return error(404, {}, QStringLiteral("endpoint not found"));
        const bool pooled = item("pooled") == QLatin1String("true");
        if (pooled && !hasPooler)
            return error(404, {}, QStringLiteral("no pooler"));
        QString host = serving.first().toObject()[QStringLiteral("host")].toString();
        if (pooled)
            host.insert(host.indexOf(QLatin1Char('.')), QStringLiteral("-pooler"));
        return {200, {{QStringLiteral("uri"), QStringLiteral("postgresql://%1:%2@%3/%4?sslmode=require")
                                                  .arg(encoded(item("role_name")), encoded(QString::fromUtf8(password)), host, encoded(item("database_name")))}}};
    }

    int m_serial = 0;
};

} // namespace understudy
