// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/output.h"

#include <cstdio>

#include <unistd.h>

namespace understudy::ctl {
namespace {

void writeLine(FILE *to, const QByteArray &text)
{
    std::fwrite(text.constData(), 1, size_t(text.size()), to);
    if (!text.endsWith('\n'))
        std::fputc('\n', to);
    std::fflush(to);
}

} // namespace

void print(const QString &text) { writeLine(stdout, text.toUtf8()); }

void printJson(const QJsonDocument &document, bool indented)
{
    writeLine(stdout, document.toJson(indented ? QJsonDocument::Indented : QJsonDocument::Compact));
}

void tell(const QString &text) { writeLine(stderr, text.toUtf8()); }

void tell(const Error &error)
{
    tell(QStringLiteral("understudyctl: ") + error.message
         + (error.cause.isEmpty() ? QString() : QStringLiteral(": ") + error.cause));
    if (!error.hint.isEmpty())
        tell(QStringLiteral("  ") + error.hint);
}

bool errorIsTerminal() { return ::isatty(STDERR_FILENO) == 1; }

} // namespace understudy::ctl
