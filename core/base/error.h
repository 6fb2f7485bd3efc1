// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>

namespace understudy {

/// Stable numbers: they stand in journals and in JSON, so a number is never reused or changed.
enum class ErrorCode : int {
    // 1xx: any system
    Cancelled = 100,
    TimedOut = 101,
    ConnectionRefused = 102,
    Unreachable = 103,
    NameNotFound = 104,
    TlsFailed = 105,
    AuthenticationFailed = 106,
    PermissionDenied = 107,
    ProtocolViolation = 108,
    TooLarge = 109,
    ConnectionLost = 110,
    InvalidInput = 111,
    NotFound = 112,
    Busy = 113,
    FileUnreadable = 114,
    FileUnwritable = 115,
    SecretMissing = 116,
    ProgramFailed = 117,
    ProgramMissing = 118,
    HttpStatus = 119,
    TunnelDown = 120, ///< ssh, through which a system is reached, is not connected: says nothing of the system
    ControlPlaneDown = 121, ///< the provider of restores cannot be reached or does not work: plan B
    LimitReached = 122,     ///< the provider allows no more of it (branches)
    // 2xx: the plan
    PlanInvalid = 200,
    // 3xx: Redis and Sentinel
    RedisError = 300,
    NoGoodReplica = 301,
    FailoverInProgress = 302,
    NoQuorum = 303,
    UnknownMaster = 304,
    // 35x: PostgreSQL
    SqlError = 350,
    // 4xx: the journal
    JournalBroken = 400,
    ResourceLocked = 401,
    JournalUnwritable = 402,
    // 5xx: recovery
    ConfirmationMissing = 500,
    NotProved = 501,
    NeedsOperator = 502,
    TargetChanged = 503,
    PreflightFailed = 504,
    NoWayBack = 505,
    CannotTell = 506, ///< a proof that what is there does not allow: it stays open, and the run goes on
    // 6xx: metrics
    MetricsInvalid = 600,
    // 7xx: the lab
    LabFailed = 700,
};

/// What went wrong, as a value. `message` is lower case, has no full stop and names the thing;
/// `hint` is a sentence that says what to do now, or empty; `cause` is the underlying system's own
/// words. None of them ever holds a secret: whoever builds an Error redacts first (core/base/redact.h).
struct Error
{
    ErrorCode code = ErrorCode::InvalidInput;
    QString message;
    QString hint = {};
    QString cause = {};

    bool operator==(const Error &) const = default;
    /// "message: cause (hint)" in one line, for logs and terminals.
    QString text() const;
};

} // namespace understudy

Q_DECLARE_METATYPE(understudy::Error)
