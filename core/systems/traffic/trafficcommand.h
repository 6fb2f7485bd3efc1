// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/systems/traffic/nginxcheck.h"
#include "core/systems/traffic/trafficprovider.h"

namespace understudy {

/// The plan's own command. Its exit code and its words are believed in nothing: counted answers decide. Where the plan
/// names the site file that it writes, that file is kept before, has to be one that nginx accepts afterwards, and is
/// put back if it is not, or if the command failed. It runs under coreutils' `timeout`, and one whose answer is lost is
/// looked for by its name and ended before anything is put back.
class TrafficCommand : public TrafficProvider
{
public:
    explicit TrafficCommand(const Plan &plan); ///< whose traffic is of kind command

    Result<TrafficLook> look(const CancelToken &cancel) const override;
    /// Whether the program and its script are there and know the word that they are given, as far as they can be read.
    QString runsWith(const TrafficLook &seen, const CancelToken &cancel) const override;
    Result<QString> check(const QString &colour, const CancelToken &cancel) const override;
    Result<QString> switchTo(const QString &colour, const TrafficLook &seen, const QString &tag, const CancelToken &cancel) const override;
    Result<QString> putBack(const QString &colour, const QString &tag, const CancelToken &cancel) const override;
    Result<bool> stillRunning(const QString &tag, const CancelToken &cancel) const override;
    QStringList willDo(const QString &colour) const override;
    QString where() const override;
    QString restoreText() const override;
    QStringList byHand(const QString &colour) const override;

    /// What speaks against `word` in a script that names colours and not that word; empty: nothing. Pure.
    static QString objection(const QByteArray &script, const QString &word, const QStringList &colours);

private:
    QStringList wordsFor(const QString &colour) const;
    QString textFor(const QString &colour) const;
    bool namesColour() const; ///< else the command decides by itself where to go
    bool guards() const { return !m_path.isEmpty(); }
    Result<QByteArray> site(const CancelToken &cancel) const;
    enum class Keep { Once, Anew };
    Result<Unit> keepSite(const QString &tag, Keep keep, const CancelToken &cancel) const;
    QStringList wrapped(const QString &colour, const QString &tag) const;
    Result<Unit> endIt(const QString &tag) const;
    Result<Unit> restoreSite(const QString &tag) const; ///< and reloads; cannot be cancelled
    Result<QString> fileOfWords(const QString &name, const CancelToken &cancel) const;
    Result<Unit> checkScript(const QString &file, const QStringList &words, const CancelToken &cancel) const;

    NginxProgram m_nginx;
    QString m_path, m_folder;
    QStringList m_words;
    QList<Pool> m_pools;
};

} // namespace understudy
