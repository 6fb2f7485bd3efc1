// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plansection.h"

#include "core/plan/nearestword.h"
#include "core/plan/plankeys.h"

#include <algorithm>

namespace understudy {
namespace {

QString yamlKindName(const YamlNode &node)
{
    switch (node.kind) {
    case YamlNode::Kind::Sequence: return QStringLiteral("a list");
    case YamlNode::Kind::Mapping: return QStringLiteral("a mapping");
    case YamlNode::Kind::Scalar: return QStringLiteral("a text");
    default: return QStringLiteral("nothing");
    }
}

/// The one section that knows this key, for keys that stand at the wrong level; empty when several do.
QString homeOfKey(const QString &key)
{
    QString home;
    const QMap<QString, QStringList> &all = planKeys();
    for (auto one = all.cbegin(); one != all.cend(); ++one) {
        if (!one->contains(key))
            continue;
        if (!home.isEmpty())
            return {};
        home = one.key();
    }
    home.remove(QStringLiteral("[]"));
    return home.replace(QLatin1Char('*'), QStringLiteral("NAME"));
}

} // namespace

PlanSection::PlanSection(const YamlNode &node, const QString &path, const QString &place,
                         PlanContext &context)
    : m_node(node)
    , m_path(path)
    , m_place(place.isEmpty() ? QStringLiteral("the plan file") : place)
    , m_context(context)
{
    refuseUnknownKeys();
}

void PlanSection::refuseUnknownKeys() const
{
    const QStringList known = planKeys().value(m_path);
    Q_ASSERT_X(!known.isEmpty(), "PlanSection", qPrintable(m_path));
    for (const YamlNode::Entry &entry : m_node.entries) {
        if (known.contains(entry.key) || m_context.isFull())
            continue;
        QString hint = m_context.suggestion(entry.key, known);
        const QString home = homeOfKey(entry.key);
        if (hint.isEmpty() && !home.isEmpty())
            hint = QStringLiteral("It belongs in %1. ").arg(home);
        hint += QStringLiteral("Known in %1: %2.").arg(m_place, known.join(QStringLiteral(", ")));
        m_context.errorAt(entry.line, entry.column,
                          QStringLiteral("unknown key %1 in %2").arg(quotedForPlan(entry.key), m_place),
                          hint);
    }
}

QString PlanSection::pathOf(const char *key) const
{
    return m_path.isEmpty() ? QLatin1String(key) : QString(m_path + QLatin1Char('.') + QLatin1String(key));
}

QString PlanSection::placeOf(const QString &key) const
{
    return m_path.isEmpty() ? key : QString(m_place + QLatin1Char('.') + key);
}

/// Whether an unknown key, reported already, was meant to be this one.
bool PlanSection::isMisspelt(const QString &key) const
{
    const QStringList known = planKeys().value(m_path);
    if (m_node.entries.size() > 50)
        return false;
    return std::any_of(m_node.entries.begin(), m_node.entries.end(), [&](const YamlNode::Entry &entry) {
        return !known.contains(entry.key) && nearestWord(entry.key, known) == key;
    });
}

QString PlanSection::called(const char *key) const
{
    return QStringLiteral("'%1' in %2").arg(QLatin1String(key), m_place);
}

const YamlNode *PlanSection::find(const char *key, Need need) const
{
    const QString name = QLatin1String(key);
    Q_ASSERT_X(planKeys().value(m_path).contains(name), "PlanSection", qPrintable(pathOf(key)));
    const YamlNode *value = m_node.find(name);
    if (!value) {
        if (need == Required && !m_context.isFull() && !isMisspelt(name))
            m_context.error(m_node, QStringLiteral("missing %1").arg(called(key)),
                            QStringLiteral("Add '%1: …' here.").arg(name));
        return nullptr;
    }
    if (value->kind == YamlNode::Kind::Refused)
        return nullptr;
    if (value->kind == YamlNode::Kind::Null) {
        m_context.error(*value, QStringLiteral("%1 has no value").arg(called(key)),
                        QStringLiteral("Write a value after '%1:', or remove the line.").arg(name));
        return nullptr;
    }
    return value;
}

void PlanSection::wrongType(const YamlNode &node, const char *key, const QString &wanted,
                            const QString &hint) const
{
    m_context.error(node, QStringLiteral("%1 is %2, not %3").arg(called(key), yamlKindName(node), wanted), hint);
}

const YamlNode *PlanSection::scalar(const char *key, Need need) const
{
    const YamlNode *value = find(key, need);
    if (!value)
        return nullptr;
    if (value->kind != YamlNode::Kind::Scalar) {
        wrongType(*value, key, QStringLiteral("a single value"),
                  QStringLiteral("Write one value: '%1: …'.").arg(QLatin1String(key)));
        return nullptr;
    }
    return value;
}

const YamlNode *PlanSection::sequence(const char *key, Need need) const
{
    const YamlNode *value = find(key, need);
    if (!value)
        return nullptr;
    if (value->kind != YamlNode::Kind::Sequence) {
        wrongType(*value, key, QStringLiteral("a list"),
                  QStringLiteral("Write '%1: [first, second]', or one '- …' a line.").arg(QLatin1String(key)));
        return nullptr;
    }
    if (need == Required && value->items.empty()) {
        m_context.error(*value, QStringLiteral("%1 is an empty list").arg(called(key)),
                        QStringLiteral("Write at least one item."));
        return nullptr;
    }
    return value;
}

void PlanSection::section(const char *key, const Visit &visit, Need need) const
{
    const YamlNode *value = find(key, need);
    if (!value)
        return;
    if (value->kind != YamlNode::Kind::Mapping) {
        wrongType(*value, key, QStringLiteral("a mapping"),
                  QStringLiteral("Known in %1: %2.")
                      .arg(placeOf(QLatin1String(key)), planKeys().value(pathOf(key)).join(QStringLiteral(", "))));
        return;
    }
    visit(PlanSection(*value, pathOf(key), placeOf(QLatin1String(key)), m_context));
}

void PlanSection::list(const char *key, const Visit &visit, Need need) const
{
    const YamlNode *value = sequence(key, need);
    if (!value)
        return;
    const QString path = pathOf(key) + QStringLiteral("[]");
    int number = 0;
    for (const YamlNode &item : value->items) {
        const QString place = QStringLiteral("%1 #%2").arg(placeOf(QLatin1String(key))).arg(++number);
        if (item.kind == YamlNode::Kind::Mapping)
            visit(PlanSection(item, path, place, m_context));
        else if (item.kind != YamlNode::Kind::Refused)
            m_context.error(item, QStringLiteral("an item of %1 is %2, not a mapping").arg(called(key), yamlKindName(item)),
                            QStringLiteral("Write '- {%1: …}'; known here: %2.")
                                .arg(planKeys().value(path).value(0), planKeys().value(path).join(QStringLiteral(", "))));
    }
}

void PlanSection::named(const char *key,
                        const std::function<void(const QString &, const PlanSection &)> &visit) const
{
    const YamlNode *value = find(key);
    if (!value)
        return;
    const QString path = pathOf(key) + QStringLiteral(".*");
    const QString known = planKeys().value(path).join(QStringLiteral(", "));
    if (value->kind != YamlNode::Kind::Mapping) {
        wrongType(*value, key, QStringLiteral("a mapping of names"),
                  QStringLiteral("Write 'NAME: {…}' under it; known there: %1.").arg(known));
        return;
    }
    for (const YamlNode::Entry &entry : value->entries) {
        if (entry.value.kind == YamlNode::Kind::Mapping)
            visit(entry.key, PlanSection(entry.value, path,
                                         placeOf(QLatin1String(key)) + QLatin1Char('.') + entry.key.left(60), m_context));
        else if (entry.value.kind != YamlNode::Kind::Refused)
            m_context.error(entry.value,
                            QStringLiteral("%1 of %2 is %3, not a mapping")
                                .arg(quotedForPlan(entry.key), called(key), yamlKindName(entry.value)),
                            QStringLiteral("Write '%1: {…}'; known there: %2.").arg(entry.key.left(60), known));
    }
}

QString PlanSection::oneOf(const QStringList &keys) const
{
    QString found;
    for (const YamlNode::Entry &entry : m_node.entries) {
        if (!keys.contains(entry.key))
            continue;
        if (!found.isEmpty()) {
            m_context.errorAt(entry.line, entry.column,
                              QStringLiteral("'%1' beside '%2' in %3").arg(entry.key, found, m_place),
                              QStringLiteral("Keep one of: %1.").arg(keys.join(QStringLiteral(", "))));
            return {};
        }
        found = entry.key;
    }
    if (found.isEmpty())
        m_context.error(m_node, QStringLiteral("%1 does not say which").arg(m_place),
                        QStringLiteral("Write one of: %1.").arg(keys.join(QStringLiteral(", "))));
    return found;
}

void PlanSection::unique(const char *key, const QString &name, QSet<QString> &names) const
{
    if (name.isEmpty())
        return;
    if (names.contains(name)) {
        const YamlNode *at = m_node.find(QLatin1String(key));
        m_context.error(at ? *at : m_node, QStringLiteral("duplicate %1 %2").arg(QLatin1String(key), quotedForPlan(name)),
                        QStringLiteral("Give each one a %1 of its own.").arg(QLatin1String(key)));
        return;
    }
    names.insert(name);
}

} // namespace understudy
