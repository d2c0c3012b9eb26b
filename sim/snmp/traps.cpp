#include "sim/snmp/traps.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sim/device/outlet.hpp"

namespace openstrat::sim::snmp {
namespace {

constexpr std::uint16_t kTrapPort = 162;
const Oid kTrapName{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
const Oid kUptime{1, 3, 6, 1, 2, 1, 1, 3, 0};

RowValues settings(Router& router) { return RowValues(router, "/snmp", {"/snmp", router.config().record("/snmp")}); }

bool contains_word(const std::string& list, std::string_view word) {
  const auto words = text::split(list, ',');
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::uint64_t ticks(const Router& router) { return static_cast<std::uint64_t>(router.uptime() / std::chrono::milliseconds(10)); }

/// The address that version 1 puts into the trap.
std::uint32_t agent_address(const Router& router) {
  const auto ip = IpAddress::parse(own_address(router));
  return ip && ip->is_v4() ? ip->v4_value() : 0;
}

}  // namespace

Traps::Traps(Router& router, std::shared_ptr<KeyCache> keys) : router_(router), agent_(std::make_shared<Agent>(router, std::move(keys))) {
  watches_.push_back(router.watch_power([this](bool on) {
    if (!on) return running_.clear();
    settings_changed();
    if (generates("start-trap")) send({.generic = 0, .variables = {}});
  }));
  watches_.push_back(router.watch_rows("/snmp", [this](RowId, Change) { settings_changed(); }));
  watches_.push_back(router.watch_rows("/interface", [this](RowId row, Change) { interface_changed(row); }));
  settings_changed();
}

bool Traps::generates(std::string_view what) const {
  const RowValues values = settings(router_);
  return values.flag("enabled") && !values.text("trap-target").empty() && contains_word(values.text("trap-generators"), what);
}

/// Takes down how things are, so that only changes are told.
void Traps::settings_changed() {
  running_.clear();
  if (router_.power() != Power::on || !generates("interfaces")) return;
  for (const FoundRow& row : router_.config().rows("/interface")) running_[row.row->id] = runs(row);
}

bool Traps::runs(const FoundRow& interface) const { return RowValues(router_, "/interface", interface).flag("running"); }

bool Traps::is_watched(const FoundRow& interface) const {
  const std::string chosen = settings(router_).text("trap-interfaces");
  return contains_word(chosen, "all") || contains_word(chosen, RowValues(router_, "/interface", interface).text("name"));
}

void Traps::interface_changed(RowId row) {
  if (running_.empty()) return;
  const FoundRow interface = router_.config().find("/interface", row);
  if (!interface) {
    running_.erase(row);
    return;
  }
  const bool up = runs(interface);
  const auto known = running_.find(row);
  const bool changed = known != running_.end() && known->second != up;
  running_[row] = up;
  if (!changed || !is_watched(interface)) return;
  const bool disabled = RowValues(router_, "/interface", interface).flag("disabled");
  const Oid entry{1, 3, 6, 1, 2, 1, 2, 2, 1};
  send({.generic = up ? 3 : 2,
        .variables = {{joined(entry, {1, index_of(row)}), id_number(row)},
                      {joined(entry, {7, index_of(row)}), Datum::integer(disabled ? 2 : 1)},
                      {joined(entry, {8, index_of(row)}), Datum::integer(up ? 1 : 2)}}});
}

void Traps::send(const Trap& trap) {
  const RowValues values = settings(router_);
  const std::string bytes = message(trap);
  const std::string targets = values.text("trap-target");
  for (const std::string_view target : text::split(targets, ',')) {
    if (const auto to = destination(router_.spec(), target, kTrapPort)) send_datagram(router_, *to, values.text("src-address"), bytes);
  }
}

std::string Traps::message(const Trap& trap) {
  const RowValues values = settings(router_);
  const std::string name = values.text("trap-community");
  const auto community = find_community(router_, name);
  const auto version = values.number("trap-version").value_or(1);
  if (version == 1) {
    return write_community_message(SnmpVersion::v1, name,
                                   write_old_trap({.enterprise = {1, 3, 6, 1, 4, 1, 14988, 1}, .agent_address = agent_address(router_), .generic = trap.generic, .ticks = ticks(router_),
                                                   .variables = trap.variables}));
  }
  Pdu pdu{.type = PduType::trap, .request_id = static_cast<std::int32_t>(ticks(router_) & 0x7FFFFFFF)};
  pdu.variables = {{kUptime, Datum::ticks(ticks(router_))}, {kTrapName, Datum::oid({1, 3, 6, 1, 6, 3, 1, 1, 5, static_cast<std::uint32_t>(trap.generic) + 1})}};
  pdu.variables.insert(pdu.variables.end(), trap.variables.begin(), trap.variables.end());
  if (version == 2) return write_community_message(SnmpVersion::v2c, name, write_pdu(pdu));
  Community user;
  user.name = name;
  return agent_->secure(community.value_or(user), write_pdu(pdu));
}

}  // namespace openstrat::sim::snmp
