// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/plankeys.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace understudy;

namespace {

QJsonObject readSchema()
{
    QFile file(qEnvironmentVariable("UNDERSTUDY_SOURCE") + QStringLiteral("/resources/schema/plan.schema.json"));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

/// Collects the keys of every closed object of the schema by the paths of planKeys().
class Walker
{
public:
    explicit Walker(const QJsonObject &schema) : m_definitions(schema.value(QStringLiteral("definitions")).toObject())
    {
        walk(schema, QString());
    }
    const QMap<QString, QStringList> &keys() const { return m_keys; }
    const QStringList &open() const { return m_open; }

private:
    void walk(const QJsonObject &node, const QString &path)
    {
        const QString reference = node.value(QStringLiteral("$ref")).toString().section(QLatin1Char('/'), -1);
        if (!reference.isEmpty())
            // A secret has one path of its own; other shapes belong to where they are used.
            walk(m_definitions.value(reference).toObject(),
                 reference == QLatin1String("secret") ? reference : path);
        for (const char *several : {"anyOf", "oneOf"}) {
            const QJsonArray choices = node.value(QLatin1String(several)).toArray();
            for (const QJsonValue &choice : choices)
                walk(choice.toObject(), path);
        }
        // A procedure may be the bare list of its steps.
        const QString items = path == QLatin1String("procedures.*") ? path + QStringLiteral(".steps[]") : path + QStringLiteral("[]");
        if (node.contains(QStringLiteral("items")))
            walk(node.value(QStringLiteral("items")).toObject(), items);
        if (node.value(QStringLiteral("additionalProperties")).isObject())
            walk(node.value(QStringLiteral("additionalProperties")).toObject(), path + QStringLiteral(".*"));
        if (node.contains(QStringLiteral("properties")))
            walkProperties(node, path);
    }
    void walkProperties(const QJsonObject &node, const QString &path)
    {
        if (node.value(QStringLiteral("additionalProperties")) != QJsonValue(false))
            m_open.append(path);
        const QJsonObject properties = node.value(QStringLiteral("properties")).toObject();
        m_keys.insert(path, properties.keys());
        for (auto property = properties.begin(); property != properties.end(); ++property) {
            const QString child = path.isEmpty() ? property.key() : path + QLatin1Char('.') + property.key();
            walk(property.value().toObject(), path == QLatin1String("procedures") ? path + QStringLiteral(".*") : child);
        }
    }

    QJsonObject m_definitions;
    QMap<QString, QStringList> m_keys;
    QStringList m_open;
};

} // namespace

class PlanSchemaTest : public QObject
{
    Q_OBJECT
private slots:
    void itsSectionsAreTheReaders();
    void itsKeysAreTheReaders_data();
    void itsKeysAreTheReaders();
    void itRefusesUnknownKeysEverywhere();
};

void PlanSchemaTest::itsSectionsAreTheReaders()
{
    QCOMPARE(Walker(readSchema()).keys().keys(), planKeys().keys());
}

void PlanSchemaTest::itsKeysAreTheReaders_data()
{
    QTest::addColumn<QString>("path");
    for (const QString &path : planKeys().keys())
        QTest::newRow(path.isEmpty() ? "the file" : qPrintable(path)) << path;
}

void PlanSchemaTest::itsKeysAreTheReaders()
{
    QFETCH(QString, path);
    QStringList known = planKeys().value(path);
    known.sort();
    QCOMPARE(Walker(readSchema()).keys().value(path), known);
}

void PlanSchemaTest::itRefusesUnknownKeysEverywhere()
{
    QCOMPARE(Walker(readSchema()).open(), QStringList());
}

QTEST_GUILESS_MAIN(PlanSchemaTest)
#include "tst_planschema.moc"
