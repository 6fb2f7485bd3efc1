// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

/// The house's rules that a machine can check. The table of arrows below is the architecture's document.
class ArchitectureTest : public QObject
{
    Q_OBJECT

    struct Source
    {
        QString path; ///< relative to the root
        QStringList lines;
    };
    QList<Source> m_sources;

    static QString root() { return qEnvironmentVariable("UNDERSTUDY_SOURCE"); }

    /// "core/systems" for core/systems/redis/redislink.cpp, "ui" for ui/shell/mainwindow.h, "app" for app/ctl/main.cpp.
    static QString room(const QString &path)
    {
        const QStringList parts = path.split(QLatin1Char('/'));
        return parts.value(0) == QLatin1String("core") ? parts.value(0) + QLatin1Char('/') + parts.value(1) : parts.value(0);
    }

    QStringList includesMatching(const QString &pattern, const QStringList &allowedPrefixes) const
    {
        const QRegularExpression include(QStringLiteral("^\\s*#\\s*include\\s*[<\"](%1)").arg(pattern));
        QStringList wrong;
        for (const Source &source : m_sources) {
            const bool allowed = std::any_of(allowedPrefixes.begin(), allowedPrefixes.end(),
                                             [&](const QString &prefix) { return source.path.startsWith(prefix); });
            for (qsizetype i = 0; !allowed && i < source.lines.size(); ++i) {
                if (include.match(source.lines[i]).hasMatch())
                    wrong << QStringLiteral("%1:%2: %3").arg(source.path).arg(i + 1).arg(source.lines[i]);
            }
        }
        return wrong;
    }

private slots:
    void initTestCase()
    {
        QVERIFY(!root().isEmpty());
        for (const QString &top : {QStringLiteral("app"), QStringLiteral("core"), QStringLiteral("ui"), QStringLiteral("tests")}) {
            QDirIterator files(root() + QLatin1Char('/') + top, {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files,
                               QDirIterator::Subdirectories);
            while (files.hasNext()) {
                QFile file(files.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                m_sources << Source{file.fileName().mid(root().size() + 1), QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'))};
            }
        }
        QVERIFY(m_sources.size() > 50);
    }

    void arrowsPointOneWay()
    {
        // Who may include whom; each also may include itself.
        const QMap<QString, QStringList> allowed{
            {QStringLiteral("core/base"), {}},
            {QStringLiteral("core/plan"), {QStringLiteral("core/base")}},
            {QStringLiteral("core/journal"), {QStringLiteral("core/base")}},
            {QStringLiteral("core/systems"), {QStringLiteral("core/base"), QStringLiteral("core/plan"), QStringLiteral("core/journal")}},
            {QStringLiteral("core/health"),
             {QStringLiteral("core/base"), QStringLiteral("core/plan"), QStringLiteral("core/journal"), QStringLiteral("core/systems")}},
            {QStringLiteral("core/recovery"),
             {QStringLiteral("core/base"), QStringLiteral("core/plan"), QStringLiteral("core/journal"), QStringLiteral("core/systems"),
              QStringLiteral("core/health")}},
            {QStringLiteral("ui"),
             {QStringLiteral("core/base"), QStringLiteral("core/plan"), QStringLiteral("core/journal"), QStringLiteral("core/health"),
              QStringLiteral("core/recovery")}},
        };
        const QRegularExpression include(QStringLiteral("^\\s*#\\s*include\\s*\"((?:core|ui|app|tests)/[^\"]+)\""));
        QStringList wrong;
        for (const Source &source : m_sources) {
            const QString from = room(source.path);
            if (from == QLatin1String("app") || from == QLatin1String("tests"))
                continue; // app puts everything together
            QVERIFY2(allowed.contains(from), qPrintable(QStringLiteral("a room without arrows: ") + source.path));
            for (const QString &line : source.lines) {
                const QRegularExpressionMatch match = include.match(line);
                const QString to = room(match.captured(1));
                if (match.hasMatch() && to != from && !allowed[from].contains(to))
                    wrong << source.path + QStringLiteral(" includes ") + match.captured(1);
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void librariesStayBehindTheirAdapters_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QStringList>("allowed");
        QTest::newRow("libpqxx") << "pqxx/|pqxx>" << QStringList{QStringLiteral("core/systems/postgres/")};
        QTest::newRow("hiredis") << "hiredis/" << QStringList{QStringLiteral("core/systems/redis/")};
        QTest::newRow("yaml-cpp") << "yaml-cpp/" << QStringList{QStringLiteral("core/base/yaml/")};
        QTest::newRow("spdlog") << "spdlog/" << QStringList{QStringLiteral("core/base/log.cpp")};
        QTest::newRow("QProcess") << "QProcess>" << QStringList{QStringLiteral("core/base/"), QStringLiteral("app/lab/"), QStringLiteral("tests/")};
        QTest::newRow("widgets in core")
            << "Q(Widget|Application|Dialog|MainWindow|Painter|Icon|Pixmap|Color|Gui[A-Z])|QtWidgets|QtGui"
            << QStringList{QStringLiteral("ui/"), QStringLiteral("app/console/"), QStringLiteral("tests/")};
    }
    void librariesStayBehindTheirAdapters()
    {
        QFETCH(QString, pattern);
        QFETCH(QStringList, allowed);
        const QStringList wrong = includesMatching(pattern, allowed);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void filesStayReadable()
    {
        QStringList wrong;
        for (const Source &source : m_sources) {
            const int limit = source.path.startsWith(QLatin1String("tests/")) ? 800 : 500;
            if (source.lines.size() > limit + 1)
                wrong << QStringLiteral("%1: %2 lines").arg(source.path).arg(source.lines.size());
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void everyFileSaysItsLicence()
    {
        QStringList wrong;
        for (const Source &source : m_sources) {
            if (!source.lines.value(1).contains(QLatin1String("SPDX-License-Identifier: GPL-3.0-or-later")))
                wrong << source.path;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void fileNamesAreUnique()
    {
        QMap<QString, QString> seen;
        QStringList wrong;
        for (const Source &source : m_sources) {
            const QString name = source.path.section(QLatin1Char('/'), -1);
            if (name == QLatin1String("main.cpp"))
                continue;
            if (seen.contains(name))
                wrong << source.path + QStringLiteral(" and ") + seen[name];
            seen[name] = source.path;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void commandLineLinksNoWindowLibrary()
    {
        QProcess ldd;
        ldd.start(QStringLiteral("ldd"), {qEnvironmentVariable("UNDERSTUDY_BIN") + QStringLiteral("/understudyctl")});
        QVERIFY(ldd.waitForFinished());
        QCOMPARE(ldd.exitCode(), 0);
        const QString libraries = QString::fromUtf8(ldd.readAllStandardOutput());
        QVERIFY(libraries.contains(QLatin1String("libQt6Core")));
        QVERIFY2(!libraries.contains(QLatin1String("libQt6Gui")), qPrintable(libraries));
    }

    void topLevelHoldsOnlyItsRooms()
    {
        QStringList names = QDir(root()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot);
        names.removeAll(QStringLiteral("build"));
        names.sort(); // the folder's own order depends on the locale
        QCOMPARE(names, (QStringList{QStringLiteral("CMakeLists.txt"), QStringLiteral("CMakePresets.json"), QStringLiteral("LICENSE"),
                                     QStringLiteral("README.md"), QStringLiteral("app"), QStringLiteral("core"), QStringLiteral("packaging"),
                                     QStringLiteral("resources"), QStringLiteral("tests"), QStringLiteral("ui")}));
    }
};

QTEST_GUILESS_MAIN(ArchitectureTest)
#include "tst_architecture.moc"
