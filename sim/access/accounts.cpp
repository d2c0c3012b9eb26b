#include "sim/access/accounts.hpp"

#include <fmt/core.h>

#include "base/net.hpp"
#include "base/text.hpp"
#include "sim/config/dates.hpp"

namespace openstrat::sim {
namespace {

std::unexpected<Error> refused() { return fail(Errc::unauthenticated, "invalid user name or password (6)"); }

/// The policy that a service asks for.
std::optional<Policy> policy_of(std::string_view via) {
  if (via == "api" || via == "api-ssl") return Policy::api;
  if (via == "rest-api") return Policy::rest_api;
  if (via == "ssh") return Policy::ssh;
  if (via == "telnet") return Policy::telnet;
  if (via == "web" || via == "www" || via == "www-ssl") return Policy::web;
  if (via == "ftp") return Policy::ftp;
  if (via == "winbox") return Policy::winbox;
  if (via == "local") return Policy::local;
  return std::nullopt;
}

bool is_allowed_from(const std::string& networks, std::string_view peer) {
  if (networks.empty()) return true;
  const auto from = IpAddress::parse(peer);
  for (const std::string_view word : text::split(networks, ',')) {
    const auto network = Cidr::parse(word);
    if (from && network && network->contains(*from)) return true;
  }
  return false;
}

std::string value(const Row& row, std::string_view name) {
  const std::string* found = row.find(name);
  return found == nullptr ? std::string() : *found;
}

}  // namespace

std::optional<std::string> Accounts::password_of(std::string_view user) const {
  const FoundRow account = router_.config().find_named("/user", user);
  return account ? std::optional(value(*account.row, "password")) : std::nullopt;
}

Result<Login> Accounts::admit(std::string_view user, std::string_view via, std::string_view peer) const {
  const FoundRow account = router_.config().find_named("/user", user);
  if (!account || value(*account.row, "disabled") == "yes" || value(*account.row, "expired") == "yes") return refused();
  const auto policies = router_.policies_of(user);
  const auto needed = policy_of(via);
  if (!policies || (needed && !policies->has(*needed)) || !is_allowed_from(value(*account.row, "address"), peer)) return refused();
  return Login{.user = std::string(user), .group = value(*account.row, "group"), .policies = *policies, .via = std::string(via), .peer = std::string(peer)};
}

Result<Login> Accounts::check(std::string_view user, std::string_view password, std::string_view via, std::string_view peer) const {
  const auto known = password_of(user);
  if (!known || *known != password) return refused();
  return admit(user, via, peer);
}

Login Accounts::enter(Login login) {
  Config& config = router_.config();
  login.active = config.add_dynamic("/user/active", {{"name", login.user}, {"address", login.peer}, {"via", login.via}, {"group", login.group},
                                                     {"when", format_date_time(router_.clock(), router_.version())}});
  if (const FoundRow account = config.find_named("/user", login.user)) {
    config.assign("/user", account.row->id, "last-logged-in", format_date_time(router_.clock(), router_.version()));
  }
  router_.write_log("system,info,account", fmt::format("user {} logged in from {} via {}", login.user, login.peer, login.via));
  router_.row_changed("/user/active", login.active, Change::added);
  return login;
}

Result<Login> Accounts::login(std::string_view user, std::string_view password, std::string_view via, std::string_view peer) {
  auto found = check(user, password, via, peer);
  if (!found) {
    log_failure(user, via, peer);
    return found;
  }
  return enter(std::move(*found));
}

Result<Login> Accounts::login_proved(std::string_view user, std::string_view via, std::string_view peer) {
  auto found = admit(user, via, peer);
  if (!found) {
    log_failure(user, via, peer);
    return found;
  }
  return enter(std::move(*found));
}

void Accounts::log_failure(std::string_view user, std::string_view via, std::string_view peer) {
  router_.write_log("system,error,critical", fmt::format("login failure for user {} from {} via {}", user.substr(0, 64), peer, via));
}

void Accounts::logout(const Login& login) {
  if (router_.power() == Power::on) {
    router_.write_log("system,info,account", fmt::format("user {} logged out from {} via {}", login.user, login.peer, login.via));
  }
  if (!router_.config().find("/user/active", login.active)) return;  // somebody has removed it, or the power went
  router_.config().remove("/user/active", {login.active});
  router_.row_changed("/user/active", login.active, Change::removed);
}

}  // namespace openstrat::sim
