// The SNMP agent of one router: a datagram in, at most one out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sim/snmp/mib.hpp"
#include "sim/snmp/settings.hpp"

namespace openstrat::sim::snmp {

/// Made at the first datagram; small. Belongs to the loop's thread.
class Agent : public std::enable_shared_from_this<Agent> {
 public:
  /// Called at most once for a datagram: at once, or when a script that was asked for has ended. Never after the agent is gone.
  using Reply = std::function<void(std::string)>;

  Agent(Router& router, std::shared_ptr<KeyCache> keys) : router_(router), keys_(std::move(keys)), salt_(static_cast<std::uint64_t>(router.elapsed().count())) {}

  void handle(std::string_view datagram, const IpAddress& from, const Reply& reply);

  /// A message of version 3 to somebody else (traps), secured as the community asks.
  std::string secure(const Community& user, std::string_view pdu);

 private:
  /// Who asks and how an answer goes back.
  struct Exchange {
    SnmpVersion version = SnmpVersion::v2c;
    Community who;
    std::size_t max_size = kMaxDatagram;
    std::function<std::string(std::string_view pdu)> wrap;
    Reply reply;
  };
  struct Security;

  void handle_community(std::string_view datagram, const IpAddress& from, const Reply& reply);
  void handle_secure(std::string_view datagram, const IpAddress& from, const Reply& reply);
  void report(const SecureMessage& message, std::uint32_t which, std::uint64_t count, const Security* security, const Reply& reply);
  std::string secure_message(const Security& security, std::string_view pdu, std::int32_t message_id, std::string_view context_name);

  void answer(Pdu request, Exchange exchange);
  void answer_reads(const Pdu& request, const Exchange& exchange);
  void answer_get(const Pdu& request, const Exchange& exchange, const std::vector<Datum>& script_outputs);
  void answer_next(const Pdu& request, const Exchange& exchange);
  void answer_bulk(const Pdu& request, const Exchange& exchange);
  void answer_set(Pdu request, Exchange exchange);
  void run_scripts(Pdu request, Exchange exchange, std::vector<Datum> outputs);
  void run_commands(Pdu request, Exchange exchange, std::vector<std::string> commands, std::size_t next);
  static void respond(const Pdu& request, const Exchange& exchange, std::string_view variables);
  static void refuse(const Pdu& request, const Exchange& exchange, ErrorStatus why, std::size_t index);
  /// Bytes that variables of an answer may take.
  static std::size_t room(const Exchange& exchange);

  struct Counts {
    std::uint64_t unsupported_levels = 0, not_in_time = 0, unknown_users = 0, unknown_engines = 0, wrong_digests = 0, decryption_errors = 0;
  };

  Router& router_;
  const std::shared_ptr<KeyCache> keys_;
  std::uint64_t salt_;  ///< the last one
  Counts counts_;
  int under_way_ = 0;  ///< requests that wait for scripts
};

}  // namespace openstrat::sim::snmp
