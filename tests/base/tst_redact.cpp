// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/redact.h"

#include <QTest>

using namespace understudy;

class RedactTest : public QObject
{
    Q_OBJECT
private slots:
    void secretsAreGone_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("secret");
        QTest::newRow("url") << "cannot reach postgresql://app:s3cr3t@db:5432/x" << "s3cr3t";
        QTest::newRow("url whose password holds an at sign") << "redis://:p@ss/w0rd@host:1" << "p@ss";
        QTest::newRow("pair") << "host=db password=hunter2 dbname=x" << "hunter2";
        QTest::newRow("quoted pair") << "password='hun ter2' dbname=x" << "ter2";
        QTest::newRow("redis directive") << "requirepass hunter2" << "hunter2";
        QTest::newRow("bearer") << "Authorization: Bearer abcdef123456" << "abcdef123456";
    }
    void secretsAreGone()
    {
        QFETCH(QString, text);
        QFETCH(QString, secret);
        QVERIFY2(!redacted(text).contains(secret), qPrintable(redacted(text)));
    }
    void ordinaryWordsStay()
    {
        const QString text = QStringLiteral("password authentication failed for user \"thecopy\"");
        QCOMPARE(redacted(text), text);
    }
};

QTEST_GUILESS_MAIN(RedactTest)
#include "tst_redact.moc"
