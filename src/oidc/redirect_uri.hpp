// Where an application may have people sent back to.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace openstrat::oidc {

/// What is wrong with a URI that somebody wants to register, as a sentence without period; nullopt: fine. Allowed are https,
/// http to this very machine (127.0.0.1, [::1], localhost), and schemes of an application's own domain (`com.example.app:/done`).
std::optional<std::string> complaint_about_redirect(std::string_view uri);

/// Whether `asked` is one of the registered URIs, character by character. A native application cannot choose the port that it gets
/// on its machine, so with `any_loopback_port` a registered http://127.0.0.1/… or http://[::1]/… fits every port (RFC 8252 §7.3).
bool is_registered_redirect(std::span<const std::string> registered, std::string_view asked, bool any_loopback_port);

/// Scheme, host and port, as a source of a content security policy: `https://app.example`, `com.example.app:`.
std::string origin_of(std::string_view uri);

}  // namespace openstrat::oidc
