// Checks of route declarations, made once at start-up. For .cpp files of this module.
#pragma once

#include <string_view>

#include "http/endpoint.hpp"

namespace openstrat::http {

/// A route that cannot work is a programming error: one line on stderr, then abort.
[[noreturn]] void declaration_error(std::string_view route, std::string_view what);

/// Auth kinds that the Authenticator decides.
constexpr Auth kAuthenticated = Auth::bearer | Auth::api_key | Auth::internal | Auth::device | Auth::device_and_signed;

/// Auth, scope, summary, path parameters and constraints of an endpoint, before it is used.
void check_declaration(Endpoint& endpoint, std::string_view pattern);
/// The canonical path and every alias: each `{name}` has a field, and each path field that is not optional a `{name}`.
void check_path(const Endpoint& endpoint, std::string_view pattern);

/// `/a/{b:uuid}` → `/a/{b}`.
std::string without_kinds(std::string_view pattern);

}  // namespace openstrat::http
