// Which application calls the token endpoint, and is it really that one? (RFC 6749 §2.3, RFC 7523 §2.2)
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "oidc/refusal.hpp"
#include "oidc/settings.hpp"
#include "oidc/types.hpp"

namespace openstrat::db {
class Database;
}

namespace openstrat::oidc {

class ClientService;
class Parameters;

class ClientAuthentication {
 public:
  /// How long an assertion may be good for, and so how long its id is remembered.
  static constexpr std::chrono::minutes kLongestAssertion{10};

  struct Dependencies {
    db::Database& database;
    ClientService& clients;
    const Clock& clock;
    const Settings& settings;
  };
  explicit ClientAuthentication(Dependencies dependencies) : deps_(dependencies) {}

  /// `authorization`: the header. A public client only says its name. Refuses with `invalid_client` (401) in the same words for an
  /// unknown client and a wrong secret.
  Answer<std::shared_ptr<const Client>> authenticate(const Parameters& form, std::optional<std::string_view> authorization);

 private:
  Answer<std::shared_ptr<const Client>> by_secret(std::string_view client_id, std::string_view secret);
  Answer<std::shared_ptr<const Client>> by_assertion(const Parameters& form);
  Answer<std::shared_ptr<const Client>> by_name(std::string_view client_id);

  Dependencies deps_;
};

}  // namespace openstrat::oidc
