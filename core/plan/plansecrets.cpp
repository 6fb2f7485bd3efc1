// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// The secret references of PlanSection. No message here shows a value: it may be a secret.
#include "core/plan/plansection.h"

#include <QRegularExpression>
#include <QUrl>
#include <QUrlQuery>

namespace understudy {
namespace {

const QStringList &secretKinds()
{
    static const QStringList names{QStringLiteral("env"), QStringLiteral("file"),
                                   QStringLiteral("env_file"), QStringLiteral("keychain")};
    return names;
}

QString howToRefer()
{
    return QStringLiteral("Write where it is found instead: {env: NAME}, {file: PATH}, "
                          "{env_file: PATH, key: NAME, host: HOST} or {keychain: SERVICE/ACCOUNT}.");
}

bool holdsPassword(const QString &text)
{
    // A password may hold what ends a URL's authority, so the text is looked at and not only its parse.
    static const QRegularExpression form(QStringLiteral("://[^:/?#@]*:[^\\s]*@"));
    const QUrl url(text);
    if (!url.password().isEmpty() || form.match(text).hasMatch())
        return true;
    const QUrlQuery query(url);
    return query.hasQueryItem(QStringLiteral("password")) || query.hasQueryItem(QStringLiteral("sslpassword"));
}

} // namespace

void PlanSection::readSecretMapping(const char *key, const YamlNode &node, SecretReference &into) const
{
    const PlanSection reference(node, QStringLiteral("secret"), placeOf(QLatin1String(key)), m_context);
    const QString kind = reference.oneOf(secretKinds());
    SecretReference found;
    if (kind == QLatin1String("env")) {
        static const QRegularExpression form(QStringLiteral("^[A-Za-z_][A-Za-z0-9_]*$"));
        found.kind = SecretReference::Kind::Environment;
        reference.text("env", found.name, Required);
        if (!found.name.isEmpty() && !form.match(found.name).hasMatch())
            m_context.error(*node.find(kind), QStringLiteral("%1 does not name an environment variable").arg(called(key)),
                            QStringLiteral("Write the variable's name, not its value: letters, digits and '_'."));
    } else if (kind == QLatin1String("file")) {
        found.kind = SecretReference::Kind::File;
        reference.text("file", found.name, Required);
    } else if (kind == QLatin1String("env_file")) {
        found.kind = SecretReference::Kind::EnvironmentFile;
        reference.text("env_file", found.name, Required);
        reference.text("key", found.key, Required);
        reference.hostName("host", found.host);
    } else if (kind == QLatin1String("keychain")) {
        static const QRegularExpression form(QStringLiteral("^[^/]+/.+$"));
        found.kind = SecretReference::Kind::Keychain;
        reference.text("keychain", found.name, Required);
        if (!found.name.isEmpty() && !form.match(found.name).hasMatch())
            m_context.error(*node.find(kind), QStringLiteral("%1 does not name a keychain entry").arg(called(key)),
                            QStringLiteral("Write SERVICE/ACCOUNT."));
    }
    if (!kind.isEmpty() && kind != QLatin1String("env_file")) {
        for (const QString &stray : {QStringLiteral("key"), QStringLiteral("host")}) {
            if (const YamlNode *at = node.find(stray))
                m_context.error(*at, QStringLiteral("'%1' goes with 'env_file' only").arg(stray),
                                QStringLiteral("Remove it, or write {env_file: PATH, key: NAME, host: HOST}."));
        }
    }
    into = found;
}

void PlanSection::secret(const char *key, SecretReference &into, Need need) const
{
    const YamlNode *value = find(key, need);
    if (!value)
        return;
    if (value->kind == YamlNode::Kind::Mapping)
        readSecretMapping(key, *value, into);
    else
        m_context.error(*value, QStringLiteral("%1 is written out; a plan never holds a secret").arg(called(key)),
                        howToRefer());
}

void PlanSection::secretOrUrl(const char *key, SecretReference &into, const QStringList &schemes,
                              Need need) const
{
    const YamlNode *value = find(key, need);
    if (!value)
        return;
    if (value->kind == YamlNode::Kind::Mapping) {
        readSecretMapping(key, *value, into);
        return;
    }
    const QUrl url(value->text, QUrl::StrictMode);
    const bool badScheme = !schemes.contains(url.scheme());
    const bool noHost = url.host().isEmpty() && !QUrlQuery(url).hasQueryItem(QStringLiteral("host"));
    if (value->kind != YamlNode::Kind::Scalar) {
        wrongType(*value, key, QStringLiteral("an address or a reference to one"), howToRefer());
    } else if (holdsPassword(value->text)) {
        m_context.error(*value, QStringLiteral("%1 holds a password in plain text").arg(called(key)), howToRefer());
    } else if (!url.isValid() || badScheme || noHost) {
        m_context.error(*value, QStringLiteral("%1 is not an address that starts with %2://").arg(called(key), schemes.constFirst()),
                        QStringLiteral("Write %1://USER@HOST:PORT/NAME without a password, or a reference such as {env: NAME}.")
                            .arg(schemes.constFirst()));
    } else {
        into.kind = SecretReference::Kind::Plain;
        into.name = value->text;
    }
}

} // namespace understudy
