// Somebody who asks a router by SNMP, without a network.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/device/test_router.hpp"
#include "sim/snmp/agent.hpp"

namespace openstrat::sim::snmp::testing {

struct Manager {
  explicit Manager(std::string_view version = "7.20.8", std::string_view model = "rb750gr3") : device(version, model) {
    device.run("/snmp set enabled=yes");
    agent = std::make_shared<Agent>(device.router, std::make_shared<KeyCache>());
  }

  /// The answer to a datagram; empty: none.
  std::string send(const std::string& datagram, std::string_view from = "192.0.2.9") {
    auto answer = std::make_shared<std::string>();
    agent->handle(datagram, *IpAddress::parse(from), [answer](std::string bytes) { *answer = std::move(bytes); });
    if (answer->empty()) device.services.loop.run_until([&] { return !answer->empty() || device.router.job_count() == 0; }, std::chrono::hours(1));
    return *answer;
  }

  std::optional<Pdu> ask(const Pdu& request, SnmpVersion version = SnmpVersion::v2c, std::string_view community = "public", std::string_view from = "192.0.2.9") {
    const std::string answer = send(write_community_message(version, community, write_pdu(request)), from);
    auto message = read_community_message(answer);
    return message ? std::optional(std::move(message->pdu)) : std::nullopt;
  }

  static Pdu request(PduType type, std::initializer_list<const char*> names, std::int32_t a = 0, std::int32_t b = 0) {
    Pdu pdu{.type = type, .request_id = 4711, .error_status = a, .error_index = b};
    for (const char* name : names) pdu.variables.push_back({*parse_oid(name), {}});
    return pdu;
  }
  /// One value as text: a number, the bytes, or `noSuchInstance` and the like.
  std::string get(const char* name, SnmpVersion version = SnmpVersion::v2c) {
    const auto answer = ask(request(PduType::get, {name}), version);
    if (!answer) return "no answer";
    if (answer->error_status != 0) return "error " + std::to_string(answer->error_status);
    return show(answer->variables.front().value);
  }
  std::string set(const char* name, Datum value) {
    Pdu pdu = request(PduType::set, {name});
    pdu.variables.front().value = std::move(value);
    const auto answer = ask(pdu);
    return answer ? std::to_string(answer->error_status) : "no answer";
  }
  std::vector<Variable> walk(SnmpVersion version = SnmpVersion::v2c, const char* from = "1.3") {
    std::vector<Variable> all;
    Oid at = *parse_oid(from);
    for (;;) {
      Pdu pdu{.type = PduType::get_next};
      pdu.variables.push_back({at, {}});
      const auto answer = ask(pdu, version);
      if (!answer || answer->error_status != 0 || answer->variables.front().value.tag == kEndOfMibView) return all;
      at = answer->variables.front().name;
      all.push_back(answer->variables.front());
    }
  }

  static std::string show(const Datum& value) {
    std::int64_t number = 0;
    Oid oid;
    switch (value.tag) {
      case kNoSuchObject: return "noSuchObject";
      case kNoSuchInstance: return "noSuchInstance";
      case kEndOfMibView: return "endOfMibView";
      case kOctets: return value.contents;
      case kOidTag: return read_oid(value.contents, oid) ? to_text(oid) : "?";
      case kIpAddress: return value.contents.size() == 4 ? IpAddress::v4(static_cast<std::uint8_t>(value.contents[0]) << 24 | static_cast<std::uint8_t>(value.contents[1]) << 16 |
                                                                      static_cast<std::uint8_t>(value.contents[2]) << 8 | static_cast<std::uint8_t>(value.contents[3])).to_string() : "?";
      default: return read_integer(value.contents, number) ? std::to_string(number) : "?";
    }
  }

  sim::testing::TestRouter device;
  std::shared_ptr<Agent> agent;
};

}  // namespace openstrat::sim::snmp::testing
