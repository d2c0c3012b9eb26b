// Rows that the router makes itself, brought up to date when somebody looks.
#include <algorithm>

#include <fmt/core.h>

#include "sim/behaviour/hotspot.hpp"
#include "sim/device/network.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

bool same_fields(const Row& row, const Row& other) {
  return std::ranges::equal(row.fields, other.fields, [](const Field& a, const Field& b) { return a.name == b.name && a.value == b.value; });
}

}  // namespace

void Network::refresh(std::string_view menu) {
  if (menu == "/ip/route") return sync_rows(menu, wanted_routes(), false);
  if (menu == "/ip/address") return sync_rows(menu, wanted_addresses(), false);
  if (menu == "/ppp/active") return sync_rows(menu, wanted_sessions(), false);
  if (menu == "/ip/hotspot/active") return sync_rows(menu, wanted_logins(), false);
  if (menu == "/ip/dns/cache") return sync_rows(menu, wanted_names(), false);
  if (menu == "/ip/firewall/connection") return sync_rows(menu, wanted_connections(), false);
  if (menu == "/ip/firewall/filter" || menu == "/ip/firewall/nat" || menu == "/ip/firewall/mangle" || menu == "/ip/firewall/raw") sync_rows(menu, wanted_rules(menu), true);
}

void Network::sync_rows(std::string_view menu, const std::vector<WantedRow>& wanted, bool on_top) {
  Config& config = router_.config();
  std::vector<Row> rows;
  for (const WantedRow& each : wanted) {
    Row row{.id = each.id, .dynamic = true};
    for (const auto& [name, value] : each.fields) row.set(name, value);
    rows.push_back(std::move(row));
  }
  std::vector<bool> there(rows.size(), false);
  std::vector<RowId> gone;
  for (const FoundRow& found : config.rows(menu)) {
    if (!found.row->dynamic) continue;
    std::size_t at = 0;
    while (at < rows.size() && (there[at] || (rows[at].id != 0 && rows[at].id != found.row->id) || !same_fields(rows[at], *found.row))) ++at;
    if (at == rows.size()) gone.push_back(found.row->id);
    else there[at] = true;
  }
  if (!gone.empty()) config.remove(menu, gone);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!there[i]) config.insert(menu, std::move(rows[i]), on_top ? i : static_cast<std::size_t>(-1));
  }
}

std::vector<Network::WantedRow> Network::wanted_routes() const {
  std::vector<WantedRow> wanted;
  for (const Route& route : routes().all()) {
    if (route.origin == RouteOrigin::fixed) continue;
    WantedRow row;
    row.fields = {{"dst-address", route.destination.to_string()}, {"distance", std::to_string(route.distance)}, {"scope", std::to_string(route.scope)}};
    row.fields.emplace_back("gateway", route.hops.front().gateway);
    if (!route.pref_src.empty()) row.fields.emplace_back(router_.version() < Version{7, 0, 0} ? "pref-src" : "local-address", route.pref_src);
    if (route.table != "main") row.fields.emplace_back("routing-table", route.table);
    wanted.push_back(std::move(row));
  }
  return wanted;
}

std::vector<Network::WantedRow> Network::wanted_addresses() const {
  std::vector<WantedRow> wanted;
  for (const LocalAddress& each : interfaces().addresses()) {
    if (each.origin == "static") continue;
    const std::string network = each.network.empty() ? each.address.network().address().to_string() : each.network;
    wanted.push_back({.fields = {{"address", each.address.to_string()}, {"network", network}, {"interface", each.interface}}});
  }
  return wanted;
}

std::vector<Network::WantedRow> Network::wanted_rules(std::string_view menu) const {
  std::vector<WantedRow> wanted;
  const bool fast = std::ranges::any_of(router_.config().rows("/ip/firewall/filter"), [&](const FoundRow& found) {
    const Settings rule(router_.config(), found);
    return rule.get("action") == "fasttrack-connection" && rule.enabled();
  });
  const auto add_dummy = [&](const char* chain) {
    wanted.push_back({.fields = {{"action", "passthrough"}, {"chain", chain}, {"comment", "special dummy rule to show fasttrack counters"}}});
  };
  if (fast && menu == "/ip/firewall/filter") add_dummy("forward");
  if (fast && menu == "/ip/firewall/raw") add_dummy("prerouting");
  if (fast && menu == "/ip/firewall/mangle") {
    for (const char* chain : {"prerouting", "forward", "postrouting"}) add_dummy(chain);
  }
  for (RuleFields& rule : hotspot_rules(router_.config(), menu)) wanted.push_back({.fields = std::move(rule)});
  return wanted;
}

std::vector<Network::WantedRow> Network::wanted_sessions() const {
  std::vector<WantedRow> wanted;
  for (const PppSession& each : world_.sessions) {
    wanted.push_back({.fields = {{"name", each.user}, {"service", each.service}, {"caller-id", each.caller}, {"address", each.remote}, {"encoding", ""},
                                 {"session-id", fmt::format("0x{:08X}", 0x81700000 + each.number)}},
                      .id = each.number});
  }
  return wanted;
}

std::vector<Network::WantedRow> Network::wanted_logins() const {
  std::vector<WantedRow> wanted;
  for (const HotspotLogin& each : world_.logins) {
    wanted.push_back({.fields = {{"server", each.server}, {"user", each.user}, {"address", each.address}, {"mac-address", each.mac}, {"login-by", each.login_by}}, .id = each.number});
  }
  return wanted;
}

std::vector<Network::WantedRow> Network::wanted_names() const {
  std::vector<WantedRow> wanted;
  for (const auto& [key, cached] : names_) {
    if (cached.expires <= router_.elapsed()) continue;
    const std::string name = key.substr(key.find(' ') + 1);
    for (const std::string& data : cached.answer.data) wanted.push_back({.fields = {{"name", name}, {"type", cached.answer.type}, {"data", data}, {"address", data}}});
  }
  return wanted;
}

std::vector<Network::WantedRow> Network::wanted_connections() const {
  std::vector<WantedRow> wanted;
  for (const Connection& each : firewall_.connections) {
    const bool ports = Packet{.protocol = each.protocol}.has_ports();
    const auto text = [&](const IpAddress& address, std::uint16_t port) { return ports ? endpoint_text(address, port) : address.to_string(); };
    const auto yes_no = [](bool value) { return std::string(value ? "yes" : "no"); };
    WantedRow row{.fields = {{"protocol", protocol_name(each.protocol)}, {"src-address", text(each.original.source, each.original.source_port)},
                             {"dst-address", text(each.original.destination, each.original.destination_port)},
                             {"reply-src-address", text(each.reply.source, each.reply.source_port)},
                             {"reply-dst-address", text(each.reply.destination, each.reply.destination_port)},
                             {"seen-reply", yes_no(each.seen_reply)}, {"srcnat", yes_no(each.source_nat)}, {"dstnat", yes_no(each.destination_nat)},
                             {"fasttrack", yes_no(each.fasttrack)}, {"orig-bytes", std::to_string(each.original_bytes)},
                             {"orig-packets", std::to_string(each.original_packets)}, {"repl-bytes", std::to_string(each.reply_bytes)},
                             {"repl-packets", std::to_string(each.reply_packets)}},
                  .id = each.number};
    if (!each.mark.empty()) row.fields.emplace_back("connection-mark", each.mark);
    if (!each.tcp_state.empty()) row.fields.emplace_back("tcp-state", each.tcp_state);
    if (each.expires > router_.elapsed()) wanted.push_back(std::move(row));
  }
  return wanted;
}

}  // namespace openstrat::sim
