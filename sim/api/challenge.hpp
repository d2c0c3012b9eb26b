// The login of old clients: the password is proved, not sent.
#pragma once

#include <string>
#include <string_view>

namespace openstrat::sim::api {

/// The `=response=` to a challenge (hex): `00`, then md5 of a zero byte, the password and the challenge.
std::string challenge_response(std::string_view password, std::string_view challenge_hex);

}  // namespace openstrat::sim::api
