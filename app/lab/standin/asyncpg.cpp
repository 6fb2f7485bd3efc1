// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/standin/asyncpg.h"

#include <libpq-fe.h>

#include <vector>

namespace understudy::lab {

AsyncPg::AsyncPg(const QByteArray &url, QObject *parent) : QObject(parent), m_url(url)
{
    m_openDeadline.setSingleShot(true);
    m_openDeadline.setInterval(60'000); // the platform's pool waits as long
    connect(&m_openDeadline, &QTimer::timeout, this, &AsyncPg::end);
}

AsyncPg::~AsyncPg()
{
    m_read.reset();
    m_write.reset();
    PQfinish(m_connection);
}

void AsyncPg::open()
{
    m_connection = PQconnectStart(m_url.constData());
    m_openDeadline.start();
    if (!m_connection || PQstatus(m_connection) == CONNECTION_BAD) {
        QTimer::singleShot(0, this, &AsyncPg::end);
        return;
    }
    watch(false, true);
}

void AsyncPg::watch(bool reading, bool writing)
{
    // libpq may change its socket while it connects, so the notifiers are made anew each time.
    const int socket = PQsocket(m_connection);
    m_read.reset();
    m_write.reset();
    if (socket < 0)
        return;
    if (reading) {
        m_read = std::make_unique<QSocketNotifier>(socket, QSocketNotifier::Read);
        connect(m_read.get(), &QSocketNotifier::activated, this, m_opened ? &AsyncPg::onReadable : &AsyncPg::advanceOpening);
    }
    if (writing) {
        m_write = std::make_unique<QSocketNotifier>(socket, QSocketNotifier::Write);
        connect(m_write.get(), &QSocketNotifier::activated, this, &AsyncPg::advanceOpening);
    }
}

void AsyncPg::advanceOpening()
{
    if (m_read)
        m_read->setEnabled(false);
    if (m_write)
        m_write->setEnabled(false);
    // The notifier that called is destroyed by watch(): only after it has returned.
    const PostgresPollingStatusType status = PQconnectPoll(m_connection);
    QTimer::singleShot(0, this, [this, status] {
        if (m_ended)
            return;
        if (status == PGRES_POLLING_FAILED) {
            end();
        } else if (status == PGRES_POLLING_OK) {
            m_openDeadline.stop();
            m_opened = true;
            watch(true, false);
            emit opened();
        } else {
            watch(status == PGRES_POLLING_READING, status == PGRES_POLLING_WRITING);
        }
    });
}

void AsyncPg::run(const QString &sql, const QStringList &parameters, Done done)
{
    m_done = std::move(done);
    m_rows.clear();
    m_error.clear();
    QList<QByteArray> texts;
    for (const QString &parameter : parameters)
        texts.append(parameter.toUtf8());
    std::vector<const char *> values;
    for (const QByteArray &text : texts)
        values.push_back(text.constData());
    if (PQsendQueryParams(m_connection, sql.toUtf8().constData(), int(values.size()), nullptr, values.data(), nullptr, nullptr, 0) != 1)
        QTimer::singleShot(0, this, &AsyncPg::end);
}

void AsyncPg::onReadable()
{
    const bool alive = PQconsumeInput(m_connection) == 1;
    while (m_done && !PQisBusy(m_connection)) {
        PGresult *result = PQgetResult(m_connection);
        if (!result) {
            if (!alive || PQstatus(m_connection) == CONNECTION_BAD)
                break;
            const Done done = std::exchange(m_done, nullptr);
            done(m_error.isEmpty() ? Result<PgRows>(m_rows) : fail(ErrorCode::SqlError, m_error));
            if (!m_done)
                emit idle();
            return;
        }
        const ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            m_error = QString::fromUtf8(PQresultErrorMessage(result)).trimmed();
        for (int row = 0; row < PQntuples(result); ++row) {
            QStringList fields;
            for (int column = 0; column < PQnfields(result); ++column)
                fields.append(QString::fromUtf8(PQgetvalue(result, row, column)));
            m_rows.append(fields);
        }
        PQclear(result);
    }
    if (!alive || PQstatus(m_connection) == CONNECTION_BAD)
        end();
}

void AsyncPg::end()
{
    if (m_ended)
        return;
    m_ended = true;
    m_openDeadline.stop();
    if (m_read)
        m_read->setEnabled(false);
    if (m_write)
        m_write->setEnabled(false);
    const QString why = m_connection ? QString::fromUtf8(PQerrorMessage(m_connection)).trimmed() : QStringLiteral("no memory");
    const bool wasIdle = m_opened && !m_done;
    if (const Done done = std::exchange(m_done, nullptr))
        done(fail(ErrorCode::ConnectionLost, why));
    emit ended(why, wasIdle);
}

} // namespace understudy::lab
