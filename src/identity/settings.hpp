// What identity reads from the configuration (keys in docs/configuration.md).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/net.hpp"

namespace openstrat::identity {

/// One entry of internal.tokens[].
struct InternalToken {
  std::string service;
  std::string hash;                ///< lower-case hex SHA-256 of the token
  std::vector<std::string> allow;  ///< path prefixes, whole segments; empty: every internal route
};

struct Settings {
  std::string issuer;                             ///< public_url.auth
  std::vector<std::string> trusted_issuers;       ///< auth.trusted_issuers: further ones, while a host name changes
  std::string audience;                           ///< public_url.api
  std::string portal;                             ///< public_url.portal
  std::chrono::seconds access_token_life{86'400}; ///< auth.access_token_s
  std::string api_key_prefix = "alto_sk_";        ///< apikey.prefix
  std::vector<InternalToken> internal_tokens;     ///< internal.tokens[]
  std::vector<Cidr> internal_allow;               ///< internal.allow_cidrs; empty: loopback and private networks
  int api_key_per_minute = 60;                    ///< ratelimit.api_key
  int user_per_minute = 600;                      ///< ratelimit.user

  std::string keys_link() const { return portal + "/settings/api-keys"; }
};

}  // namespace openstrat::identity
