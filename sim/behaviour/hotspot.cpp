#include "sim/behaviour/hotspot.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/lang/encoding.hpp"
#include "sim/lang/host.hpp"
#include "sim/lang/operators.hpp"

namespace openstrat::sim {
namespace {

/// What http-chap sends instead of the password.
std::string md5_hex(const std::string& bytes) { return convert(Value::str(bytes), {}, "hex", "md5").to_text(); }

bool any_hotspot(const Config& config) {
  return std::ranges::any_of(config.rows("/ip/hotspot"), [&](const FoundRow& found) { return Settings(config, found).enabled(); });
}

/// `*` and `?`; a regular expression after a colon.
bool host_matches(std::string_view pattern, const std::string& host) {
  if (pattern.empty()) return true;
  if (!pattern.starts_with(':')) return matches_wildcard(pattern, host);
  try {
    return Matcher().matches(host, std::string(pattern.substr(1)));
  } catch (const ScriptError&) {
    return false;
  }
}

bool address_in(std::string_view text, const std::optional<IpAddress>& address) {
  if (text.empty()) return true;
  const bool negated = text.starts_with('!');
  const auto cidr = Cidr::parse(negated ? text.substr(1) : text);
  return cidr && address && cidr->contains(*address) != negated;
}

bool entry_matches(const Settings& entry, const GardenQuery& query) {
  const std::string_view server = entry.get("server");
  const std::string_view ports = entry.get("dst-port");
  const std::string_view method = entry.get("method");
  return (server.empty() || server == "all" || server == query.server) && host_matches(entry.get("dst-host"), query.host) &&
         (ports.empty() || in_ranges(ports, query.port).value_or(false)) && (method.empty() || text::equal_ignoring_case(method, query.method)) &&
         host_matches(entry.get("path"), query.path) && address_in(entry.get("src-address"), query.client) && address_in(entry.get("dst-address"), query.destination);
}

std::vector<RuleFields> garden_returns(const Config& config, bool to_client) {
  std::vector<RuleFields> rules;
  for (const FoundRow& found : config.rows("/ip/hotspot/walled-garden/ip")) {
    const Settings entry(config, found);
    const std::string_view to = entry.get("dst-address");
    if (!entry.enabled() || to.empty()) continue;
    RuleFields rule{{"chain", to_client ? "hs-unauth-to" : "hs-unauth"}};
    const std::string_view action = entry.get("action");
    rule.emplace_back("action", action == "accept" ? "return" : std::string(action));
    rule.emplace_back(to_client ? "src-address" : "dst-address", std::string(to));
    for (const std::string_view name : {"protocol", "dst-port"}) {
      const std::string_view value = entry.get(name);
      if (!value.empty()) rule.emplace_back(to_client && name == "dst-port" ? "src-port" : name, std::string(value));
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

RuleFields rule(std::string_view chain, std::string_view action, RuleFields rest) {
  RuleFields all{{"chain", std::string(chain)}, {"action", std::string(action)}};
  all.insert(all.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
  return all;
}

void append(std::vector<RuleFields>& rules, std::vector<RuleFields> more) {
  rules.insert(rules.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<RuleFields> filter_rules(const Config& config) {
  std::vector<RuleFields> rules{
      rule("forward", "jump", {{"jump-target", "hs-unauth"}, {"hotspot", "from-client,!auth"}}),
      rule("forward", "jump", {{"jump-target", "hs-unauth-to"}, {"hotspot", "to-client,!auth"}}),
      rule("input", "jump", {{"jump-target", "hs-input"}, {"hotspot", "from-client"}}),
      rule("input", "drop", {{"hotspot", "!from-client"}, {"protocol", "tcp"}, {"dst-port", "64872-64875"}}),
      rule("hs-input", "jump", {{"jump-target", "pre-hs-input"}}),
      rule("hs-input", "accept", {{"protocol", "udp"}, {"dst-port", "64872"}}),
      rule("hs-input", "accept", {{"protocol", "tcp"}, {"dst-port", "64872-64875"}}),
      rule("hs-input", "jump", {{"jump-target", "hs-unauth"}, {"hotspot", "!auth"}}),
  };
  append(rules, garden_returns(config, false));
  rules.push_back(rule("hs-unauth", "reject", {{"reject-with", "tcp-reset"}, {"protocol", "tcp"}}));
  rules.push_back(rule("hs-unauth", "reject", {{"reject-with", "icmp-net-prohibited"}}));
  append(rules, garden_returns(config, true));
  rules.push_back(rule("hs-unauth-to", "reject", {{"reject-with", "icmp-host-prohibited"}}));
  return rules;
}

std::vector<RuleFields> nat_rules(const Config& config) {
  std::vector<RuleFields> rules{
      rule("dstnat", "jump", {{"jump-target", "hotspot"}, {"hotspot", "from-client"}}),
      rule("hotspot", "jump", {{"jump-target", "pre-hotspot"}}),
      rule("hotspot", "redirect", {{"to-ports", "64872"}, {"protocol", "udp"}, {"dst-port", "53"}}),
      rule("hotspot", "redirect", {{"to-ports", "64872"}, {"protocol", "tcp"}, {"dst-port", "53"}}),
      rule("hotspot", "redirect", {{"to-ports", "64873"}, {"hotspot", "local-dst"}, {"protocol", "tcp"}, {"dst-port", "80"}}),
      rule("hotspot", "redirect", {{"to-ports", "64875"}, {"hotspot", "local-dst"}, {"protocol", "tcp"}, {"dst-port", "443"}}),
      rule("hotspot", "jump", {{"jump-target", "hs-unauth"}, {"hotspot", "!auth"}, {"protocol", "tcp"}}),
      rule("hotspot", "jump", {{"jump-target", "hs-auth"}, {"hotspot", "auth"}, {"protocol", "tcp"}}),
  };
  append(rules, garden_returns(config, false));
  for (const char* port : {"80", "3128", "8080"}) rules.push_back(rule("hs-unauth", "redirect", {{"to-ports", "64874"}, {"protocol", "tcp"}, {"dst-port", port}}));
  rules.push_back(rule("hs-unauth", "redirect", {{"to-ports", "64875"}, {"protocol", "tcp"}, {"dst-port", "443"}}));
  rules.push_back(rule("hs-unauth", "jump", {{"jump-target", "hs-smtp"}, {"protocol", "tcp"}, {"dst-port", "25"}}));
  rules.push_back(rule("hs-auth", "redirect", {{"to-ports", "64874"}, {"hotspot", "http"}, {"protocol", "tcp"}}));
  rules.push_back(rule("hs-auth", "jump", {{"jump-target", "hs-smtp"}, {"protocol", "tcp"}, {"dst-port", "25"}}));
  return rules;
}

/// The server that is meant, or the only one.
std::optional<Settings> server_of(const Config& config, const std::string& name) {
  for (const FoundRow& found : config.rows("/ip/hotspot")) {
    const Settings server(config, found);
    if (server.enabled() && (name.empty() || server.get("name") == name)) return server;
  }
  return std::nullopt;
}

}  // namespace

std::vector<RuleFields> hotspot_rules(const Config& config, std::string_view menu) {
  const bool filter = menu == "/ip/firewall/filter";
  if ((!filter && menu != "/ip/firewall/nat") || !any_hotspot(config)) return {};
  return filter ? filter_rules(config) : nat_rules(config);
}

GardenVerdict walled_garden(const Config& config, const World& world, const GardenQuery& query) {
  const std::string client = query.client ? query.client->to_string() : std::string();
  for (const FoundRow& found : config.rows("/ip/hotspot/ip-binding")) {
    const Settings binding(config, found);
    const std::string_view mac = binding.get("mac-address");
    const std::string_view address = binding.get("address");
    const bool same = (mac.empty() || text::equal_ignoring_case(mac, query.mac)) && address_in(address, query.client);
    if (!binding.enabled() || !same || (mac.empty() && address.empty())) continue;
    const std::string why = "ip-binding " + format_id(binding.id());
    if (binding.get("type") == "bypassed") return {GardenAnswer::open, why};
    if (binding.get("type") == "blocked") return {GardenAnswer::refused, why};
  }
  for (const HotspotLogin& login : world.logins) {
    const bool same = (!client.empty() && login.address == client) || (!query.mac.empty() && text::equal_ignoring_case(login.mac, query.mac));
    if (same) return {GardenAnswer::open, "logged in as " + login.user};
  }
  for (const std::string_view menu : {"/ip/hotspot/walled-garden", "/ip/hotspot/walled-garden/ip"}) {
    for (const FoundRow& found : config.rows(menu)) {
      const Settings entry(config, found);
      if (!entry.enabled() || !entry_matches(entry, query)) continue;
      const bool open = entry.get("action") == "allow" || entry.get("action") == "accept";
      return {open ? GardenAnswer::open : GardenAnswer::refused, fmt::format("{} {}", menu.substr(menu.find("walled")), format_id(entry.id()))};
    }
  }
  return {GardenAnswer::login, "no entry allows it"};
}

LoginVerdict judge_login(const Config& config, const World& world, const LoginRequest& request) {
  LoginVerdict verdict;
  const auto refuse = [&](std::string words) {
    verdict.error = std::move(words);
    return verdict;
  };
  const auto server = server_of(config, request.server);
  if (!server) return refuse("no such hotspot server");
  verdict.server = server->get("name");
  const FoundRow profile_row = config.find_named("/ip/hotspot/profile", server->get("profile"));
  const std::string methods(Settings(config, "/ip/hotspot/profile", profile_row.row).get("login-by"));
  const bool chap = !request.chap_id.empty();
  verdict.login_by = chap ? "http-chap" : "http-pap";
  const FoundRow user_row = config.find_named("/ip/hotspot/user", request.user);
  if (!user_row) return refuse("invalid username or password");
  const Settings user(config, user_row);
  const std::string_view known = user.get("password");
  const std::string_view only_server = user.get("server");
  const bool right = chap ? md5_hex(request.chap_id + std::string(known) + request.chap_challenge) == text::lower(request.password) : known == request.password;
  const bool method = methods.contains(verdict.login_by) || (!chap && methods.contains("https"));
  if (!user.enabled() || !right || !method || (only_server != "all" && only_server != verdict.server)) return refuse("invalid username or password");
  const std::string_view mac = user.get("mac-address");
  if (mac != "00:00:00:00:00:00" && !text::equal_ignoring_case(mac, request.mac)) return refuse("user " + request.user + " is not allowed to log in from this MAC address");
  verdict.profile = user.get("profile");
  const Settings profile(config, "/ip/hotspot/user/profile", config.find_named("/ip/hotspot/user/profile", verdict.profile).row);
  const auto shared = text::parse_int(profile.get("shared-users"));
  const auto active = std::ranges::count(world.logins, request.user, &HotspotLogin::user);
  if (shared && active >= *shared) return refuse("no more sessions are allowed for user " + request.user);
  verdict.accepted = true;
  return verdict;
}

}  // namespace openstrat::sim
