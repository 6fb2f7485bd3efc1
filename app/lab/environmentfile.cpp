// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lab/environmentfile.h"

#include <QFile>

namespace understudy::lab {

QMap<QString, QString> readEnvironment(const QByteArray &text)
{
    QMap<QString, QString> values;
    for (const QByteArray &raw : text.split('\n')) {
        QByteArray line = raw.trimmed();
        if (line.startsWith("export "))
            line = line.mid(7).trimmed();
        const qsizetype equals = line.indexOf('=');
        if (line.startsWith('#') || equals <= 0)
            continue;
        QByteArray value = line.mid(equals + 1).trimmed();
        const bool quoted = value.size() >= 2 && (value.startsWith('"') || value.startsWith('\''))
                            && value.endsWith(value.front());
        if (quoted) {
            value = value.mid(1, value.size() - 2);
        } else if (const qsizetype comment = value.indexOf(" #"); comment >= 0) {
            value = value.left(comment).trimmed();
        }
        values.insert(QString::fromUtf8(line.left(equals).trimmed()), QString::fromUtf8(value));
    }
    return values;
}

QMap<QString, QString> readEnvironmentFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? readEnvironment(file.read(1'000'000)) : QMap<QString, QString>{};
}

} // namespace understudy::lab
