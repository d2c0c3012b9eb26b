// The public keys that an application registers for private_key_jwt.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openstrat::oidc {

/// What is wrong with the text as a JWK Set of public keys, as a sentence without period; nullopt: fine.
std::optional<std::string> complaint_about_key_set(std::string_view json);

}  // namespace openstrat::oidc
