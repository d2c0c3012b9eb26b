#include "sim/behaviour/routes.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr int kMaxPasses = 10;  ///< recursion of gateways deeper than this stays unresolved
constexpr int kAnyScope = 256;

std::uint32_t mix(const std::optional<IpAddress>& source, const IpAddress& destination) {
  std::uint32_t hash = 2166136261U;
  const auto add = [&](const IpAddress& address) {
    for (const std::uint8_t byte : address.bytes()) hash = (hash ^ byte) * 16777619U;
  };
  if (source) add(*source);
  add(destination);
  return hash;
}

RouteKind kind_of(const Settings& row) {
  const std::string_view type = row.get("type");
  if (row.yes("blackhole") || type == "blackhole") return RouteKind::blackhole;
  if (type == "unreachable") return RouteKind::unreachable;
  return type == "prohibit" ? RouteKind::prohibit : RouteKind::unicast;
}

}  // namespace

bool Route::reachable() const {
  return kind != RouteKind::unicast || std::any_of(hops.begin(), hops.end(), [](const NextHop& hop) { return hop.reachable; });
}

std::string immediate_text(const NextHop& hop) {
  if (hop.interface.empty()) return {};
  return hop.immediate ? hop.immediate->to_string() + "%" + hop.interface : hop.interface;
}

std::string gateway_status(const Route& route) {
  std::string text;
  for (const NextHop& hop : route.hops) {
    text.append(text.empty() ? "" : ",").append(hop.gateway);
    if (!hop.reachable) text += " unreachable";
    else if (hop.recursive && hop.immediate) text += fmt::format(" recursive via {} {}", hop.immediate->to_string(), hop.interface);
    else text += hop.address ? " reachable via  " + hop.interface : " reachable";
  }
  return text;
}

Routes::Routes(const Config& config, const Interfaces& interfaces, const World& world, const DeadGateways& dead, bool v6)
    : v6_(v6), version7_(config.view().version >= Version{7, 0, 0}) {
  add_connected(interfaces);
  if (!v6_) add_given(config, interfaces, world);
  read_static(config);
  read_rules(config);
  resolve(interfaces, dead);
}

void Routes::read_static(const Config& config) {
  const std::string_view menu = v6_ ? "/ipv6/route" : "/ip/route";
  for (const FoundRow& found : config.rows(menu)) {
    const Settings row(config, found);
    if (row.dynamic()) continue;
    std::string_view to = row.get("dst-address");
    if (to.empty()) to = v6_ ? "::/0" : "0.0.0.0/0";
    const auto destination = Cidr::parse(to);
    if (!destination) continue;
    Route route{.row = row.id(), .kind = kind_of(row), .destination = destination->network(),
                .distance = static_cast<int>(row.number("distance", 1)), .scope = static_cast<int>(row.number("scope", 30)),
                .target_scope = static_cast<int>(row.number("target-scope", 10)), .pref_src = std::string(row.get("pref-src")),
                .check_gateway = std::string(row.get("check-gateway")), .enabled = row.enabled()};
    const std::string_view table = row.get(version7_ ? "routing-table" : "routing-mark");
    if (!table.empty()) route.table = table;
    if (route.kind == RouteKind::unicast) {
      for (const std::string_view word : text::split(row.get("gateway"), ',')) {
        if (!word.empty()) route.hops.push_back({.gateway = std::string(word)});
      }
    }
    routes_.push_back(std::move(route));
  }
}

void Routes::add_connected(const Interfaces& interfaces) {
  for (const LocalAddress& each : interfaces.addresses()) {
    if (each.address.address().is_v4() == v6_) continue;
    const auto remote = IpAddress::parse(each.network);
    const bool point = each.address.prefix_length() >= (v6_ ? 128 : 32) && remote;
    Route route{.origin = RouteOrigin::connected, .destination = point ? Cidr(*remote, v6_ ? 128 : 32) : each.address.network(),
                .distance = 0, .scope = 10, .target_scope = 5, .pref_src = each.address.address().to_string()};
    route.hops.push_back({.gateway = each.interface});
    routes_.push_back(std::move(route));
  }
}

void Routes::add_default(const std::string& gateway, int distance, RouteOrigin origin, std::string table) {
  Route route{.origin = origin, .table = std::move(table), .destination = Cidr(), .distance = distance};
  route.hops.push_back({.gateway = gateway});
  routes_.push_back(std::move(route));
}

void Routes::add_given(const Config& config, const Interfaces& interfaces, const World& world) {
  for (const FoundRow& found : config.rows("/ip/dhcp-client")) {
    const Settings client(config, found);
    const auto lease = client_lease(client, interfaces, world);
    if (!lease || client.get("add-default-route") == "no" || lease->gateway.empty()) continue;
    const int distance = static_cast<int>(client.number("default-route-distance", 1));
    const std::string_view tables = client.get("default-route-tables");
    for (const std::string_view table : text::split(tables.empty() ? "main" : tables, ',')) {
      add_default(lease->gateway, distance, RouteOrigin::dhcp, std::string(table));
    }
  }
  for (const Interface& interface : interfaces.all()) {
    if (!interface.running || !is_tunnel_client(interface.menu)) continue;
    const Settings client(config, config.find(interface.menu, interface.row));
    if (client.yes("add-default-route")) add_default(interface.name, static_cast<int>(client.number("default-route-distance", 1)), RouteOrigin::vpn, "main");
  }
}

