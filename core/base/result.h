// SPDX-FileCopyrightText: Understudy contributors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <tl/expected.hpp>

namespace understudy {

/// A value or an Error. Functions that return one are marked [[nodiscard]].
template<typename T>
using Result = tl::expected<T, Error>;

/// For "it worked, and there is nothing to say": Result<void> does not compile in a Qt signal.
struct Unit
{
    bool operator==(const Unit &) const = default;
};

inline tl::unexpected<Error> fail(ErrorCode code, QString message, QString hint = {}, QString cause = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(hint), std::move(cause)});
}

inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

} // namespace understudy
