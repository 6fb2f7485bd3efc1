// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/neon/neonfollow.h"
#include "tests/neon/neonstand.h"

#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

class NeonFollowTest : public QObject
{
    Q_OBJECT

    static QString serverOf(int number) { return QStringLiteral("ep-still-sun-%1.eu-central-1.aws.neon.tech:5432").arg(number); }
    static void addCopy(NeonBook &book)
    {
        const QDateTime now = QDateTime::currentDateTimeUtc();
        book.addBranch(QStringLiteral("understudy-7"), book.mainId(), now.addSecs(-600), now.addSecs(-900));
    }
    static QString followedOn(NeonStand &stand, const QString &server) { return followed(stand.plan(), stand.secret(), server, 10s, {}).branch; }

private slots:
    void applicationOnThePlansBranchIsLeftThere()
    {
        NeonStand stand;
        stand.with(addCopy);
        QCOMPARE(followedOn(stand, serverOf(1)), QStringLiteral("main"));
        QVERIFY(stand.asked("GET", QStringLiteral("/endpoints")).isEmpty());
    }
    void applicationThatWasMovedToACopyIsFollowed()
    {
        NeonStand stand;
        stand.with(addCopy);
        QCOMPARE(followedOn(stand, serverOf(2)), QStringLiteral("br-calm-tree-2"));
    }
    void branchesOfOneHostAreToldApartByTheirAddresses()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) {
            addCopy(book);
            addCopy(book);
            book.endpoints[2][QStringLiteral("host")] = book.endpoints.at(1).value(QStringLiteral("host"));
        });
        // Both answer with the same address here, so the first of them is taken; none is invented.
        QCOMPARE(followedOn(stand, serverOf(2)), QStringLiteral("br-calm-tree-2"));
        QCOMPARE(followedOn(stand, QStringLiteral("ep-still-sun-2.eu-central-1.aws.neon.tech:6000")), QStringLiteral("main"));
    }
    void readOnlyEndpointIsNobodysHome()
    {
        NeonStand stand;
        stand.with([](NeonBook &book) {
            addCopy(book);
            book.endpoints[1][QStringLiteral("type")] = QStringLiteral("read_only");
        });
        QCOMPARE(followedOn(stand, serverOf(2)), QStringLiteral("main"));
    }
    void whatCannotBeToldLeavesThePlanAsItIs_data()
    {
        QTest::addColumn<QString>("server");
        QTest::addColumn<bool>("silent");
        QTest::newRow("another host") << QStringLiteral("db.example:5432") << false;
        QTest::newRow("no address") << QString() << false;
        QTest::newRow("control plane down") << serverOf(2) << true;
    }
    void whatCannotBeToldLeavesThePlanAsItIs()
    {
        QFETCH(QString, server);
        QFETCH(bool, silent);
        NeonStand stand;
        stand.with(addCopy);
        if (silent)
            stand.die();
        QCOMPARE(followedOn(stand, server), QStringLiteral("main"));
    }
};

QTEST_GUILESS_MAIN(NeonFollowTest)
#include "tst_neonfollow.moc"
