// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/traffic/nginxupstreams.h"

#include <QTest>

using namespace understudy;

/// Site files as platforms write them, switched as text.
class NginxUpstreamsTest : public QObject
{
    Q_OBJECT

    static QList<Pool> pools(int greens = 1)
    {
        Pool blue{.colour = QStringLiteral("blue"), .instances = {{.url = QStringLiteral("http://127.0.0.1:3001")}}};
        Pool green{.colour = QStringLiteral("green"), .instances = {{.url = QStringLiteral("http://127.0.0.1:3002")}}};
        if (greens == 2)
            green.instances.append({.url = QStringLiteral("http://127.0.0.1:3012")});
        return {blue, green};
    }

private slots:
    void switchesAllUpstreams_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::addColumn<int>("greens");
        QTest::newRow("the platform's form") << QByteArray("upstream a {\n    server localhost:3001;\n}\n")
                                             << QByteArray("upstream a {\n    server localhost:3002;\n}\n") << 1;
        QTest::newRow("by number, parameters kept") << QByteArray("upstream a {\n  server 127.0.0.1:3001 weight=2; # live\n}\n")
                                                    << QByteArray("upstream a {\n  server 127.0.0.1:3002 weight=2; # live\n}\n") << 1;
        QTest::newRow("more instances than before") << QByteArray("upstream a {\n  server localhost:3001;\n}\n")
                                                    << QByteArray("upstream a {\n  server localhost:3002;\n  server localhost:3012;\n}\n") << 2;
        QTest::newRow("a backup changes sides")
            << QByteArray("upstream h {\n  server localhost:3001;\n  server localhost:3002 backup;\n}\n")
            << QByteArray("upstream h {\n  server localhost:3002;\n  server localhost:3001 backup;\n}\n") << 1;
        QTest::newRow("several upstreams, another's left alone")
            << QByteArray("upstream a {\n  server localhost:3001;\n}\nupstream x {\n  server localhost:9000;\n}\nupstream b {\n  server localhost:3001;\n}\n")
            << QByteArray("upstream a {\n  server localhost:3002;\n}\nupstream x {\n  server localhost:9000;\n}\nupstream b {\n  server localhost:3002;\n}\n") << 1;
        QTest::newRow("two on one line") << QByteArray("upstream a { server 127.0.0.1:3001; server 127.0.0.1:9000; server localhost:3001 weight=2; }\n")
                                         << QByteArray("upstream a { server 127.0.0.1:3002; server 127.0.0.1:9000; server localhost:3012 weight=2; }\n") << 2;
        QTest::newRow("one too many on a line") << QByteArray("upstream a {\n  server localhost:3001; server localhost:3001; # both\n}\n")
                                                << QByteArray("upstream a {\n  server localhost:3002;}\n") << 1;
        QTest::newRow("a canary, the new colour first") << QByteArray("upstream a {\n  server localhost:3002;\n  server localhost:3001;\n}\n")
                                                        << QByteArray("upstream a {\n  server localhost:3002;\n}\n") << 1;
        QTest::newRow("a commented server is no server") << QByteArray("upstream a {\n  # server localhost:3002;\n  server localhost:3001;\n}\n")
                                                         << QByteArray("upstream a {\n  # server localhost:3002;\n  server localhost:3002;\n}\n") << 1;
    }
    void switchesAllUpstreams()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        QFETCH(int, greens);
        const Result<QByteArray> text = nginxupstreams::switched(before, pools(greens), QStringLiteral("green"));
        QVERIFY(text);
        QCOMPARE(*text, after);
        QCOMPARE(nginxupstreams::coloursIn(*text, pools(greens)), QStringList{QStringLiteral("green")});
    }

    void isIdempotent()
    {
        const QByteArray text = "upstream a {\n  server localhost:3002;\n}\n";
        QCOMPARE(nginxupstreams::switched(text, pools(), QStringLiteral("green")).value_or(QByteArray()), text);
    }

    void refusesFileThatNamesNoInstance()
    {
        const Result<QByteArray> text = nginxupstreams::switched("upstream a {\n server localhost:9;\n}\n", pools(), QStringLiteral("green"));
        QVERIFY(!text);
        QCOMPARE(text.error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(NginxUpstreamsTest)
#include "tst_nginxupstreams.moc"
