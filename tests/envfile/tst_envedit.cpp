// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/envfile/envdefinition.h"
#include "core/systems/envfile/envedit.h"
#include "core/systems/secrets/envvariables.h"

#include <QRandomGenerator>
#include <QTest>

using namespace understudy;

namespace {

const QByteArray oldUrl = "postgresql://app:secret1@old.example:5432/thecopy";
const QByteArray newUrl = "postgresql://app:secret2@new.example:5432/thecopy?sslmode=require";

QHash<QString, Secret> one(const QByteArray &value)
{
    return {{QStringLiteral("DATABASE_URL"), Secret(value)}};
}

} // namespace

class EnvEditTest : public QObject
{
    Q_OBJECT

private slots:
    void onlyTheValueChanges_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        // The string builder's type is none that a column takes.
        const auto row = [](const char *name, const QByteArray &before, const QByteArray &after) {
            QTest::newRow(name) << before << after;
        };
        row("plain", "# db\nA=1\nDATABASE_URL=" + oldUrl + "\nB=2\n",
            "# db\nA=1\nDATABASE_URL=" + newUrl + "\nB=2\n");
        row("quoted", "DATABASE_URL=\"" + oldUrl + "\"\n",
            "DATABASE_URL=\"" + newUrl + "\"\n");
        row("single", "DATABASE_URL='" + oldUrl + "'\n",
            "DATABASE_URL='" + newUrl + "'\n");
        row("exported", "export  DATABASE_URL = " + oldUrl + "\n",
            "export  DATABASE_URL = " + newUrl + "\n");
        row("commented", "DATABASE_URL=" + oldUrl + "  # the old one\n",
            "DATABASE_URL=" + newUrl + "  # the old one\n");
        row("crlf", "A=1\r\nDATABASE_URL=" + oldUrl + "\r\nB=2\r\n",
            "A=1\r\nDATABASE_URL=" + newUrl + "\r\nB=2\r\n");
        row("twice", "DATABASE_URL=a\nDATABASE_URL='b'\n",
            "DATABASE_URL=" + newUrl + "\nDATABASE_URL='" + newUrl + "'\n");
        row("no last newline", "DATABASE_URL=" + oldUrl,
            "DATABASE_URL=" + newUrl);
        row("empty", QByteArray("DATABASE_URL=\n"),
            "DATABASE_URL=" + newUrl + "\n");
        row("byte order mark", "\xef\xbb\xbf" "DATABASE_URL=x\n",
            "\xef\xbb\xbf" "DATABASE_URL=" + newUrl + "\n");
        row("not a commented one", "#DATABASE_URL=keep\nDATABASE_URL=x\n",
            "#DATABASE_URL=keep\nDATABASE_URL=" + newUrl + "\n");
        row("not a longer name", "MY_DATABASE_URL=keep\nDATABASE_URL=x\n",
            "MY_DATABASE_URL=keep\nDATABASE_URL=" + newUrl + "\n");
        row("not one inside a value of several lines", "TEXT=\"\nDATABASE_URL=keep\n\"\nDATABASE_URL=x\n",
            "TEXT=\"\nDATABASE_URL=keep\n\"\nDATABASE_URL=" + newUrl + "\n");
    }
    void onlyTheValueChanges()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        const Result<EnvEdit> edit = EnvEdit::make(before, one(newUrl));
        QVERIFY2(edit.has_value(), edit ? "" : qPrintable(edit.error().text()));
        QCOMPARE(edit->text(), after);
        QCOMPARE(EnvVariables::read(edit->text()).value(QStringLiteral("DATABASE_URL"))->reveal(), newUrl);
    }

    void aValueThatReadersWouldTakeDifferentlyIsQuoted_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<char>("inDoubleQuotes"); ///< what surrounds it where double quotes stood before
        QTest::newRow("dollar") << QByteArray("postgresql://app:a$b@h/d") << '\'';
        QTest::newRow("backslash") << QByteArray("postgresql://app:a\\b@h/d") << '\'';
        QTest::newRow("hash") << QByteArray("postgresql://app:a#b@h/d") << '"';
        QTest::newRow("blank") << QByteArray("host=h user=app") << '"';
        QTest::newRow("single quote") << QByteArray("host=h user='app'") << '"';
    }
    void aValueThatReadersWouldTakeDifferentlyIsQuoted()
    {
        QFETCH(QByteArray, value);
        QFETCH(char, inDoubleQuotes);
        const char inNone = value.contains('\'') ? '"' : '\'';
        const Result<EnvEdit> plain = EnvEdit::make("DATABASE_URL=x\n", one(value));
        const Result<EnvEdit> quoted = EnvEdit::make("DATABASE_URL=\"x\"\n", one(value));
        QVERIFY(plain.has_value() && quoted.has_value());
        QCOMPARE(plain->text(), QByteArray("DATABASE_URL=") + inNone + value + inNone + "\n");
        QCOMPARE(quoted->text(), QByteArray("DATABASE_URL=") + inDoubleQuotes + value + inDoubleQuotes + "\n");
        QCOMPARE(EnvVariables::read(plain->text()).value(QStringLiteral("DATABASE_URL"))->reveal(), value);
    }

    void whatCannotBeWrittenOrIsUnclearIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<int>("code");
        QTest::newRow("missing") << QByteArray("A=1\n") << newUrl << int(ErrorCode::NotFound);
        QTest::newRow("unclosed") << QByteArray("DATABASE_URL=\"x\n") << newUrl << int(ErrorCode::InvalidInput);
        QTest::newRow("text behind") << QByteArray("DATABASE_URL=\"x\"y\n") << newUrl << int(ErrorCode::InvalidInput);
        QTest::newRow("line break") << QByteArray("DATABASE_URL=x\n") << QByteArray("a\nb") << int(ErrorCode::InvalidInput);
        QTest::newRow("both quotes") << QByteArray("DATABASE_URL=x\n") << QByteArray("a'b\"c") << int(ErrorCode::InvalidInput);
    }
    void whatCannotBeWrittenOrIsUnclearIsRefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, value);
        QFETCH(int, code);
        const Result<EnvEdit> edit = EnvEdit::make(text, one(value));
        QVERIFY(!edit.has_value());
        QCOMPARE(int(edit.error().code), code);
        QVERIFY(!edit.error().hint.isEmpty());
        QVERIFY(!edit.error().text().contains(QLatin1String("secret2")));
    }

    void previewHidesPasswordsAndWhatIsNoAddress()
    {
        const Result<EnvEdit> edit = EnvEdit::make("TOKEN=tops3cret\nDATABASE_URL=" + oldUrl + "\n",
                                                   {{QStringLiteral("DATABASE_URL"), Secret(newUrl)},
                                                    {QStringLiteral("TOKEN"), Secret("an0ther")}});
        QVERIFY(edit.has_value());
        QCOMPARE(edit->preview().size(), 2);
        QCOMPARE(edit->preview().at(0), (EnvEdit::Line{1, QStringLiteral("TOKEN=(hidden)"), QStringLiteral("TOKEN=(hidden)")}));
        QCOMPARE(edit->preview().at(1), (EnvEdit::Line{2, QStringLiteral("DATABASE_URL=postgresql://app:***@old.example:5432/thecopy"),
                                                       QStringLiteral("DATABASE_URL=postgresql://app:***@new.example:5432/thecopy?…")}));
    }

    void theSameValueChangesNothing()
    {
        const Result<EnvEdit> edit = EnvEdit::make("DATABASE_URL=" + oldUrl + "\n", one(oldUrl));
        QVERIFY(edit.has_value());
        QVERIFY(!edit->changesAnything());
    }

    /// Whatever the text is: other lines stay, and a reader finds the new value or the edit was refused.
    void anyTextIsEditedSafelyOrRefused()
    {
        QRandomGenerator random(20261126);
        const QList<QByteArray> pieces{"DATABASE_URL", "=", "'", "\"", "`", "\n", "\r\n", "#", " ", "export ", "\\", "A=1\n", "x", "$", QByteArray(1, '\0')};
        for (int round = 0; round < 4000; ++round) {
            QByteArray text;
            for (int i = random.bounded(1, 14); i > 0; --i)
                text += pieces.at(random.bounded(int(pieces.size())));
            const Result<EnvEdit> edit = EnvEdit::make(text, one(newUrl));
            if (!edit)
                continue;
            for (const EnvDefinition &definition : envDefinitions(edit->text())) {
                if (definition.key != QLatin1String("DATABASE_URL"))
                    continue;
                const QByteArray value = edit->text().mid(definition.begin, definition.end - definition.begin);
                QVERIFY2(value.contains(newUrl), text.toHex());
            }
            QCOMPARE(EnvEdit::make(edit->text(), one(newUrl))->text(), edit->text());
        }
    }
};

QTEST_GUILESS_MAIN(EnvEditTest)
#include "tst_envedit.moc"
