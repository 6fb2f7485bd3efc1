// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/objects/objectanswer.h"
#include "core/systems/objects/sigv4.h"

#include <QRandomGenerator>
#include <QTest>

using namespace understudy;

Q_DECLARE_METATYPE(understudy::S3Call)

/// Signatures against vectors: AWS's documented examples, and some that other implementations agree about.
class SigV4Test : public QObject
{
    Q_OBJECT
private slots:
    void signaturesAreThoseOfTheVectors_data()
    {
        QTest::addColumn<S3Call>("call");
        QTest::addColumn<QString>("region");
        QTest::addColumn<QString>("at");
        QTest::addColumn<QByteArray>("signature");
        const auto row = [](const char *name, const S3Call &call, const char *region, const char *at, const char *signature) {
            QTest::newRow(name) << call << QString::fromLatin1(region) << QString::fromLatin1(at) << QByteArray(signature);
        };
        row("AWS: a range", {.host = "examplebucket.s3.amazonaws.com", .path = QStringLiteral("/test.txt"), .headers = {{"Range", "bytes=0-9"}}}, "us-east-1", "20130524T000000Z",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
        row("AWS: a listing", {.host = "examplebucket.s3.amazonaws.com", .path = QStringLiteral("/"), .query = {{QStringLiteral("max-keys"), QStringLiteral("2")}, {QStringLiteral("prefix"), QStringLiteral("J")}}},
            "us-east-1", "20130524T000000Z", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
        row("AWS: a key without a value", {.host = "examplebucket.s3.amazonaws.com", .path = QStringLiteral("/"), .query = {{QStringLiteral("lifecycle"), QString()}}}, "us-east-1", "20130524T000000Z",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
        row("a prefix with blanks, signs and letters of other tongues", {.method = "GET", .host = "0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com", .path = QStringLiteral("/backups"), .query = {{QStringLiteral("list-type"), QStringLiteral("2")}, {QStringLiteral("prefix"), QStringLiteral("pg/base é+ &=~/")}, {QStringLiteral("max-keys"), QStringLiteral("1000")}}}, "auto", "20260301T123456Z", "7909cf9636a6bc26a1c67dd46ecc42d9caa590a299f2efc89fc24fcb4acb2655");
        row("a token with slashes and equal signs", {.method = "GET", .host = "0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com", .path = QStringLiteral("/backups"), .query = {{QStringLiteral("list-type"), QStringLiteral("2")}, {QStringLiteral("continuation-token"), QStringLiteral("1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=")}, {QStringLiteral("prefix"), QStringLiteral("wal/")}}}, "auto", "20260301T123456Z", "8fafacb291715e0e6eb56bf6e7e1282f908a2771f4792e4bf706931a40c2a3e3");
        row("a key with every awkward sign", {.method = "HEAD", .host = "0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com", .path = QStringLiteral("/backups/wal/0000000100000000000000A1 é+&~(x)!*'.gz"), .query = {}}, "auto", "20260301T123456Z", "247bc2cfbbfb660554cc273285c9dab27aa8cce2c8cac1747ee9d8dffcf307a4");
        row("double slashes and a dot are kept", {.method = "HEAD", .host = "127.0.0.1:9000", .path = QStringLiteral("/backups/a//b/./c"), .query = {}}, "us-east-1", "20260301T123456Z", "eb92fa82fbcaeaa77a0f797ed9cfefbc4e84df64e13b67b48a3e83a96463e7b3");
        row("a region of AWS", {.method = "GET", .host = "s3.eu-west-1.amazonaws.com", .path = QStringLiteral("/my-bucket"), .query = {{QStringLiteral("list-type"), QStringLiteral("2")}, {QStringLiteral("delimiter"), QStringLiteral("/")}, {QStringLiteral("encoding-type"), QStringLiteral("url")}}}, "eu-west-1", "20260301T123456Z", "37705c6ccfe53745dde078c3df9011c9eb07e900c234f9cffa69562fff77d04f");
    }
    void signaturesAreThoseOfTheVectors()
    {
        QFETCH(S3Call, call);
        QFETCH(QString, region);
        QFETCH(QString, at);
        QFETCH(QByteArray, signature);
        QDateTime moment = QDateTime::fromString(at, QStringLiteral("yyyyMMdd'T'HHmmss'Z'"));
        moment.setTimeSpec(Qt::UTC);
        const S3Identity identity{region, Secret("AKIAIOSFODNN7EXAMPLE"), Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
        QCOMPARE(sigv4::signature(call, identity, moment), signature);
    }

    void headersHoldNoSecretKey()
    {
        const S3Identity identity{QStringLiteral("auto"), Secret("AKID"), Secret("hush-hush")};
        for (const HttpHeader &header : sigv4::sign({.host = "h", .path = QStringLiteral("/b")}, identity, QDateTime::currentDateTimeUtc()))
            QVERIFY(!header.value.contains("hush"));
    }

    void listingIsRead_data()
    {
        QTest::addColumn<QByteArray>("xml");
        QTest::addColumn<int>("objects"); // -1: refused
        QTest::addColumn<QString>("next");
        const QByteArray one = "<Contents><Key>db/a &amp; b.dump</Key><LastModified>2026-11-23T00:14:31.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>12</Size><Owner><ID>x</ID></Owner></Contents>";
        QTest::newRow("two") << QByteArray("<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated>" + one + one + "</ListBucketResult>") << 2 << "";
        QTest::newRow("goes on") << QByteArray("<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a/b+c=</NextContinuationToken>" + one + "</ListBucketResult>") << 1 << "a/b+c=";
        QTest::newRow("goes on, but not how") << QByteArray("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>") << -1 << "";
        QTest::newRow("empty") << QByteArray("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>") << 0 << "";
        QTest::newRow("cut off") << QByteArray("<ListBucketResult><Contents><Key>x") << -1 << "";
        QTest::newRow("a web page") << QByteArray("<html><body>hello</body></html>") << -1 << "";
        QTest::newRow("nothing") << QByteArray() << -1 << "";
        QTest::newRow("entities that multiply") << QByteArray("<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">]><ListBucketResult><Contents><Key>&d;&d;&d;&d;&d;</Key></Contents></ListBucketResult>") << -1 << "";
    }
    void listingIsRead()
    {
        QFETCH(QByteArray, xml);
        QFETCH(int, objects);
        QFETCH(QString, next);
        const Result<ObjectPage> page = parseObjectPage(xml);
        QCOMPARE(page ? int(page->objects.size()) : -1, objects);
        if (!page)
            return;
        QCOMPARE(page->next, next);
        if (!page->objects.isEmpty()) {
            QCOMPARE(page->objects.first().key, QStringLiteral("db/a & b.dump"));
            QCOMPARE(page->objects.first().modified, QDateTime(QDate(2026, 11, 23), QTime(0, 14, 31), Qt::UTC));
            QCOMPARE(page->objects.first().tag, QStringLiteral("d41d8cd98f00b204e9800998ecf8427e"));
            QCOMPARE(page->objects.first().bytes, 12);
        }
    }

    void refusalsAreToldInPlainWords_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<int>("expected");
        QTest::newRow("wrong secret") << 403 << "SignatureDoesNotMatch" << int(ErrorCode::AuthenticationFailed);
        QTest::newRow("unknown key") << 403 << "InvalidAccessKeyId" << int(ErrorCode::AuthenticationFailed);
        QTest::newRow("R2 without a key") << 401 << "Unauthorized" << int(ErrorCode::AuthenticationFailed);
        QTest::newRow("clock") << 403 << "RequestTimeTooSkewed" << int(ErrorCode::AuthenticationFailed);
        QTest::newRow("R2's clock") << 400 << "ExpiredRequest" << int(ErrorCode::AuthenticationFailed);
        QTest::newRow("not allowed") << 403 << "AccessDenied" << int(ErrorCode::PermissionDenied);
        QTest::newRow("no bucket") << 404 << "NoSuchBucket" << int(ErrorCode::NotFound);
        QTest::newRow("no key") << 404 << "NoSuchKey" << int(ErrorCode::NotFound);
        QTest::newRow("slow down") << 503 << "SlowDown" << int(ErrorCode::ControlPlaneDown);
        QTest::newRow("too many") << 429 << "TooManyRequests" << int(ErrorCode::ControlPlaneDown);
        QTest::newRow("replaced") << 412 << "PreconditionFailed" << int(ErrorCode::TargetChanged);
        QTest::newRow("another region") << 301 << "PermanentRedirect" << int(ErrorCode::HttpStatus);
    }
    void refusalsAreToldInPlainWords()
    {
        QFETCH(int, status);
        QFETCH(QString, code);
        QFETCH(int, expected);
        const HttpReply reply{.status = status, .body = "<Error><Code>" + code.toUtf8() + "</Code><Message>said so</Message></Error>"};
        const Error error = objectRefusal(reply, QStringLiteral("db/x.dump"));
        QCOMPARE(int(error.code), expected);
        QVERIFY(!error.hint.isEmpty());
        QVERIFY(error.text().contains(code));
    }

    void junkNeverCrashes()
    {
        const QByteArray sound = "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>k</Key><Size>1</Size><ETag>\"x\"</ETag></Contents></ListBucketResult>";
        QRandomGenerator random(7);
        for (int i = 0; i < 20'000; ++i) {
            QByteArray xml = sound;
            for (int k = random.bounded(1, 5); k > 0; --k)
                xml[random.bounded(xml.size())] = char(random.bounded(256));
            (void)parseObjectPage(xml.left(random.bounded(xml.size() + 1)));
        }
    }
};

QTEST_GUILESS_MAIN(SigV4Test)
#include "tst_sigv4.moc"
