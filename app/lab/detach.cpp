// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/detach.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>

#include <fcntl.h>
#include <unistd.h>

#include <vector>

namespace understudy::lab {
namespace {

constexpr int reportDescriptor = 3;

[[noreturn]] void becomeDaemon(int report, const char *program, char *const *arguments)
{
    ::setsid();
    const int nothing = ::open("/dev/null", O_RDWR);
    for (int standard = 0; standard < 3; ++standard)
        ::dup2(nothing, standard);
    if (report != reportDescriptor)
        ::dup2(report, reportDescriptor);
    ::fcntl(reportDescriptor, F_SETFD, 0);
    const long last = ::sysconf(_SC_OPEN_MAX);
    if (::close_range(reportDescriptor + 1, ~0U, 0) != 0) {
        for (int descriptor = reportDescriptor + 1; descriptor < last; ++descriptor)
            ::close(descriptor);
    }
    if (::chdir("/") == 0)
        ::execv(program, arguments);
    ::_exit(127);
}

} // namespace

Result<QJsonObject> startDetached(const QStringList &arguments)
{
    const QByteArray program = QFile::encodeName(QCoreApplication::applicationFilePath());
    QList<QByteArray> words{program};
    for (const QString &argument : arguments)
        words.append(argument.toLocal8Bit());
    words += {"--report-to", QByteArray::number(reportDescriptor)};
    std::vector<char *> pointers;
    for (QByteArray &word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return fail(ErrorCode::LabFailed, QStringLiteral("cannot make a pipe"), {}, qt_error_string(errno));
    const pid_t child = ::fork();
    if (child == 0)
        becomeDaemon(ends[1], program.constData(), pointers.data());
    ::close(ends[1]);
    if (child < 0) {
        ::close(ends[0]);
        return fail(ErrorCode::LabFailed, QStringLiteral("cannot start the supervisor"), {}, qt_error_string(errno));
    }
    QFile report;
    if (!report.open(ends[0], QIODevice::ReadOnly, QFileDevice::AutoCloseHandle))
        return fail(ErrorCode::LabFailed, QStringLiteral("cannot read the supervisor's report"));
    const QJsonObject said = QJsonDocument::fromJson(report.readLine()).object();
    if (said.isEmpty())
        return fail(ErrorCode::LabFailed, QStringLiteral("the supervisor ended without a word"));
    if (said.contains(QStringLiteral("error")))
        return fail(errorFromJson(said[QStringLiteral("error")].toObject()));
    return said;
}

QJsonObject errorToJson(const Error &error)
{
    return {{QStringLiteral("code"), int(error.code)}, {QStringLiteral("message"), error.message},
            {QStringLiteral("hint"), error.hint}, {QStringLiteral("cause"), error.cause}};
}

Error errorFromJson(const QJsonObject &json)
{
    return {ErrorCode(json[QStringLiteral("code")].toInt()), json[QStringLiteral("message")].toString(),
            json[QStringLiteral("hint")].toString(), json[QStringLiteral("cause")].toString()};
}

} // namespace understudy::lab
