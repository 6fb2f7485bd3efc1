// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/shell/programwords.h"

#include "core/base/redact.h"

#include <QRegularExpression>

#include <optional>

namespace understudy {
namespace {

std::optional<QString> lineWith(const ProgramOutput &output, const QRegularExpression &words)
{
    for (const QByteArray &stream : {output.standardError, output.standardOutput}) {
        for (const QByteArray &raw : stream.split('\n')) {
            const QString line = QString::fromUtf8(raw).simplified();
            if (words.match(line).hasMatch())
                return redacted(line.left(200));
        }
    }
    return {};
}

QString lastLine(const ProgramOutput &output)
{
    const QByteArray all = QByteArray(output.standardOutput + '\n' + output.standardError).trimmed();
    return redacted(QString::fromUtf8(all.mid(all.lastIndexOf('\n') + 1)).simplified().left(200));
}

} // namespace

QString complaintOf(const ProgramOutput &output)
{
    return redacted(QString::fromUtf8(output.standardError.right(600)).simplified());
}

ProgramWords judgeWords(const ProgramOutput &output)
{
    using Verdict = ProgramWords::Verdict;
    static const QRegularExpression simulated(QStringLiteral(R"(\[(mock|simulat\w*|dry[- ]?run)\]|\bmock mode\b|\(simulated\)|\bdry[- ]run\b)"),
                                              QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression missing(QStringLiteral(R"(missing script|command not found|: not found$|no such file or directory|cannot find module)"),
                                            QRegularExpression::CaseInsensitiveOption);
    if (const std::optional<QString> line = lineWith(output, simulated))
        return {Verdict::Simulated, *line};
    if (output.exitCode == 0)
        return {};
    if (const std::optional<QString> line = lineWith(output, missing))
        return {Verdict::Missing, *line};
    return {Verdict::Failed, QStringLiteral("it ended with %1: %2").arg(output.exitCode).arg(lastLine(output))};
}

} // namespace understudy
