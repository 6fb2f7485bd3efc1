// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/objects/storefixture.h"

#include <QFile>
#include <QTest>

using namespace understudy;
using namespace std::chrono_literals;

/// A real store from npm. It does not verify signatures; see tst_sigv4 for those.
class ObjectStoreTest : public QObject
{
    Q_OBJECT

    StoreFixture m_fixture;
    QTemporaryDir m_folder;
    QByteArray m_big;

    StoredObject one(const QString &key)
    {
        const Result<QList<StoredObject>> all = m_fixture.store().list(key, 10s, {});
        return all && all->size() == 1 ? all->first() : StoredObject{};
    }

private slots:
    void initTestCase()
    {
        QCOMPARE(m_fixture.start(), QString());
        for (int i = 0; i < 20'000'000; i += 4)
            m_big += QByteArray::number(1000 + (i * 7919) % 9000);
        QCOMPARE(m_fixture.put(QStringLiteral("db/big.dump"), m_big), QString());
    }

    void listingGoesOverPagesAndIsNewestFirst()
    {
        for (int i = 0; i < 1100; ++i)
            QCOMPARE(m_fixture.put(QStringLiteral("many/%1").arg(i, 5, 10, QLatin1Char('0')), "x"), QString());
        QCOMPARE(m_fixture.put(QStringLiteral("many/00000"), "newest"), QString());
        const Result<QList<StoredObject>> all = m_fixture.store().list(QStringLiteral("many/"), 20s, {});
        QVERIFY2(all, qPrintable(all ? QString() : all.error().text()));
        QCOMPARE(all->size(), 1100);
        QCOMPARE(all->first().modified, std::max_element(all->begin(), all->end(), [](const StoredObject &a, const StoredObject &b) { return a.modified < b.modified; })->modified);
    }

    void objectIsFetchedInPartsAndChecked()
    {
        const QString file = m_folder.filePath(QStringLiteral("big"));
        qint64 told = 0;
        const Result<QString> fetched = m_fixture.store().fetch(one(QStringLiteral("db/big.dump")), file, 30s, {}, [&told](qint64 bytes) { told = bytes; });
        QVERIFY2(fetched, qPrintable(fetched ? QString() : fetched.error().text()));
        QVERIFY(fetched->contains(QLatin1String("checksum is right")));
        QFile read(file);
        QVERIFY(read.open(QIODevice::ReadOnly));
        QCOMPARE(read.readAll(), m_big);
        QCOMPARE(told, m_big.size());
        QCOMPARE(read.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void whatHasComeIsKept()
    {
        const QString file = m_folder.filePath(QStringLiteral("half"));
        QFile half(file);
        QVERIFY(half.open(QIODevice::WriteOnly) && half.write(m_big.left(9'000'000)) > 0);
        half.close();
        qint64 first = 0;
        QVERIFY(m_fixture.store().fetch(one(QStringLiteral("db/big.dump")), file, 30s, {}, [&first](qint64 bytes) { first = first ? first : bytes; }));
        QCOMPARE(first, 17'000'000);
    }

    void damagedObjectIsRefused()
    {
        StoredObject object = one(QStringLiteral("db/big.dump"));
        const QString file = m_folder.filePath(QStringLiteral("damaged"));
        QFile wrong(file);
        QVERIFY(wrong.open(QIODevice::WriteOnly) && wrong.write(QByteArray(object.bytes, 'x')) > 0);
        wrong.close();
        const Result<QString> fetched = m_fixture.store().fetch(object, file, 30s, {});
        QVERIFY(!fetched);
        QVERIFY(fetched.error().message.contains(QLatin1String("checksum differs")));
    }

    void objectUploadedInPartsIsCheckedByItsSizeAndSaysSo()
    {
        StoredObject object = one(QStringLiteral("db/big.dump"));
        const QString file = m_folder.filePath(QStringLiteral("parts"));
        QVERIFY(QFile::copy(m_folder.filePath(QStringLiteral("big")), file));
        object.tag = QStringLiteral("d41d8cd98f00b204e9800998ecf8427e-3");
        const Result<QString> fetched = m_fixture.store().fetch(object, file, 30s, {});
        QVERIFY(fetched && fetched->contains(QLatin1String("size only")));
    }

    void troubleIsToldApart()
    {
        const ObjectStore nowhere(QUrl(QStringLiteral("http://127.0.0.1:1")), QStringLiteral("backups"), m_fixture.identity());
        const Result<QList<StoredObject>> refused = nowhere.list({}, 5s, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::ControlPlaneDown);
        const Result<QList<StoredObject>> missing = ObjectStore(m_fixture.endpoint(), QStringLiteral("no-such"), m_fixture.identity()).list({}, 5s, {});
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        const Result<QList<StoredObject>> stranger
            = ObjectStore(m_fixture.endpoint(), QStringLiteral("backups"), {QStringLiteral("us-east-1"), Secret("NOBODY"), Secret("nothing")}).list({}, 5s, {});
        QVERIFY(!stranger);
        QCOMPARE(stranger.error().code, ErrorCode::AuthenticationFailed);
    }
};

QTEST_GUILESS_MAIN(ObjectStoreTest)
#include "tst_objectstore.moc"
