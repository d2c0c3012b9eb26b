#include "sim/behaviour/firewall.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/behaviour/nat.hpp"

namespace openstrat::sim {
namespace {

constexpr int kMaxJumps = 32;

enum class Table { raw, mangle, nat, filter };
constexpr std::string_view kNames[] = {"raw", "mangle", "nat", "filter"};
constexpr std::string_view kMenus[] = {"/ip/firewall/raw", "/ip/firewall/mangle", "/ip/firewall/nat", "/ip/firewall/filter"};
constexpr std::string_view kMenus6[] = {"/ipv6/firewall/raw", "/ipv6/firewall/mangle", "/ipv6/firewall/nat", "/ipv6/firewall/filter"};

/// How a chain, or a rule, leaves the packet.
enum class Ruling { next, accept, returned, gone };

class Passage {
 public:
  Passage(const FirewallInputs& inputs, FirewallState& state, Packet packet);
  Judgement take();

 private:
  void run();
  void enter_bridges();
  bool raw();
  void track();
  bool known_fasttrack();
  void destination_nat();
  bool route_first();
  void route_again();
  bool to_router() const;
  bool reverse_path_fails() const;
  bool through(Table table, std::string_view chain);
  void leave();
  void input();
  void forward();
  void output();

  Ruling walk(Table table, std::string_view chain, int depth);
  Ruling apply(Table table, std::string_view chain, const Settings& rule, int depth);
  Ruling apply_filter(const Settings& rule, std::string_view action, Step& step);
  Ruling apply_nat(const Settings& rule, std::string_view action, Step& step);
  Ruling apply_mangle(const Settings& rule, std::string_view action, Step& step);
  void add_to_list(const Settings& rule, const IpAddress& address, Step& step);
  void count(Table table, const Settings& rule);
  void end(Fate fate, std::string reason);
  std::string_view menu(Table table) const { return (context_.packet.v6() ? kMenus6 : kMenus)[static_cast<int>(table)]; }

