// Where an OpenID provider has its endpoints and which keys it signs with, remembered for a while.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/guarded.hpp"
#include "base/jose.hpp"
#include "federation/settings.hpp"
#include "federation/types.hpp"
#include "federation/web_service.hpp"

namespace openstrat::federation {

struct Metadata {
  std::string issuer;          ///< may hold `{tenantid}` (azure with many tenants)
  std::string authorize_url, token_url, userinfo_url, jwks_url;
  bool secret_in_header = true;   ///< client_secret_basic; else client_secret_post
  bool sends_issuer = false;      ///< its answers carry `iss` (RFC 9207)
};

/// Thread-safe; what it knows is of this process.
class MetadataCache {
 public:
  static constexpr std::chrono::hours kKeep{1};
  static constexpr std::chrono::seconds kAskAgain{5};  ///< for an unknown key, at most

  MetadataCache(Web& web, const Clock& clock, const Settings& settings) : web_(web), clock_(clock), settings_(settings) {}

  Result<Metadata> metadata(const Provider& provider);
  /// The keys; asked for again when none of the known ones could have signed the token.
  Result<jose::KeySet> keys_for(const Provider& provider, const Metadata& metadata, const jose::Token& token);

 private:
  struct Entry {
    std::optional<Metadata> metadata;
    Duration metadata_at{};
    std::optional<jose::KeySet> keys;
    Duration keys_at{};
  };
  Result<Metadata> discover(const Provider& provider);
  Result<jose::Claims> get_json(const Provider& provider, const std::string& url, std::string_view what);
  std::string key_of(const Provider& provider) const { return provider.id + "@" + std::to_string(provider.revision); }

  Web& web_;
  const Clock& clock_;
  const Settings& settings_;
  Guarded<std::map<std::string, Entry>> entries_;
};

}  // namespace openstrat::federation
