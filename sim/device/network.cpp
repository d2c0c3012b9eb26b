#include "sim/device/network.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/config/dates.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr Duration kAfterBoot = std::chrono::seconds(1);
constexpr Duration kCheckInterval = std::chrono::seconds(10);
constexpr int kMissesUntilDead = 2;
constexpr std::string_view kLists[] = {"/ip/firewall/address-list", "/ipv6/firewall/address-list"};

/// Menus whose rows change which interfaces run or where packets go.
bool moves_routes(std::string_view menu) {
  return menu.starts_with("/interface") || menu.starts_with("/routing/") || menu.starts_with("/ip/route") || menu == "/ip/address" || menu == "/ip/dhcp-client" ||
         menu == "/ipv6/address" || menu == "/ipv6/route";
}

std::string_view lasting_list(std::string_view menu) { return menu == kLists[0] ? kLists[0] : kLists[1]; }

}  // namespace

Network::Network(Router& router) : router_(router), netwatch_(router, *this), alive_(std::make_shared<bool>(true)) { world_.seed = router.spec().seed; }

void Network::start() {
  running_ = true;
  forget_pictures();
  netwatch_.start();
  settle_timer_ = router_.services().loop.after(kAfterBoot, [this] {
    settle_timer_.reset();
    settle();
  });
}

void Network::stop() {
  running_ = settling_ = false;
  alive_ = std::make_shared<bool>(true);
  EventLoop& loop = router_.services().loop;
  for (auto* timer : {&gateway_timer_, &expiry_timer_, &settle_timer_}) {
    if (*timer) loop.cancel(**timer);
    timer->reset();
  }
  for (const auto& [name, timer] : tunnel_timers_) loop.cancel(timer);
  tunnel_timers_.clear();
  netwatch_.stop();
  firewall_ = {};
  world_.tunnels.clear();
  world_.dialing.clear();
  world_.carried.clear();
  world_.peers.clear();
  world_.sessions.clear();
  world_.logins.clear();
  leased_.clear();
  leases_.clear();
  expiries_.clear();
  names_.clear();
  link_downs_.clear();
  dead_.clear();
  misses_.clear();
  forget_pictures();
}

const Config& Network::router_config() const { return router_.config(); }

void Network::set_line(const std::string& interface, const std::function<void(Line&)>& change) {
  const bool before = world_.line(interface).up;
  change_world([&](World& world) { change(world.lines[interface]); });
  const bool now = world_.line(interface).up;
  if (before == now) return;
  if (!now) ++link_downs_[interface];
  if (const Interface* moved = interfaces().find(interface)) router_.row_changed(moved->menu, moved->row, Change::changed);
  router_.write_log("interface,info", now ? interface + " link up (speed 1G, full duplex)" : interface + " link down");
}

void Network::forget_pictures() const {
  interfaces_.reset();
  for (auto& routes : routes_) routes.reset();
}

const Interfaces& Network::interfaces() const {
  if (interfaces_ == nullptr) interfaces_ = std::make_unique<Interfaces>(router_.config(), world_);
  return *interfaces_;
}

const Routes& Network::routes(bool v6) const {
  auto& kept = routes_[v6 ? 1 : 0];
  if (kept == nullptr) kept = std::make_unique<Routes>(router_.config(), interfaces(), world_, dead_, v6);
  return *kept;
}

void Network::change_world(const std::function<void(World&)>& change) {
  change(world_);
  forget_pictures();
  settle_soon();
}

void Network::row_changed(std::string_view menu, RowId row, Change change) {
  const bool removed = change == Change::removed;
  if (menu == "/tool/netwatch") return netwatch_.row_changed(row, change);
  if (menu == kLists[0] || menu == kLists[1]) {
    if (removed) expiries_.erase({lasting_list(menu), row});
    else keep_timeout(menu, row);
    return;
  }
  if (removed && menu == "/ip/firewall/connection") std::erase_if(firewall_.connections, [row](const Connection& each) { return each.number == row; });
  if (removed && menu == "/ppp/active") {
    for (std::size_t i = 0; i < world_.sessions.size(); ++i) {
      if (world_.sessions[i].number == row) return end_session(i);
    }
  }
  if (removed && menu == "/ip/hotspot/active") {
    for (std::size_t i = 0; i < world_.logins.size(); ++i) {
      if (world_.logins[i].number == row) return end_login(i);
    }
  }
  if (removed && menu == "/ip/dhcp-server/lease") leases_.erase(row);
  if (removed && menu.starts_with("/ip/firewall/")) firewall_.counters.erase({menu, row});
  if (!moves_routes(menu)) return;
  forget_pictures();
  settle_soon();
}

