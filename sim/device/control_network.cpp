#include "sim/device/control_network.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

#include "sim/behaviour/packet_request.hpp"
#include "sim/device/network.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

namespace json = boost::json;
using Answer = Result<json::object>;

std::string text_of(const json::object& request, std::string_view name) {
  const json::value* value = request.if_contains(name);
  if (value == nullptr) return {};
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

std::optional<bool> flag_of(const json::object& request, std::string_view name) {
  const json::value* value = request.if_contains(name);
  return value != nullptr && value->is_bool() ? std::optional(value->get_bool()) : std::nullopt;
}

std::optional<double> number_of(const json::object& request, std::string_view name) {
  const json::value* value = request.if_contains(name);
  return value != nullptr && value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
}

json::array strings(const std::vector<std::string>& texts) {
  json::array all;
  for (const std::string& text : texts) all.emplace_back(text);
  return all;
}

json::object describe(const Judgement& judgement) {
  json::array trace;
  for (const Step& step : judgement.trace) {
    trace.push_back(json::object{{"table", step.table}, {"chain", step.chain}, {"rule", format_id(step.row)}, {"action", step.action}, {"effect", step.effect}, {"comment", step.comment}});
  }
  json::array additions;
  for (const ListAddition& each : judgement.additions) additions.push_back(json::object{{"list", each.list}, {"address", each.address}});
  const Packet& packet = judgement.packet;
  return {{"verdict", fate_name(judgement.fate)},
          {"reason", judgement.reason},
          {"path", judgement.path},
          {"route", judgement.route},
          {"connection_state", judgement.connection_state},
          {"fasttracked", judgement.fasttracked},
          {"reject_with", judgement.reject_with},
          {"packet", json::object{{"protocol", protocol_name(packet.protocol)}, {"src", packet.source_text()}, {"dst", packet.destination_text()}, {"in", packet.in_interface},
                                  {"out", packet.out_interface}, {"ttl", packet.ttl}, {"packet_mark", packet.packet_mark}, {"connection_mark", packet.connection_mark},
                                  {"routing_mark", packet.routing_mark}}},
          {"trace", std::move(trace)},
          {"additions", std::move(additions)},
          {"log", strings(judgement.log)},
          {"not_modelled", strings(judgement.not_modelled)}};
}

Answer packet(Router& router, const json::object& request) {
  PacketWords words;
  for (const json::key_value_pair& each : request) {
    if (each.key() == "do" || each.key() == "router" || each.key() == "rehearse") continue;
    words.emplace(each.key(), text_of(request, each.key()));
  }
  auto packet = read_packet(words);
  if (!packet) return std::unexpected(packet.error());
  return describe(router.network().send(std::move(*packet), flag_of(request, "rehearse").value_or(false)));
}

Answer interface(Router& router, const json::object& request) {
  const std::string name = text_of(request, "name");
  if (router.network().interfaces().find(name) == nullptr) return fail(Errc::not_found, "there is no such interface");
  router.network().set_line(name, [&](Line& line) {
    line.up = flag_of(request, "up").value_or(line.up);
    line.internet = flag_of(request, "internet").value_or(line.internet);
    line.dhcp = flag_of(request, "dhcp").value_or(line.dhcp);
    if (const auto latency = number_of(request, "latency_ms")) line.latency = Duration(static_cast<std::int64_t>(*latency * 1000));
    if (const auto loss = number_of(request, "loss_percent")) line.loss_percent = static_cast<int>(*loss);
  });
  const Interface* now = router.network().interfaces().find(name);
  return json::object{{"running", now->running}};
}

Answer host(Router& router, const json::object& request) {
  const std::string address = text_of(request, "address");
  if (address.empty()) return fail(Errc::invalid, "a host needs its address");
  router.network().change_world([&](World& world) {
    FarHost& host = world.hosts[address];
    host.up = flag_of(request, "up").value_or(host.up);
    if (const auto latency = number_of(request, "latency_ms")) host.latency = Duration(static_cast<std::int64_t>(*latency * 1000));
    if (const auto status = number_of(request, "http_status")) host.http_status = static_cast<int>(*status);
    if (const json::value* closed = request.if_contains("closed_ports"); closed != nullptr && closed->is_array()) {
      host.closed_ports.clear();
      for (const json::value& port : closed->get_array()) {
        if (port.is_int64()) host.closed_ports.push_back(static_cast<std::uint16_t>(port.get_int64()));
      }
    }
  });
  return json::object{};
}

Answer dhcp_client(Router& router, const json::object& request) {
  const std::string interface = text_of(request, "interface");
  if (flag_of(request, "bound") == false) {
    router.network().set_line(interface, [](Line& line) { line.dhcp = false; });
    return json::object{};
  }
  const auto address = Cidr::parse(text_of(request, "address"));
  if (request.contains("address") && !address) return fail(Errc::invalid, "address is ADDRESS/LENGTH");
  router.network().set_line(interface, [](Line& line) { line.dhcp = true; });
  if (!address) return json::object{};
  router.network().change_world([&](World& world) {
    ClientLease lease{.address = *address, .gateway = text_of(request, "gateway"), .server = text_of(request, "server"), .dns = text_of(request, "dns")};
    if (lease.server.empty()) lease.server = lease.gateway;
    world.leases[interface] = std::move(lease);
  });
  return json::object{};
}

Answer lease(Router& router, const json::object& request) {
  const auto address = router.network().lease({.server = text_of(request, "server"), .mac = text_of(request, "mac"), .address = text_of(request, "address"),
                                               .host_name = text_of(request, "host_name"), .bound = flag_of(request, "bound").value_or(true)});
  if (!address) return std::unexpected(address.error());
  return json::object{{"address", *address}};
}

Answer ppp(Router& router, const json::object& request) {
  const std::string user = text_of(request, "user");
  if (flag_of(request, "up") == false) {
    if (!router.network().disconnect_ppp(user)) return fail(Errc::not_found, "this user is not connected");
    return json::object{};
  }
  PppSession session{.user = user, .service = text_of(request, "service"), .caller = text_of(request, "caller"), .remote = text_of(request, "address")};
  const std::optional<std::string> password = request.contains("password") ? std::optional(text_of(request, "password")) : std::nullopt;
  const auto connected = router.network().connect_ppp(std::move(session), password);
  if (!connected) return std::unexpected(connected.error());
  return json::object{{"interface", connected->interface}, {"local", connected->local}, {"remote", connected->remote}};
}

Answer vpn(Router& router, const json::object& request) {
  const bool up = flag_of(request, "up").value_or(true);
  const std::string name = text_of(request, "name");
  if (name.empty()) {
    router.network().change_world([up](World& world) { world.tunnels_connect = up; });
    return json::object{};
  }
  if (!router.network().set_tunnel(name, up, text_of(request, "local"), text_of(request, "remote"))) return fail(Errc::not_found, "there is no such tunnel client");
  return json::object{};
}

Answer garden(Router& router, const json::object& request) {
  GardenQuery query{.host = text_of(request, "host"), .server = text_of(request, "server"), .mac = text_of(request, "mac"), .client = IpAddress::parse(text_of(request, "client")),
                    .destination = IpAddress::parse(text_of(request, "destination"))};
  std::string url = text_of(request, "url");
  if (!url.empty()) {
    query.port = url.starts_with("https:") ? 443 : 80;
    if (const std::size_t scheme = url.find("://"); scheme != std::string::npos) url.erase(0, scheme + 3);
    const std::size_t slash = std::min(url.find('/'), url.size());
    const std::string authority = url.substr(0, slash);
    if (query.host.empty()) query.host = authority.substr(0, authority.find(':'));
    if (slash < url.size()) query.path = url.substr(slash);
  }
  if (const auto port = number_of(request, "port")) query.port = static_cast<std::uint16_t>(*port);
  const GardenVerdict verdict = router.network().garden(query);
  static constexpr std::string_view kWords[] = {"open", "login", "refused"};
  return json::object{{"answer", kWords[static_cast<int>(verdict.answer)]}, {"why", verdict.why}};
}

Answer hotspot(Router& router, const json::object& request) {
  if (request.contains("logout")) {
    if (!router.network().hotspot_logout(text_of(request, "logout"))) return fail(Errc::not_found, "nobody of that name or address is logged in");
    return json::object{};
  }
  if (!request.contains("user")) return garden(router, request);
  const LoginRequest login{.server = text_of(request, "server"), .user = text_of(request, "user"), .password = text_of(request, "password"), .chap_id = text_of(request, "chap_id"),
                           .chap_challenge = text_of(request, "chap_challenge"), .mac = text_of(request, "mac"), .address = text_of(request, "client")};
  const LoginVerdict verdict = router.network().hotspot_login(login);
  return json::object{{"accepted", verdict.accepted}, {"error", verdict.error}, {"server", verdict.server}, {"profile", verdict.profile}, {"login_by", verdict.login_by}};
}

Answer resolve(Router& router, const json::object& request) {
  const std::string type = text_of(request, "type");
  const auto client = IpAddress::parse(text_of(request, "client"));
  if (request.contains("client") && !client) return fail(Errc::invalid, "client is an address");
  const auto answer = router.network().resolve_for({.name = text_of(request, "name"), .type = type.empty() ? "A" : type}, client, text_of(request, "in"), text_of(request, "server"));
  json::object out{{"status", name_status_text(answer.name.status)}, {"type", answer.name.type}, {"data", strings(answer.name.data)}, {"why", answer.name.why},
                   {"answered_by", answer.answered_by}, {"not_modelled", strings(answer.name.not_modelled)}};
  if (client) out["packet"] = describe(answer.packet);
  return out;
}

Answer world_name(Router& router, const json::object& request) {
  const std::string name = text_of(request, "name");
  const std::string address = text_of(request, "address");
  if (name.empty()) return fail(Errc::invalid, "a name is needed");
  router.network().change_world([&](World& world) {
    if (address.empty()) world.names.erase(name);
    else world.names[name] = address;
  });
  return json::object{};
}

Answer device_mode(Router& router, const json::object& request) {
  router.set_device_mode({{"mode", text_of(request, "mode")}});
  return json::object{};
}

}  // namespace

std::optional<Result<json::object>> answer_network(Router& router, std::string_view word, const json::object& request) {
  using Handler = Answer (*)(Router&, const json::object&);
  static constexpr std::pair<std::string_view, Handler> kHandlers[] = {{"packet", packet},   {"interface", interface}, {"host", host},         {"dhcp-client", dhcp_client},
                                                                       {"lease", lease},     {"ppp", ppp},             {"vpn", vpn},           {"hotspot", hotspot},
                                                                       {"resolve", resolve}, {"name", world_name},     {"device-mode", device_mode}};
  for (const auto& [name, handler] : kHandlers) {
    if (name == word) return handler(router, request);
  }
  return std::nullopt;
}

}  // namespace openstrat::sim
