// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/secrets/secretresolver.h"

#include <QCoreApplication>
#include <QTextStream>

// Resolves {keychain: ARGUMENT} in a process of its own: a program asks the session's bus that it was
// started with, and only that one. Prints "found VALUE", or the error's code and whole text.
using namespace understudy;

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    SecretReference reference;
    reference.kind = SecretReference::Kind::Keychain;
    reference.name = QCoreApplication::arguments().value(1);
    const Result<Secret> found = SecretResolver::forPlan(Plan{})->resolve(reference);
    QTextStream out(stdout);
    if (found)
        out << "found " << found->reveal() << '\n';
    else
        out << int(found.error().code) << ' ' << found.error().message << " | " << found.error().cause << " | " << found.error().hint << '\n';
    return 0;
}