void Network::settle_soon() {
  if (!running_ || settling_ || settle_timer_) return;
  settling_ = true;
  router_.services().loop.soon([this, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    settling_ = false;
    settle();
  });
}

void Network::settle() {
  if (!running_) return;
  settle_tunnels();
  settle_clients();
  arm_gateway_checks();
}

// ---- gateways -----------------------------------------------------------------------------------------------------

void Network::arm_gateway_checks() {
  const auto checked = [](const Route& route) { return route.enabled && !route.check_gateway.empty() && route.check_gateway != "none"; };
  const bool wanted = std::ranges::any_of(routes().all(), checked);
  if (!wanted || gateway_timer_) return;
  gateway_timer_ = router_.services().loop.after(kCheckInterval, [this] {
    gateway_timer_.reset();
    check_gateways();
  });
}

/// Two tests in a row without an answer and the gateway counts as gone; one answer brings it back.
void Network::check_gateways() {
  std::set<std::string> gateways;
  for (const Route& route : routes().all()) {
    if (!route.enabled || route.check_gateway.empty() || route.check_gateway == "none") continue;
    for (const NextHop& hop : route.hops) gateways.insert(hop.gateway);
  }
  bool moved = false;
  for (const std::string& gateway : gateways) {
    const std::size_t percent = gateway.find('%');
    const auto address = IpAddress::parse(gateway.substr(0, std::min(percent, gateway.find('@'))));
    if (!address) continue;
    EchoRequest request{.route = {.destination = *address}};
    if (percent != std::string::npos) request = {.route = request.route, .interface = gateway.substr(percent + 1), .on_link = true};
    int& misses = misses_[gateway];
    misses = echo(request).answered ? 0 : misses + 1;
    if (misses == 0) moved = dead_.erase(gateway) > 0 || moved;
    else if (misses >= kMissesUntilDead) moved = dead_.insert(gateway).second || moved;
  }
  if (moved) {
    forget_pictures();
    settle_soon();
  }
  arm_gateway_checks();
}

Echo Network::echo(const EchoRequest& request) { return send_echo(routes(!request.route.destination.is_v4()), interfaces(), world_, request, router_.rng()); }

std::optional<IpAddress> Network::address_of(std::string_view host) const {
  if (const auto literal = IpAddress::parse(host)) return literal;
  if (const auto known = router_.static_address(host)) return IpAddress::parse(*known);
  const auto named = world_.names.find(host);
  return named == world_.names.end() ? std::nullopt : IpAddress::parse(named->second);
}

bool Network::online() const {
  if (!world_.link) return false;
  if (world_.lines.empty()) return true;
  const IpAddress far = IpAddress::v4(0xC6336401);  // 198.51.100.1: any place beyond the default route
  const auto leads_away = [](const Route& route) { return route.enabled && route.destination.prefix_length() <= 1; };
  const RouteChoice choice = routes().find({.destination = far});
  if (choice.leaves()) return interfaces().line(choice.hop->interface).internet;
  return std::ranges::none_of(routes().all(), leads_away);  // without any, the test network of the machine carries it
}

// ---- packets ------------------------------------------------------------------------------------------------------

Judgement Network::send(Packet packet, bool rehearse) {
  for (const std::string_view menu : {"/ip/firewall/filter", "/ip/firewall/nat", "/ip/firewall/mangle", "/ip/firewall/raw"}) refresh(menu);
  FirewallState state = firewall_;
  const FirewallInputs inputs{.config = router_.config(), .interfaces = interfaces(), .routes = routes(packet.v6()), .world = world_, .rng = router_.rng(),
                              .wall = router_.clock(), .now = router_.elapsed()};
  Judgement judgement = judge(inputs, state, std::move(packet));
  if (rehearse) return judgement;
  firewall_ = std::move(state);
  take_additions(judgement.additions);
  for (const std::string& line : judgement.log) router_.write_log("firewall,info", line);
  return judgement;
}

