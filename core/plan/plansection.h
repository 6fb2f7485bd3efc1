// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plancontext.h"

#include <QSet>

#include <functional>
#include <optional>

namespace understudy {

/// One mapping of the plan file while it is read. Unknown keys are reported when it is made; each
/// typed reader reports a wrong value and then leaves its target as it is, so that reading goes on
/// and all mistakes are found. Borrows node and context.
class PlanSection
{
public:
    enum Need { Optional, Required };

    /// `path` is the mapping's entry in planKeys(); `place` is what messages call it.
    PlanSection(const YamlNode &node, const QString &path, const QString &place, PlanContext &context);

    const QString &place() const { return m_place; }
    const YamlNode &node() const { return m_node; }
    PlanContext &context() const { return m_context; }
    /// Present, with a value, and not refused already; a missing or empty one is reported if needed.
    const YamlNode *find(const char *key, Need need = Optional) const;

    void text(const char *key, QString &into, Need need = Optional) const;
    void texts(const char *key, QStringList &into, Need need = Optional) const;
    /// A program and its arguments: a list with a program that is not empty.
    void command(const char *key, QStringList &into, Need need = Optional) const;
    void boolean(const char *key, bool &into) const;
    void integer(const char *key, int &into, int least, int most, Need need = Optional) const;
    void number(const char *key, double &into, Need need = Optional) const;
    void duration(const char *key, Milliseconds &into, Need need = Optional) const;
    void duration(const char *key, std::optional<Milliseconds> &into) const;
    void percentage(const char *key, std::optional<double> &into) const;
    void date(const char *key, QDate &into) const;
    /// http or https, without a password.
    void webAddress(const char *key, QString &into, Need need = Optional) const;
    /// The path part of a URL: begins with a slash.
    void webPath(const char *key, QString &into, Need need = Optional) const;
    void hostName(const char *key, QString &into, Need need = Optional) const;
    void choice(const char *key, QString &into, const QStringList &choices, Need need = Optional) const;
    void secret(const char *key, SecretReference &into, Need need = Optional) const;
    /// A secret reference, or a connection URL of these schemes that holds no password.
    void secretOrUrl(const char *key, SecretReference &into, const QStringList &schemes,
                     Need need = Optional) const;

    using Visit = std::function<void(const PlanSection &)>;
    /// Calls `visit` with the mapping at `key`, if it is there.
    void section(const char *key, const Visit &visit, Need need = Optional) const;
    /// Calls `visit` with each item of the list at `key`; all items are mappings.
    void list(const char *key, const Visit &visit, Need need = Optional) const;
    /// Calls `visit` with each named mapping under `key`, and its name's node.
    void named(const char *key, const std::function<void(const QString &, const PlanSection &)> &visit) const;
    /// Of several keys exactly one may be there; its name, or empty (reported when several or none).
    QString oneOf(const QStringList &keys) const;

    /// Reports `name` when it was seen before in `names`, else adds it.
    void unique(const char *key, const QString &name, QSet<QString> &names) const;

private:
    QString pathOf(const char *key) const;
    QString placeOf(const QString &key) const;
    bool isMisspelt(const QString &key) const;
    QString called(const char *key) const;
    const YamlNode *scalar(const char *key, Need need) const;
    const YamlNode *sequence(const char *key, Need need) const;
    void wrongType(const YamlNode &node, const char *key, const QString &wanted, const QString &hint) const;
    void refuseUnknownKeys() const;
    void readSecretMapping(const char *key, const YamlNode &node, SecretReference &into) const;

    const YamlNode &m_node;
    QString m_path;
    QString m_place;
    PlanContext &m_context;
};

} // namespace understudy