  const FirewallInputs& in_;
  MatchContext context_;
  const Packet arrived_;
  Sight sight_;
  bool tracked_ = true;
  bool ended_ = false;
  Judgement out_;
};

Passage::Passage(const FirewallInputs& inputs, FirewallState& state, Packet packet)
    : in_(inputs),
      context_{.config = inputs.config, .interfaces = inputs.interfaces, .routes = inputs.routes, .world = inputs.world, .state = state, .rng = inputs.rng,
               .wall = inputs.wall, .now = inputs.now, .packet = std::move(packet)},
      arrived_(context_.packet) {}

void Passage::end(Fate fate, std::string reason) {
  if (ended_) return;
  ended_ = true;
  out_.fate = fate;
  out_.reason = std::move(reason);
}

Judgement Passage::take() {
  run();
  if (!ended_ && tracked_) confirm(context_.state, arrived_, context_.connection, sight_, context_.now);
  out_.connection_state = tracked_name(context_.tracked);
  context_.packet.connection_mark = context_.connection.mark;
  out_.packet = context_.packet;
  out_.additions = std::move(context_.additions);
  return std::move(out_);
}

void Passage::run() {
  enter_bridges();
  const bool own = arrived_.in_interface.empty();
  if (own && !route_first()) return;
  if (!raw()) return;
  track();
  if (known_fasttrack()) return;
  if (own) return output();
  if (!through(Table::mangle, "prerouting")) return;
  destination_nat();
  if (ended_) return;
  if (reverse_path_fails()) return end(Fate::dropped, "rp-filter: the way back is another");
  if (to_router()) return input();
  forward();
}

void Passage::enter_bridges() {
  Packet& packet = context_.packet;
  const auto lift = [&](std::string& interface, std::string& port) {
    const std::string upper = in_.interfaces.upper(interface);
    if (upper == interface) return;
    port = interface;
    interface = upper;
  };
  lift(packet.in_interface, packet.in_bridge_port);
  if (!packet.out_interface.empty()) lift(packet.out_interface, packet.out_bridge_port);
}

bool Passage::raw() {
  return through(Table::raw, arrived_.in_interface.empty() ? "output" : "prerouting");
}

void Passage::track() {
  if (Settings::record(in_.config, "/ip/firewall/connection/tracking").get("enabled") == "no") tracked_ = false;
  const bool loose = Settings::record(in_.config, "/ip/firewall/connection/tracking").get("loose-tcp-tracking") != "no";
  if (tracked_) {
    sight_ = look_up(context_.state, context_.packet, context_.now, loose);
    context_.tracked = sight_.state;
  } else {
    context_.tracked = Tracked::untracked;
  }
  for (const Tracked each : {Tracked::new_, Tracked::established, Tracked::related, Tracked::invalid, Tracked::untracked}) {
    if (arrived_.state == tracked_name(each)) context_.tracked = each;
  }
  if (arrived_.state == "untracked") tracked_ = false;
  const Connection* known = tracked_ && sight_.connection != 0 ? find_connection(context_.state, sight_.connection) : nullptr;
  if (known != nullptr) {
    context_.connection = *known;
  } else {
    Connection& made = context_.connection;
    made.protocol = arrived_.protocol;
    made.original = made.reply = flow_of(context_.packet);
    std::swap(made.reply.source, made.reply.destination);
    if (context_.packet.has_ports()) std::swap(made.reply.source_port, made.reply.destination_port);
    made.mark = arrived_.connection_mark;
  }
}

/// Packets of a fasttracked connection pass by every table but raw; NAT is kept.
bool Passage::known_fasttrack() {
  if (sight_.connection == 0 || !context_.connection.fasttrack || !tracked_) return false;
  translate_before_routing(context_.packet, context_.connection, sight_.is_reply);
  if (to_router()) return false;
  route_again();
  if (ended_) return true;
  translate_when_leaving(context_.packet, context_.connection, sight_.is_reply);
  out_.fasttracked = true;
  out_.path = "forward";
  out_.reason = "fasttracked: the tables are passed by";
  for (const Table table : {Table::mangle, Table::filter}) {
    for (const FoundRow& found : in_.config.rows(menu(table))) {
      const Settings rule(in_.config, found);
      if (is_dummy_rule(rule)) count(table, rule);
    }
  }
  return true;
}

void Passage::destination_nat() {
  if (!tracked_) return;
  if (sight_.connection != 0) return translate_before_routing(context_.packet, context_.connection, sight_.is_reply);
  if (context_.tracked == Tracked::new_) through(Table::nat, arrived_.in_interface.empty() ? "output" : "dstnat");
}

bool Passage::to_router() const {
  const IpAddress& to = context_.packet.destination;
  const bool multicast = to.is_v4() ? to.v4_value() >> 28 == 14 : to.bytes()[0] == 0xFF;
  return to.is_loopback() || multicast || in_.interfaces.local(to) != nullptr || in_.interfaces.is_broadcast(to);
}

bool Passage::reverse_path_fails() const {
  const std::string_view filter = Settings::record(in_.config, "/ip/settings").get("rp-filter");
  if (context_.packet.v6() || (filter != "strict" && filter != "loose")) return false;
  const RouteChoice back = in_.routes.find({.destination = context_.packet.source});
  return !back.leaves() || (filter == "strict" && back.hop->interface != context_.packet.in_interface);
}

/// Where a packet of the router itself would leave; also gives it a source.
bool Passage::route_first() {
  Packet& packet = context_.packet;
  if (to_router()) {
    packet.out_interface = "lo";
    return true;
  }
  route_again();
  const bool nobody = packet.source == (packet.v6() ? *IpAddress::parse("::") : IpAddress::v4(0));
  const LocalAddress* own = in_.interfaces.address_of(packet.out_interface, packet.v6());
  if (!ended_ && nobody && own != nullptr) packet.source = own->address.address();
  return !ended_;
}

void Passage::route_again() {
  Packet& packet = context_.packet;
  const RouteChoice choice = in_.routes.find({.destination = packet.destination, .source = packet.source, .in_interface = packet.in_interface, .mark = packet.routing_mark});
  out_.route = choice.why;
  if (!arrived_.out_interface.empty()) {  // the caller says where it leaves
    if (out_.route.empty()) out_.route = "as asked, without a route";
    return;
  }
  if (!choice.leaves()) {
    const bool silent = choice.route != nullptr && choice.route->kind == RouteKind::blackhole;
    return end(silent ? Fate::dropped : Fate::unroutable, choice.why.empty() ? "no route to host" : choice.why);
  }
  packet.out_interface = choice.hop->interface;
}

bool Passage::through(Table table, std::string_view chain) {
  walk(table, chain, 0);
  return !ended_;
}

void Passage::input() {
  out_.path = "input";
  if (through(Table::mangle, "input") && through(Table::filter, "input")) out_.reason = "the router takes it";
}

void Passage::forward() {
  out_.path = "forward";
  if (Settings::record(in_.config, "/ip/settings").get("ip-forward") == "no" && !context_.packet.v6()) return end(Fate::dropped, "ip-forward=no");
  route_again();
  if (ended_) return;
  if (context_.packet.ttl <= 1) return end(Fate::dropped, "time to live exceeded in transit");
  --context_.packet.ttl;
  if (through(Table::mangle, "forward") && through(Table::filter, "forward")) leave();
}

void Passage::output() {
  out_.path = "output";
  const std::string before = context_.packet.routing_mark;
  if (!through(Table::mangle, "output")) return;
  destination_nat();
  if (ended_) return;
  if (context_.packet.routing_mark != before && context_.packet.out_interface != "lo") route_again();
  if (!ended_ && through(Table::filter, "output")) leave();
}

void Passage::leave() {
  if (!through(Table::mangle, "postrouting")) return;
  if (tracked_) {
    if (sight_.connection == 0 && context_.tracked == Tracked::new_ && !through(Table::nat, "srcnat")) return;
    translate_when_leaving(context_.packet, context_.connection, sight_.is_reply);
  }
  out_.reason = "leaves through " + context_.packet.out_interface;
}

void Passage::count(Table table, const Settings& rule) {
  RuleCounter& counter = context_.state.counters[{menu(table), rule.id()}];
  counter.bytes += static_cast<std::uint64_t>(std::max<std::int64_t>(context_.packet.length, 0));
  ++counter.packets;
}

Ruling Passage::walk(Table table, std::string_view chain, int depth) {
  if (depth > kMaxJumps) {
    end(Fate::dropped, "chains jump in a circle");
    return Ruling::gone;
  }
  for (const FoundRow& found : in_.config.rows(menu(table))) {
    const Settings rule(in_.config, found);
    if (rule.get("chain") != chain || !rule.enabled() || is_dummy_rule(rule)) continue;
    const RuleVerdict verdict = match_rule(context_, menu(table), rule);
    for (const std::string& property : verdict.not_modelled) {
      out_.not_modelled.push_back(fmt::format("{} {}: {}", kNames[static_cast<int>(table)], format_id(rule.id()), property));
    }
    if (!verdict.matches) continue;
    count(table, rule);
    const Ruling ruling = apply(table, chain, rule, depth);
    if (ruling != Ruling::next) return ruling;
  }
  return Ruling::next;
}

Ruling Passage::apply(Table table, std::string_view chain, const Settings& rule, int depth) {
  const std::string_view action = rule.get("action");
  Step step{.table = kNames[static_cast<int>(table)], .chain = std::string(chain), .row = rule.id(), .action = std::string(action), .comment = std::string(rule.get("comment"))};
  if (action == "log" || rule.yes("log")) out_.log.push_back(firewall_log_line(in_.config.view().version, rule.get("log-prefix"), chain, context_));
  Ruling ruling = Ruling::next;
  if (action == "jump") {
    step.effect = "to " + std::string(rule.get("jump-target"));
    out_.trace.push_back(std::move(step));
    ruling = walk(table, rule.get("jump-target"), depth + 1);
    return ruling == Ruling::returned ? Ruling::next : ruling;
  }
  if (action == "return") ruling = Ruling::returned;
  else if (action == "accept") ruling = Ruling::accept;
  else if (action == "add-src-to-address-list") add_to_list(rule, context_.packet.source, step);
  else if (action == "add-dst-to-address-list") add_to_list(rule, context_.packet.destination, step);
  else if (action == "notrack") tracked_ = false;
  else if (action != "log" && action != "passthrough") {
    if (table == Table::nat) ruling = apply_nat(rule, action, step);
    else if (table == Table::mangle) ruling = apply_mangle(rule, action, step);
    else ruling = apply_filter(rule, action, step);
  }
  out_.trace.push_back(std::move(step));
  return ruling;
}

Ruling Passage::apply_filter(const Settings& rule, std::string_view action, Step& step) {
  const std::string where = fmt::format("{} {} in {}", step.table, format_id(step.row), step.chain);
  if (action == "drop") end(Fate::dropped, where);
  else if (action == "tarpit") end(Fate::tarpitted, where);
  else if (action == "reject") {
    const std::string_view with = rule.get("reject-with");
    out_.reject_with = with.empty() ? (context_.packet.v6() ? "icmp-no-route" : "icmp-network-unreachable") : with;
    step.effect = "with " + out_.reject_with;
    end(Fate::rejected, where + ", " + out_.reject_with);
  } else if (action == "fasttrack-connection") {
    const bool can = !context_.packet.v6() && (context_.packet.protocol == 6 || context_.packet.protocol == 17);
    context_.connection.fasttrack = context_.connection.fasttrack || can;
    step.effect = can ? "later packets pass the tables by" : "not for this protocol";
    return Ruling::next;
  } else {
    out_.not_modelled.push_back(fmt::format("{} {}: action={}", step.table, format_id(step.row), action));
    return Ruling::next;
  }
  return Ruling::gone;
}

Ruling Passage::apply_nat(const Settings& rule, std::string_view action, Step& step) {
  const bool source = action == "src-nat" || action == "masquerade" || action == "same" || (action == "netmap" && step.chain != "dstnat" && step.chain != "output" && context_.packet.out_interface != "");
  const bool destination = action == "dst-nat" || action == "redirect" || (action == "netmap" && !source);
  if (!source && !destination) {
    out_.not_modelled.push_back(fmt::format("nat {}: action={}", format_id(step.row), action));
    return Ruling::next;
  }
  const auto target = nat_target(context_, rule, action);
  if (!target) {
    step.effect = "has no address to give";
    return Ruling::next;
  }
  step.effect = "to " + (context_.packet.has_ports() ? endpoint_text(target->address, target->port) : target->address.to_string());
  if (destination) translate_destination(context_, *target);
  else translate_source(context_, *target);
  return Ruling::accept;
}

Ruling Passage::apply_mangle(const Settings& rule, std::string_view action, Step& step) {
  Packet& packet = context_.packet;
  const auto moved = [](std::string_view change, int value) {
    const std::size_t colon = change.find(':');
    const int amount = static_cast<int>(text::parse_int(change.substr(colon == std::string_view::npos ? 0 : colon + 1)).value_or(value));
    if (change.starts_with("increment:")) return value + amount;
    return change.starts_with("decrement:") ? value - amount : amount;
  };
  const auto note = [&](std::string_view what, std::string_view value) { step.effect = fmt::format("{} {}", what, value); };
  if (action == "mark-connection") {
    context_.connection.mark = rule.get("new-connection-mark") == "no-mark" ? "" : rule.get("new-connection-mark");
    note("connection", rule.get("new-connection-mark"));
  } else if (action == "mark-packet") {
    packet.packet_mark = rule.get("new-packet-mark") == "no-mark" ? "" : rule.get("new-packet-mark");
    note("packet", rule.get("new-packet-mark"));
  } else if (action == "mark-routing") {
    packet.routing_mark = rule.get("new-routing-mark") == "main" ? "" : rule.get("new-routing-mark");
    note("routing", rule.get("new-routing-mark"));
  } else if (action == "change-ttl" || action == "change-hop-limit") {
    const std::string_view change = rule.get(action == "change-ttl" ? "new-ttl" : "new-hop-limit");
    packet.ttl = moved(change, packet.ttl);
    note("ttl", std::to_string(packet.ttl));
  } else if (action == "change-dscp") {
    packet.dscp = moved(rule.get("new-dscp"), packet.dscp);
    note("dscp", std::to_string(packet.dscp));
  } else if (action == "change-mss") {
    if (packet.mss != 0) packet.mss = moved(rule.get("new-mss"), packet.mss);
    note("mss", rule.get("new-mss"));
  } else if (action == "set-priority") {
    packet.priority = moved(rule.get("new-priority"), packet.priority);
    note("priority", rule.get("new-priority"));
  } else if (action == "route") {
    out_.not_modelled.push_back(fmt::format("mangle {}: action=route", format_id(step.row)));
    return Ruling::next;
  }  // what is left copies packets or strips options: nothing that this evaluation sees
  return rule.get("passthrough") == "no" ? Ruling::accept : Ruling::next;
}

void Passage::add_to_list(const Settings& rule, const IpAddress& address, Step& step) {
  const std::string_view timeout = rule.get("address-list-timeout");
  ListAddition addition{.v6 = context_.packet.v6(), .list = std::string(rule.get("address-list")), .address = address.to_string(), .permanent = timeout == "none-static"};
  if (const auto length = parse_duration(timeout); length && *length > Duration(0)) addition.timeout = *length;
  step.effect = fmt::format("{} into {}", addition.address, addition.list);
  context_.additions.push_back(std::move(addition));
}

}  // namespace

std::string_view fate_name(Fate fate) {
  switch (fate) {
    case Fate::accepted: return "accepted";
    case Fate::dropped: return "dropped";
    case Fate::rejected: return "rejected";
    case Fate::tarpitted: return "tarpitted";
    case Fate::unroutable: return "unroutable";
  }
  return {};
}

bool is_dummy_rule(const Settings& rule) { return rule.dynamic() && rule.get("action") == "passthrough" && rule.get("comment").starts_with("special dummy rule"); }

Judgement judge(const FirewallInputs& inputs, FirewallState& state, Packet packet) { return Passage(inputs, state, std::move(packet)).take(); }

std::string Judgement::to_text() const {
  std::string text = fmt::format("{}: {}\n", fate_name(fate), reason);
  if (!path.empty()) text += fmt::format("  path {}, connection-state {}{}\n", path, connection_state, fasttracked ? ", fasttracked" : "");
  if (!route.empty()) text += fmt::format("  route {}\n", route);
  for (const Step& step : trace) {
    text += fmt::format("  {:<6} {:<12} {:<5} {}{}{}{}\n", step.table, step.chain, format_id(step.row), step.action, step.effect.empty() ? "" : " ", step.effect,
                        step.comment.empty() ? "" : "   ;;; " + step.comment);
  }
  text += fmt::format("  {} {} -> {}{}\n", protocol_name(packet.protocol), packet.source_text(), packet.destination_text(),
                      packet.out_interface.empty() ? "" : " out:" + packet.out_interface);
  for (const ListAddition& each : additions) text += fmt::format("  list {} gets {}\n", each.list, each.address);
  for (const std::string& line : log) text += fmt::format("  log {}\n", line);
  for (const std::string& each : not_modelled) text += fmt::format("  not modelled, rule passed over: {}\n", each);
  return text;
}

}  // namespace openstrat::sim
