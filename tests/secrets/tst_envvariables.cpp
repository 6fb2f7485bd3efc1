// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/secrets/envvariables.h"

#include <QTest>

using namespace understudy;

class EnvVariablesTest : public QObject
{
    Q_OBJECT
private slots:
    void valuesAreRead_data();
    void valuesAreRead();
    void ambiguousValuesAreRefused_data();
    void ambiguousValuesAreRefused();
    void lastDefinitionWinsAndIsNoted();
    void brokenLineDoesNotHideTheOthers();
    void errorsHoldNoValue();
};

void EnvVariablesTest::valuesAreRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("plain") << QByteArray("A=1\nKEY=value\n") << QByteArray("value");
    QTest::newRow("no last newline") << QByteArray("KEY=value") << QByteArray("value");
    QTest::newRow("crlf") << QByteArray("KEY=value\r\nB=2\r\n") << QByteArray("value");
    QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbfKEY=value\n") << QByteArray("value");
    QTest::newRow("export") << QByteArray("export KEY=value\n") << QByteArray("value");
    QTest::newRow("blanks") << QByteArray("  KEY =  value  \n") << QByteArray("value");
    QTest::newRow("comment after") << QByteArray("KEY=value # why\n") << QByteArray("value");
    QTest::newRow("empty") << QByteArray("KEY=\n") << QByteArray("");
    QTest::newRow("double quotes") << QByteArray("KEY=\"a # b\" # c\n") << QByteArray("a # b");
    QTest::newRow("single quotes") << QByteArray("KEY='a\\nb\"'\n") << QByteArray("a\\nb\"");
    QTest::newRow("back quotes") << QByteArray("KEY=`it's \"x\"`\n") << QByteArray("it's \"x\"");
    QTest::newRow("escapes in double quotes") << QByteArray("KEY=\"a\\nb\"\n") << QByteArray("a\nb");
    QTest::newRow("several lines") << QByteArray("KEY=\"a\nb\"\nB=1\n") << QByteArray("a\nb");
    QTest::newRow("equals sign") << QByteArray("KEY=postgresql://a@b/c?sslmode=require\n")
                                 << QByteArray("postgresql://a@b/c?sslmode=require");
    QTest::newRow("bytes that are not UTF-8") << QByteArray("KEY=a\xe9\n") << QByteArray("a\xe9");
}

void EnvVariablesTest::valuesAreRead()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, value);
    const Result<Secret> found = EnvVariables::read(text).value(QStringLiteral("KEY"));
    QVERIFY(found.has_value());
    QCOMPARE(found->reveal(), value);
}

void EnvVariablesTest::ambiguousValuesAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("hash inside") << QByteArray("KEY=pa#ss\n");
    QTest::newRow("quote not closed") << QByteArray("KEY=\"pass\nB=1\n");
    QTest::newRow("text after the quote") << QByteArray("KEY='a'b\n");
    QTest::newRow("escaped quote") << QByteArray("KEY=\"a\\\"b\"\n");
}

void EnvVariablesTest::ambiguousValuesAreRefused()
{
    QFETCH(QByteArray, text);
    const Result<Secret> found = EnvVariables::read(text).value(QStringLiteral("KEY"));
    QVERIFY(!found.has_value());
    QCOMPARE(found.error().code, ErrorCode::InvalidInput);
}

void EnvVariablesTest::lastDefinitionWinsAndIsNoted()
{
    const EnvVariables file = EnvVariables::read("KEY=old\nB=1\nKEY=new\n");
    const Result<Secret> found = file.value(QStringLiteral("KEY"));
    QVERIFY(found.has_value());
    QCOMPARE(found->reveal(), QByteArray("new"));
    QCOMPARE(file.notes(), QStringList{QStringLiteral("KEY is defined on line 1 and again on line 3; the last one counts")});
}

void EnvVariablesTest::brokenLineDoesNotHideTheOthers()
{
    const EnvVariables file = EnvVariables::read("what is this\nB=\"open\nKEY=value\n");
    const Result<Secret> found = file.value(QStringLiteral("KEY"));
    QVERIFY(found.has_value());
    QCOMPARE(found->reveal(), QByteArray("value"));
    QCOMPARE(file.notes().size(), 1);
}

void EnvVariablesTest::errorsHoldNoValue()
{
    const EnvVariables file = EnvVariables::read("hunter2\nKEY=hunter2#x\n");
    const Result<Secret> found = file.value(QStringLiteral("KEY"));
    QVERIFY(!found.has_value());
    QVERIFY(!found.error().text().contains(QStringLiteral("hunter2")));
    QVERIFY(!file.notes().join(QString()).contains(QStringLiteral("hunter2")));
}

QTEST_GUILESS_MAIN(EnvVariablesTest)
#include "tst_envvariables.moc"
