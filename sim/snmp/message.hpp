// SNMP messages of all three versions: bytes ↔ structs. Pure functions; anything malformed is nullopt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/snmp/ber.hpp"

namespace openstrat::sim::snmp {

inline constexpr std::size_t kMaxDatagram = 65'507;
inline constexpr std::size_t kMaxVariables = 2'000;  ///< of one request

/// A value as it goes over the wire.
struct Datum {
  std::uint8_t tag = kNull;
  std::string contents;

  static Datum integer(std::int64_t value) { return {kInteger, integer_contents(value)}; }
  static Datum octets(std::string_view bytes) { return {kOctets, std::string(bytes)}; }
  static Datum oid(const Oid& oid) { return {kOidTag, oid_contents(oid)}; }
  static Datum ip(std::uint32_t host_order);
  static Datum counter32(std::uint64_t value) { return {kCounter32, unsigned_contents(value & 0xFFFFFFFF)}; }
  static Datum gauge(std::uint64_t value) { return {kGauge32, unsigned_contents(value > 0xFFFFFFFF ? 0xFFFFFFFF : value)}; }
  static Datum ticks(std::uint64_t hundredths) { return {kTimeTicks, unsigned_contents(hundredths & 0xFFFFFFFF)}; }
  static Datum counter64(std::uint64_t value) { return {kCounter64, unsigned_contents(value)}; }
  static Datum marker(Tag tag) { return {tag, {}}; }
};

struct Variable {
  Oid name;
  Datum value;
};

enum class PduType : std::uint8_t { get = 0xA0, get_next = 0xA1, response = 0xA2, set = 0xA3, trap_v1 = 0xA4, get_bulk = 0xA5, inform = 0xA6, trap = 0xA7, report = 0xA8 };

enum class ErrorStatus : std::int32_t {
  none = 0, too_big = 1, no_such_name = 2, bad_value = 3, gen_err = 5, no_access = 6, wrong_type = 7, not_writable = 17, authorization = 16,
};

struct Pdu {
  PduType type = PduType::get;
  std::int32_t request_id = 0;
  std::int32_t error_status = 0;  ///< non-repeaters of a GETBULK
  std::int32_t error_index = 0;   ///< its max-repetitions
  std::vector<Variable> variables;
};

enum class SnmpVersion { v1 = 0, v2c = 1, v3 = 3 };

struct CommunityMessage {
  SnmpVersion version = SnmpVersion::v2c;
  std::string_view community;
  Pdu pdu;
};

enum SecurityFlag : std::uint8_t { kAuthenticated = 1, kEncrypted = 2, kReportable = 4 };

/// Views point into the datagram.
struct SecureMessage {
  std::int32_t id = 0;
  std::int32_t max_size = 0;
  std::uint8_t flags = 0;
  std::int32_t model = 0;
  std::string_view engine_id;
  std::int32_t boots = 0;
  std::int32_t time = 0;
  std::string_view user;
  std::string_view authentication;  ///< the digest
  std::string_view privacy;         ///< the salt
  std::string_view data;            ///< scoped PDU: an element when plain, cipher text when encrypted
};

struct ScopedPdu {
  std::string context_engine;
  std::string context_name;
  Pdu pdu;
};

/// What a datagram claims to be; nullopt: no SNMP.
std::optional<SnmpVersion> version_of(std::string_view datagram);
std::optional<CommunityMessage> read_community_message(std::string_view datagram);
std::optional<SecureMessage> read_secure_message(std::string_view datagram);
std::optional<ScopedPdu> read_scoped_pdu(std::string_view bytes);  ///< bytes behind it are padding
std::optional<Pdu> read_pdu(std::string_view bytes);

std::string write_variable(const Variable& variable);
std::string write_pdu(const Pdu& pdu);
/// As write_pdu(), the variables already written.
std::string write_pdu(const Pdu& pdu, std::string_view variables);
std::string write_community_message(SnmpVersion version, std::string_view community, std::string_view pdu);
std::string write_scoped_pdu(std::string_view context_engine, std::string_view context_name, std::string_view pdu);
std::string write_secure_message(const SecureMessage& message);

/// The trap form of version 1.
struct OldTrap {
  Oid enterprise;
  std::uint32_t agent_address = 0;
  std::int32_t generic = 0;
  std::int32_t specific = 0;
  std::uint64_t ticks = 0;
  std::vector<Variable> variables;
};
std::string write_old_trap(const OldTrap& trap);

}  // namespace openstrat::sim::snmp
