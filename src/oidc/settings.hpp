// What the provider reads from the configuration (keys in docs/configuration.md).
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/crypto.hpp"

namespace openstrat::oidc {

struct Settings {
  std::string issuer;                                ///< public_url.auth
  std::string portal;                                ///< public_url.portal: where the web application lives
  std::string brand = "OpenStrat";                   ///< brand.name
  std::chrono::seconds access_token_life{86'400};    ///< auth.access_token_s
  std::chrono::seconds id_token_life{3600};
  std::chrono::seconds code_life{60};
  std::chrono::days refresh_idle{30};                ///< auth.refresh_idle_days
  std::chrono::days refresh_life{90};                ///< auth.refresh_days
  std::chrono::days consent_life{365};
  crypto::Key32 form_key{};                          ///< signs what travels through the browser
  /// What a scope of the API allows, in words for the person who is asked; empty: unknown.
  std::function<std::string(std::string_view scope)> describe_scope = [](std::string_view) { return std::string(); };
};

}  // namespace openstrat::oidc
