// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recovery/bisect/momentsearch.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace understudy::ui {

class TimeRuler;

/// Searches the last good moment: a query that tells the symptom, how far the search is, and the answer to be
/// taken over. Closing it while a search goes on stops the search first.
class GoodMomentDialog : public QDialog
{
    Q_OBJECT
public:
    using Begin = std::function<std::unique_ptr<MomentSearch>(const BisectionOptions &options)>;
    GoodMomentDialog(Begin begin, const QDateTime &earliest, const QDateTime &latest, QWidget *parent = nullptr);
    void reject() override;

signals:
    void momentFound(const QDateTime &lastGood); ///< taken over by the operator

private:
    void start();
    void showSearch(const SearchView &view, const QDateTime &next);
    void finish(const BisectionReport &report);
    void setSearching(bool searching);
    void keepRoom();

    const Begin m_begin;
    std::unique_ptr<MomentSearch> m_search;
    QDateTime m_lastGood;
    bool m_closing = false;
    QPlainTextEdit *m_query;
    QCheckBox *m_errorIsBad;
    TimeRuler *m_ruler;
    QLabel *m_progress;
    QLabel *m_seen;
    QPushButton *m_close, *m_go, *m_use;
};

} // namespace understudy::ui
