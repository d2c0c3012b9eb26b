// Services that the router gives its clients: hotspot logins and names.
#include <algorithm>

#include <fmt/core.h>

#include "sim/device/network.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr std::size_t kMaxNames = 512;  ///< in the cache of one router

}  // namespace

LoginVerdict Network::hotspot_login(const LoginRequest& request) {
  LoginVerdict verdict = judge_login(router_.config(), world_, request);
  if (!verdict.accepted) {
    router_.write_log("hotspot,info,debug", fmt::format("{} ({}): login failed: {}", request.user, request.address, verdict.error));
    return verdict;
  }
  world_.logins.push_back({.number = next_session_++, .server = verdict.server, .user = request.user, .address = request.address, .mac = request.mac,
                           .login_by = verdict.login_by, .since = router_.elapsed()});
  router_.write_log("hotspot,account,info,debug", fmt::format("{} ({}): logged in", request.user, request.address));
  const Settings profile(router_.config(), "/ip/hotspot/user/profile", router_.config().find_named("/ip/hotspot/user/profile", verdict.profile).row);
  run_hook(profile.get("on-login"), "on-login", {{"user", Value::str(request.user)}, {"username", Value::str(request.user)}, {"address", Value::str(request.address)},
                                                 {"mac-address", Value::str(request.mac)}, {"interface", Value::str("")}});
  return verdict;
}

bool Network::hotspot_logout(std::string_view who) {
  for (std::size_t i = 0; i < world_.logins.size(); ++i) {
    if (world_.logins[i].user != who && world_.logins[i].address != who) continue;
    end_login(i);
    return true;
  }
  return false;
}

void Network::end_login(std::size_t index) {
  const HotspotLogin login = world_.logins[index];
  world_.logins.erase(world_.logins.begin() + static_cast<std::ptrdiff_t>(index));
  router_.write_log("hotspot,account,info,debug", fmt::format("{} ({}): logged out: admin reset", login.user, login.address));
  const Settings user(router_.config(), "/ip/hotspot/user", router_.config().find_named("/ip/hotspot/user", login.user).row);
  const Settings profile(router_.config(), "/ip/hotspot/user/profile", router_.config().find_named("/ip/hotspot/user/profile", user.get("profile")).row);
  run_hook(profile.get("on-logout"), "on-logout", {{"user", Value::str(login.user)}, {"username", Value::str(login.user)}, {"address", Value::str(login.address)},
                                                   {"mac-address", Value::str(login.mac)}, {"cause", Value::str("admin reset")}});
}

NameAnswer Network::resolve(const NameQuery& query) {
  const std::string key = query.type + " " + query.name;
  const auto files = [this](std::string_view name) -> const std::string* {
    const StoredFile* file = router_.files().find(name);
    return file == nullptr ? nullptr : &file->contents;
  };
  NameAnswer answer = resolve_name(router_.config(), world_, query, files);
  const auto known = names_.find(key);
  if (answer.from_upstream && known != names_.end() && known->second.expires > router_.elapsed()) {
    answer = known->second.answer;
    answer.ttl = known->second.expires - router_.elapsed();
    answer.why = "cache";
  } else if (answer.from_upstream && answer.status == NameStatus::answered && (names_.size() < kMaxNames || known != names_.end())) {
    names_[key] = {answer, router_.elapsed() + answer.ttl};
  }
  if (answer.status == NameStatus::answered && !answer.address_list.empty() && (answer.type == "A" || answer.type == "AAAA")) {
    std::vector<ListAddition> additions;
    for (const std::string& data : answer.data) additions.push_back({.v6 = answer.type == "AAAA", .list = answer.address_list, .address = data, .timeout = answer.ttl});
    take_additions(additions);
  }
  return answer;
}

Network::ClientAnswer Network::resolve_for(const NameQuery& query, const std::optional<IpAddress>& client, const std::string& in_interface, const std::string& server) {
  ClientAnswer answer;
  if (!client) {
    answer.name = resolve(query);
    answer.answered_by = "this router";
    return answer;
  }
  Packet packet{.in_interface = in_interface, .source = *client, .source_port = 40'000, .destination_port = 53, .protocol = 17, .length = 64};
  if (packet.in_interface.empty()) {  // where its network is
    const RouteChoice back = routes(!client->is_v4()).find({.destination = *client});
    if (back.leaves()) packet.in_interface = back.hop->interface;
  }
  const LocalAddress* own = interfaces().address_of(packet.in_interface, !client->is_v4());
  const auto asked = server.empty() ? (own == nullptr ? std::nullopt : std::optional(own->address.address())) : IpAddress::parse(server);
  if (!asked) {
    answer.name.why = server.empty() ? "this router has no address where the client is" : "the server is no address";
    return answer;
  }
  packet.destination = *asked;
  answer.packet = send(packet, true);
  const bool accepted = answer.packet.fate == Fate::accepted;
  answer.name.why = std::string(fate_name(answer.packet.fate)) + ": " + answer.packet.reason;
  if (!accepted) return answer;
  if (answer.packet.path == "input") {
    const bool hotspot = answer.packet.packet.destination_port == 64'872;
    if (!hotspot && answer.packet.packet.destination_port != 53) {
      answer.name.why = fmt::format("redirected to port {}, where nothing listens", answer.packet.packet.destination_port);
    } else if (!hotspot && !Settings::record(router_.config(), "/ip/dns").yes("allow-remote-requests")) {
      answer.name.why = "allow-remote-requests=no";
    } else {
      answer.answered_by = "this router";
      answer.name = resolve(query);
    }
    return answer;
  }
  answer.answered_by = answer.packet.packet.destination.to_string();
  const auto known = world_.names.find(query.name);
  answer.name.type = query.type;
  answer.name.why = "asked " + answer.answered_by;
  answer.name.status = known == world_.names.end() ? NameStatus::no_such_name : NameStatus::answered;
  if (known != world_.names.end()) answer.name.data = {known->second};
  return answer;
}

}  // namespace openstrat::sim
