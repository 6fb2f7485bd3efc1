// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/systems/envfile/envfilestore.h"

#include "core/systems/envfile/envfileplaces.h"

namespace understudy {

QString EnvFileStore::label() const
{
    return m_host.name.isEmpty() ? m_path : m_host.name + QLatin1Char(':') + m_path;
}

Result<EnvFileLook> EnvFileStore::look(const CancelToken &cancel) const
{
    return m_host.isLocal() ? envfileplaces::lookHere(m_path) : envfileplaces::lookThere(m_host, m_path, cancel);
}

Result<QByteArray> EnvFileStore::read(const CancelToken &cancel) const
{
    const Result<EnvFileLook> seen = look(cancel);
    return seen ? Result<QByteArray>(seen->text) : fail(seen.error());
}

Result<QString> EnvFileStore::replace(const QByteArray &expected, const QByteArray &text, const QString &tag,
                                      const CancelToken &cancel) const
{
    const bool hidden = m_beside == Beside::Hidden;
    return m_host.isLocal() ? envfileplaces::replaceHere(m_path, expected, text, tag, hidden)
                            : envfileplaces::replaceThere(m_host, m_path, expected, text, tag, hidden, cancel);
}

Result<QString> EnvFileStore::replace(const QByteArray &expected, const QByteArray &text, const Clock &clock) const
{
    return replace(expected, text, tagOf(clock));
}

QString EnvFileStore::tagOf(const Clock &clock)
{
    return clock.now().toUTC().toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'"));
}

QString EnvFileStore::backupOf(const QString &target, const QString &tag, bool hidden)
{
    const qsizetype name = target.lastIndexOf(QLatin1Char('/')) + 1;
    return target.left(name) + (hidden ? QStringLiteral(".") : QString()) + target.mid(name)
        + QStringLiteral(".understudy-") + tag;
}

} // namespace understudy