void Routes::read_rules(const Config& config) {
  if (v6_) return;
  const std::string_view menu = version7_ ? "/routing/rule" : "/ip/route/rule";
  for (const FoundRow& found : config.rows(menu)) {
    const Settings row(config, found);
    if (!row.enabled()) continue;
    Rule rule{.interface = std::string(row.get("interface")), .mark = std::string(row.get("routing-mark")), .action = std::string(row.get("action")),
              .table = std::string(row.get("table"))};
    if (const std::string_view text = row.get("src-address"); !text.empty()) rule.source = Cidr::parse(text);
    if (const std::string_view text = row.get("dst-address"); !text.empty()) rule.destination = Cidr::parse(text);
    if (rule.table.empty()) rule.table = "main";
    rules_.push_back(std::move(rule));
  }
}

/// Gateways lean on routes, whose gateways lean on others: passes until nothing moves.
void Routes::resolve(const Interfaces& interfaces, const DeadGateways& dead) {
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    std::map<std::pair<std::string, int>, NextHop> known;  // of this pass: many routes share a gateway
    bool moved = false;
    std::vector<std::vector<NextHop>> next;
    for (const Route& route : routes_) {
      std::vector<NextHop> hops;
      for (const NextHop& hop : route.hops) {
        auto [at, fresh] = known.try_emplace({hop.gateway, route.target_scope}, NextHop{.gateway = hop.gateway});
        if (fresh) resolve_hop(route, at->second, interfaces);
        hops.push_back(at->second);
        const bool checked = !route.check_gateway.empty() && route.check_gateway != "none";
        if (checked && dead.contains(hop.gateway)) hops.back().reachable = false;
        moved = moved || hops.back().reachable != hop.reachable || hops.back().interface != hop.interface;
      }
      next.push_back(std::move(hops));
    }
    for (std::size_t i = 0; i < routes_.size(); ++i) routes_[i].hops = std::move(next[i]);
    choose();
    if (!moved) break;
  }
}

void Routes::resolve_hop(const Route& route, NextHop& hop, const Interfaces& interfaces) const {
  std::string_view text = hop.gateway;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) text = text.substr(0, at);
  if (const Interface* interface = interfaces.find(text); interface != nullptr || text.starts_with('<')) {
    hop.interface = text;
    hop.reachable = interfaces.running(text);
    return;
  }
  const std::size_t percent = text.find('%');
  hop.address = IpAddress::parse(text.substr(0, percent));
  if (!hop.address) return;
  if (percent != std::string_view::npos) {
    hop.interface = text.substr(percent + 1);
    hop.immediate = hop.address;
    hop.reachable = interfaces.running(hop.interface);
    return;
  }
  // v7 takes a static route for a gateway only when its scope is below the target scope; connected ones may equal it.
  const Route* through = best("main", *hop.address, route.target_scope);
  if (through == nullptr || through->kind != RouteKind::unicast) return;
  const auto first = std::find_if(through->hops.begin(), through->hops.end(), [](const NextHop& each) { return each.reachable; });
  if (first == through->hops.end()) return;
  hop.interface = first->interface;
  hop.reachable = true;
  hop.recursive = through->origin != RouteOrigin::connected;
  hop.immediate = hop.recursive ? first->immediate : hop.address;
}

/// Among reachable routes to the same destination in a table the least distance wins; equals share.
void Routes::choose() {
  std::map<std::pair<std::string, Cidr>, std::vector<Route*>> same;
  for (Route& route : routes_) {
    route.active = route.ecmp = false;
    if (route.enabled && route.reachable() && route.distance < 255) same[{route.table, route.destination}].push_back(&route);
  }
  for (auto& [where, candidates] : same) {
    const int least = (*std::min_element(candidates.begin(), candidates.end(), [](const Route* a, const Route* b) { return a->distance < b->distance; }))->distance;
    std::vector<Route*> winners;
    for (Route* route : candidates) {
      if (route->distance == least) winners.push_back(route);
    }
    const bool shares = version7_ || winners.front()->origin == RouteOrigin::connected;  // v6 lists several gateways in one route
    if (!shares) winners.resize(1);
    for (Route* route : winners) {
      route->active = true;
      route->ecmp = winners.size() > 1 || route->hops.size() > 1;
    }
  }
}

const Route* Routes::best(std::string_view table, const IpAddress& destination, int target_scope) const {
  const Route* found = nullptr;
  for (const Route& route : routes_) {
    if (!route.active || route.table != table || !route.destination.contains(destination)) continue;
    const bool strict = version7_ && route.origin != RouteOrigin::connected && target_scope != kAnyScope;
    if (strict ? route.scope >= target_scope : route.scope > target_scope) continue;
    if (found == nullptr || route.destination.prefix_length() > found->destination.prefix_length()) found = &route;
  }
  return found;
}