void Network::take_additions(const std::vector<ListAddition>& additions) {
  Config& config = router_.config();
  for (const ListAddition& each : additions) {
    const std::string_view menu = kLists[each.v6 ? 1 : 0];
    const Table* table = config.table(menu);
    const RowId* known = table == nullptr ? nullptr : table->find_key(each.list + "\n" + each.address);
    if (known != nullptr) {
      const auto expiry = expiries_.find({menu, *known});
      if (expiry != expiries_.end() && each.timeout) expiry->second = router_.elapsed() + *each.timeout;
      continue;
    }
    Row row{.dynamic = !each.permanent};
    row.set("address", each.address);
    row.set("creation-time", format_date_time(router_.clock(), router_.version()));
    row.set("list", each.list);
    const RowId id = config.insert(menu, std::move(row));
    if (each.timeout) expiries_[{menu, id}] = router_.elapsed() + *each.timeout;
    router_.row_changed(menu, id, Change::added);
  }
  arm_expiry();
}

/// The time-out of an entry counts down: it becomes a fact, not a property.
void Network::keep_timeout(std::string_view menu, RowId id) {
  Config& config = router_.config();
  const FoundRow found = config.find(menu, id);
  const std::string* timeout = found ? found.row->find("timeout") : nullptr;
  const auto length = timeout == nullptr ? std::nullopt : parse_duration(*timeout);
  if (!length) return;
  Row* row = config.edit(menu).find(id);
  row->unset("timeout");
  if (*length <= Duration(0)) return;
  row->dynamic = true;
  const Duration at = router_.elapsed() + *length;
  expiries_[{lasting_list(menu), id}] = at;
  if (!expiry_timer_ || at < expiry_at_) arm_expiry();
}

void Network::arm_expiry() {
  EventLoop& loop = router_.services().loop;
  if (expiry_timer_) loop.cancel(*expiry_timer_);
  expiry_timer_.reset();
  if (expiries_.empty()) return;
  expiry_at_ = std::ranges::min_element(expiries_, {}, &std::pair<const ListEntry, Duration>::second)->second;
  expiry_timer_ = loop.after(std::max(expiry_at_ - loop.elapsed(), Duration(0)), [this] {
    expiry_timer_.reset();
    expire();
  });
}

void Network::expire() {
  for (const std::string_view menu : kLists) {
    std::vector<RowId> over;
    for (const auto& [entry, at] : expiries_) {
      if (entry.first == menu && at <= router_.elapsed()) over.push_back(entry.second);
    }
    if (over.empty()) continue;
    router_.config().remove(menu, over);
    for (const RowId id : over) {
      expiries_.erase({menu, id});
      router_.row_changed(menu, id, Change::removed);
    }
  }
  arm_expiry();
}

void Network::reset_counters(std::string_view menu, const std::vector<RowId>& rows) {
  for (auto& [rule, counter] : firewall_.counters) {
    const bool wanted = rows.empty() || std::ranges::find(rows, rule.second) != rows.end();
    if (rule.first == menu && wanted) counter = {};
  }
}

// ---- hooks --------------------------------------------------------------------------------------------------------

void Network::run_hook(std::string_view source, const std::string& name, Variables variables) {
  if (source.empty() || !running_) return;
  JobRequest request;
  const FoundRow script = router_.config().find_named("/system/script", source);
  const std::string* free = script ? script.row->find("dont-require-permissions") : nullptr;
  const std::string* policy = free != nullptr && *free == "yes" ? script.row->find("policy") : nullptr;
  request.source = router_.source_of(source);
  request.name = name;
  request.user = "*sys";
  const bool unbound = free != nullptr && *free == "yes";
  request.policies = !unbound ? Policies::of_hook() : policy == nullptr ? Policies::all() : Policies::parse(*policy);
  request.variables = std::move(variables);
  if (!router_.run(std::move(request))) router_.write_log("script,error", "too many scripts are running, a hook was not started");
}

}  // namespace openstrat::sim
