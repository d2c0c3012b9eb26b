// What `openstrat admin …` does: on the instance's database, while the server runs or not. Every function answers one line of JSON.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/instance.hpp"
#include "identity/user_service.hpp"

namespace openstrat::app {

/// `openstrat admin import-breached-passwords`: a list of SHA-1 hashes into the filter of this node; one line about what came of it.
Result<std::string> import_breached_passwords(const Config& config, const std::filesystem::path& list, const std::function<void(int percent)>& progress);

class Admin {
 public:
  explicit Admin(Instance& instance);
  ~Admin();

  /// {user_id, team_id, customer_id}
  Result<std::string> create_user(const std::string& email, const std::string& password, const std::string& team);
  /// {token, id, scopes}; empty scopes = all that a key may have, {"all"} = every scope there is
  Result<std::string> create_api_key(const std::string& team, const std::string& name, const std::vector<std::string>& scopes);
  /// {token, runbook_id, bootstrap_command}
  Result<std::string> create_runbook(const std::string& team, const std::string& name);
  /// {access_token, expires_at, issuer}; warns on standard error when the running server has another issuer
  Result<std::string> create_token(const std::string& email, const std::optional<std::string>& team);
  /// {sent_to, server}: delivered before this returns, or with Sending::queued put into the outbox for the server, {queued_to}.
  enum class Sending { now, queued };
  Result<std::string> send_test_mail(const std::string& to, Sending sending);
  /// {id, template, to, accepted_at, error}, a line each: what was refused or given up, newest first.
  Result<std::string> failed_mails();
  /// {queued_again}
  Result<std::string> retry_mails();

  /// {user_id}: the way back in for an owner who has lost every second factor
  Result<std::string> reset_mfa(const std::string& email);
  /// {user_id, operator}: who runs the installation, not only a team
  Result<std::string> set_operator(const std::string& email, identity::UserService::Operator wanted);
  /// {sites}: the search index, made anew
  Result<std::string> reindex();

 private:
  struct Parts;
  void warn_of_other_issuer();
  Result<Tenant> find_team(const std::string& id_or_name);
  std::unique_ptr<Parts> parts_;
};

}  // namespace openstrat::app