const Route* Routes::of_row(RowId row) const {
  const auto found = std::find_if(routes_.begin(), routes_.end(), [row](const Route& route) { return route.row == row; });
  return row == 0 || found == routes_.end() ? nullptr : &*found;
}

RouteChoice Routes::in_table(std::string_view table, const RouteQuery& query) const {
  const Route* route = best(table, query.destination, kAnyScope);
  if (route == nullptr) return {};
  RouteChoice choice{.route = route};
  std::vector<const NextHop*> hops;
  const Route* via = route;
  for (const Route& each : routes_) {  // the others of an ECMP group
    if (!each.active || each.table != route->table || each.destination != route->destination) continue;
    for (const NextHop& hop : each.hops) {
      if (hop.reachable) hops.push_back(&hop);
    }
  }
  if (route->kind == RouteKind::unicast && !hops.empty()) {
    choice.hop = hops[mix(query.source, query.destination) % hops.size()];
    for (const Route& each : routes_) {
      if (!each.hops.empty() && choice.hop >= each.hops.data() && choice.hop < each.hops.data() + each.hops.size()) via = &each;
    }
    choice.route = via;
  }
  static constexpr std::string_view kKinds[] = {"", "blackhole", "unreachable", "prohibit"};
  const std::string where = choice.hop != nullptr ? "via " + immediate_text(*choice.hop) : std::string(kKinds[static_cast<int>(route->kind)]);
  choice.why = fmt::format("{} {} (table {})", route->destination.to_string(), where, table);
  return choice;
}

RouteChoice Routes::find(const RouteQuery& query) const {
  if (!query.table.empty()) {
    RouteChoice asked = in_table(query.table, query);
    return asked.route != nullptr || query.table == "main" ? asked : in_table("main", query);
  }
  if (!query.mark.empty() && query.mark != "main") {
    if (RouteChoice marked = in_table(query.mark, query); marked.route != nullptr) return marked;
  }
  for (const Rule& rule : rules_) {
    const bool applies = (!rule.source || (query.source && rule.source->contains(*query.source))) &&
                         (!rule.destination || rule.destination->contains(query.destination)) &&
                         (rule.interface.empty() || rule.interface == query.in_interface) && (rule.mark.empty() || rule.mark == query.mark);
    if (!applies) continue;
    if (rule.action == "drop" || rule.action == "unreachable") return {.why = "routing rule: " + rule.action};
    RouteChoice choice = in_table(rule.table, query);
    if (choice.route != nullptr || rule.action == "lookup-only-in-table") return choice;
  }
  return in_table("main", query);
}

const Route* Routes::through(std::string_view interface, const RouteQuery& query) const {
  const std::string_view table = query.table.empty() ? std::string_view("main") : query.table;
  const Route* found = nullptr;
  for (const Route& route : routes_) {
    const bool here = std::any_of(route.hops.begin(), route.hops.end(), [&](const NextHop& hop) { return hop.reachable && hop.interface == interface; });
    if (!route.active || !here || route.table != table || !route.destination.contains(query.destination)) continue;
    if (found == nullptr || route.destination.prefix_length() > found->destination.prefix_length()) found = &route;
  }
  return found;
}

Echo send_echo(const Routes& routes, const Interfaces& interfaces, const World& world, const EchoRequest& request, Rng& rng) {
  const IpAddress& to = request.route.destination;
  if (to.is_loopback() || interfaces.local(to) != nullptr) return {.answered = true, .rtt = std::chrono::microseconds(90 + rng.below(60))};
  std::string leaves = request.interface;
  std::string gateway;
  bool on_link = request.on_link;
  const RouteChoice choice = routes.find(request.route);
  const Route* used = choice.leaves() && (leaves.empty() || choice.hop->interface == leaves) ? choice.route : nullptr;
  if (leaves.empty() && used != nullptr) leaves = choice.hop->interface;
  if (used == nullptr && !leaves.empty() && !on_link) used = routes.through(leaves, request.route);
  if (used == nullptr && !on_link) return {.status = "no route to host"};
  if (!on_link) {
    for (const NextHop& hop : used->hops) {
      if (hop.interface == leaves && hop.immediate) gateway = hop.immediate->to_string();
    }
    on_link = used->origin == RouteOrigin::connected || gateway == to.to_string();
  }
  const Line line = interfaces.line(leaves);
  const FarHost* host = world.host(to.to_string());
  const FarHost* router = gateway.empty() ? nullptr : world.host(gateway);
  const bool dead = !interfaces.running(leaves) || !line.up || (host != nullptr && !host->up) || (router != nullptr && !router->up) || (!on_link && !line.internet);
  if (dead || static_cast<int>(rng.below(100)) < line.loss_percent) return {.status = "timeout"};
  const Duration base = host != nullptr && host->latency ? *host->latency : line.latency;
  const auto spread = static_cast<std::uint64_t>(std::max<std::int64_t>(base.count() / 8, 1));
  return {.answered = true, .rtt = base + Duration(static_cast<std::int64_t>(rng.below(spread)))};
}

}  // namespace openstrat::sim
