// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plannodes.h"

#include "core/plan/planwriter.h"

#include <QRegularExpression>

namespace understudy {
namespace {

YamlNode scalarNode(const QString &text)
{
    // An editor would take these for numbers, booleans or dates where the format wants a text.
    static const QRegularExpression typed(QStringLiteral("^(?:[+-]?[0-9][0-9eExX_.:+-]*|true|false)$"));
    YamlNode node;
    node.kind = YamlNode::Kind::Scalar;
    node.text = text;
    node.quoted = typed.match(text).hasMatch();
    return node;
}

} // namespace

void PlanNodes::put(const QString &key, YamlNode value)
{
    m_node.entries.push_back({key, 1, 1, std::move(value)});
}

void PlanNodes::textAt(const QString &key, const QString &value)
{
    if (!value.isEmpty())
        put(key, scalarNode(value));
}

void PlanNodes::text(const char *key, const QString &value)
{
    textAt(QLatin1String(key), value);
}

void PlanNodes::literal(const char *key, const QString &value)
{
    YamlNode node = scalarNode(value);
    node.quoted = false;
    put(QLatin1String(key), std::move(node));
}

void PlanNodes::texts(const char *key, const QStringList &values)
{
    if (values.isEmpty())
        return;
    YamlNode list;
    list.kind = YamlNode::Kind::Sequence;
    for (const QString &value : values)
        list.items.push_back(scalarNode(value));
    put(QLatin1String(key), std::move(list));
}

void PlanNodes::duration(const char *key, Milliseconds value)
{
    literal(key, durationForPlan(value));
}

void PlanNodes::duration(const char *key, const std::optional<Milliseconds> &value)
{
    if (value)
        duration(key, *value);
}

void PlanNodes::percentage(const char *key, const std::optional<double> &ratio)
{
    if (ratio)
        literal(key, QString::number(*ratio * 100, 'g', 12) + QLatin1Char('%'));
}

void PlanNodes::secret(const char *key, const SecretReference &reference)
{
    PlanNodes nodes;
    switch (reference.kind) {
    case SecretReference::Kind::None: return;
    case SecretReference::Kind::Plain: text(key, reference.name); return;
    case SecretReference::Kind::Environment: nodes.text("env", reference.name); break;
    case SecretReference::Kind::File: nodes.text("file", reference.name); break;
    case SecretReference::Kind::Keychain: nodes.text("keychain", reference.name); break;
    case SecretReference::Kind::EnvironmentFile:
        nodes.text("env_file", reference.name);
        nodes.text("key", reference.key);
        nodes.text("host", reference.host);
        break;
    }
    section(key, nodes);
}

void PlanNodes::section(const char *key, const PlanNodes &section)
{
    if (!section.node().entries.empty())
        put(QLatin1String(key), section.node());
}

} // namespace understudy
