// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/secrets/keychainreader.h"

#include <qt6keychain/keychain.h>

#include <future>

namespace understudy {
namespace {

/// QtKeychain looks for what has exactly these attributes.
QString storing(const QString &service, const QString &account)
{
    return QStringLiteral("secret-tool store --label=understudy server '%1' user '%2' type plaintext").arg(service, account);
}

Result<Secret> answerOf(QKeychain::ReadPasswordJob &job)
{
    switch (job.error()) {
    case QKeychain::NoError:
        return Secret(job.binaryData());
    case QKeychain::EntryNotFound:
        // A locked keyring that could ask nobody for its password is told in the same way.
        return fail(ErrorCode::NotFound, QStringLiteral("no such entry in the keychain, or the keychain is locked"),
                    QStringLiteral("Unlock the keychain; if it is not there, store it: %1").arg(storing(job.service(), job.key())));
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return fail(ErrorCode::PermissionDenied, QStringLiteral("the keychain denied access"),
                    QStringLiteral("Unlock the keychain."), job.errorString());
    default:
        return fail(ErrorCode::Unreachable, QStringLiteral("no keychain service answers"),
                    QStringLiteral("Start the desktop's keychain service, or name another place in the plan."),
                    job.errorString());
    }
}

} // namespace

KeychainReader::KeychainReader() : m_thread(std::make_unique<QThread>()), m_worker(new QObject)
{
    m_thread->setObjectName(QStringLiteral("keychain"));
    m_worker->moveToThread(m_thread.get());
    QObject::connect(m_thread.get(), &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread->start();
}

KeychainReader::~KeychainReader()
{
    m_thread->quit();
    // A keychain service that hangs inside a call cannot be interrupted; its thread is left behind
    // rather than the program held up.
    if (!m_thread->wait(2000))
        m_thread.release();
}

Result<Secret> KeychainReader::read(const QString &service, const QString &account, Milliseconds deadline)
{
    const auto promise = std::make_shared<std::promise<Result<Secret>>>();
    std::future<Result<Secret>> answer = promise->get_future();
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, service, account, promise] {
        auto *job = new QKeychain::ReadPasswordJob(service, worker); // deletes itself when it is finished
        job->setKey(account);
        QObject::connect(job, &QKeychain::Job::finished, worker,
                         [job, promise] { promise->set_value(answerOf(*job)); });
        job->start();
    }, Qt::QueuedConnection);
    if (answer.wait_for(deadline) != std::future_status::ready)
        return fail(ErrorCode::TimedOut, QStringLiteral("the keychain did not answer within %1 s").arg(deadline.count() / 1000),
                    QStringLiteral("Unlock the keychain, or name another place in the plan."));
    return answer.get();
}

} // namespace understudy
