#include "sim/snmp/message.hpp"

#include <limits>

namespace openstrat::sim::snmp {
namespace {

constexpr std::int64_t kLeast32 = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t kMost32 = std::numeric_limits<std::int32_t>::max();

std::int32_t read_int32(BerReader& reader, std::int64_t least = kLeast32) { return static_cast<std::int32_t>(reader.integer(least, kMost32)); }

bool is_pdu(std::uint8_t tag) { return tag >= 0xA0 && tag <= 0xA8 && tag != static_cast<std::uint8_t>(PduType::trap_v1); }

void read_variables(BerReader& list, std::vector<Variable>& variables) {
  while (list.ok() && !list.at_end()) {
    if (variables.size() == kMaxVariables) return list.fail();
    BerReader one = list.enter(kSequence);
    Variable variable{one.oid(), {}};
    variable.value.contents = one.any(variable.value.tag);
    if (!one.finished()) return list.fail();
    variables.push_back(std::move(variable));
  }
}

}  // namespace

Datum Datum::ip(std::uint32_t host_order) {
  Datum datum{kIpAddress, {}};
  for (int shift = 24; shift >= 0; shift -= 8) datum.contents += static_cast<char>(host_order >> shift);
  return datum;
}

std::optional<SnmpVersion> version_of(std::string_view datagram) {
  BerReader outer(datagram);
  BerReader message = outer.enter(kSequence);
  const std::int64_t version = message.integer(0, 3);
  if (!message.ok() || version == 2) return std::nullopt;
  return static_cast<SnmpVersion>(version);
}

std::optional<Pdu> read_pdu(std::string_view bytes) {
  BerReader outer(bytes);
  const std::uint8_t tag = outer.next_tag();
  if (!is_pdu(tag)) return std::nullopt;
  BerReader reader = outer.enter(tag);
  Pdu pdu{.type = static_cast<PduType>(tag)};
  pdu.request_id = read_int32(reader);
  pdu.error_status = read_int32(reader);
  pdu.error_index = read_int32(reader);
  BerReader list = reader.enter(kSequence);
  read_variables(list, pdu.variables);
  if (!list.finished() || !reader.finished() || !outer.finished()) return std::nullopt;
  return pdu;
}

std::optional<CommunityMessage> read_community_message(std::string_view datagram) {
  BerReader outer(datagram);
  BerReader reader = outer.enter(kSequence);
  CommunityMessage message;
  message.version = reader.integer(0, 1) == 0 ? SnmpVersion::v1 : SnmpVersion::v2c;
  message.community = reader.contents(kOctets);
  const std::string_view element = reader.element();
  if (!reader.finished()) return std::nullopt;
  auto pdu = read_pdu(element);
  if (!pdu) return std::nullopt;
  message.pdu = std::move(*pdu);
  return message;
}

std::optional<SecureMessage> read_secure_message(std::string_view datagram) {
  BerReader outer(datagram);
  BerReader reader = outer.enter(kSequence);
  reader.integer(3, 3);
  SecureMessage message;
  BerReader header = reader.enter(kSequence);
  message.id = read_int32(header, 0);
  message.max_size = read_int32(header, 0);
  const std::string_view flags = header.contents(kOctets);
  message.model = read_int32(header, 1);
  if (!header.finished() || flags.size() != 1) return std::nullopt;
  message.flags = static_cast<std::uint8_t>(flags[0]);

  BerReader wrapped(reader.contents(kOctets));
  BerReader security = wrapped.enter(kSequence);
  message.engine_id = security.contents(kOctets);
  message.boots = read_int32(security, 0);
  message.time = read_int32(security, 0);
  message.user = security.contents(kOctets);
  message.authentication = security.contents(kOctets);
  message.privacy = security.contents(kOctets);
  if (!security.finished() || message.engine_id.size() > 32 || message.user.size() > 32) return std::nullopt;

  message.data = (message.flags & kEncrypted) != 0 ? reader.contents(kOctets) : reader.element();
  if (!reader.finished()) return std::nullopt;
  return message;
}

std::optional<ScopedPdu> read_scoped_pdu(std::string_view bytes) {
  BerReader outer(bytes);
  BerReader reader = outer.enter(kSequence);
  ScopedPdu scoped;
  scoped.context_engine = reader.contents(kOctets);
  scoped.context_name = reader.contents(kOctets);
  const std::string_view element = reader.element();
  if (!reader.finished() || scoped.context_engine.size() > 32 || scoped.context_name.size() > 32) return std::nullopt;
  auto pdu = read_pdu(element);
  if (!pdu) return std::nullopt;
  scoped.pdu = std::move(*pdu);
  return scoped;
}

std::string write_variable(const Variable& variable) {
  return ber_element(kSequence, ber_element(kOidTag, oid_contents(variable.name)) + ber_element(variable.value.tag, variable.value.contents));
}

std::string write_pdu(const Pdu& pdu, std::string_view variables) {
  return ber_element(static_cast<std::uint8_t>(pdu.type),
                     ber_integer(pdu.request_id) + ber_integer(pdu.error_status) + ber_integer(pdu.error_index) + ber_element(kSequence, variables));
}

std::string write_pdu(const Pdu& pdu) {
  std::string variables;
  for (const Variable& variable : pdu.variables) variables += write_variable(variable);
  return write_pdu(pdu, variables);
}

std::string write_community_message(SnmpVersion version, std::string_view community, std::string_view pdu) {
  return ber_element(kSequence, ber_integer(static_cast<int>(version)) + ber_octets(community) + std::string(pdu));
}

std::string write_scoped_pdu(std::string_view context_engine, std::string_view context_name, std::string_view pdu) {
  return ber_element(kSequence, ber_octets(context_engine) + ber_octets(context_name) + std::string(pdu));
}

std::string write_secure_message(const SecureMessage& message) {
  const char flags = static_cast<char>(message.flags);
  const std::string header = ber_integer(message.id) + ber_integer(message.max_size) + ber_octets({&flags, 1}) + ber_integer(message.model);
  const std::string security = ber_octets(message.engine_id) + ber_integer(message.boots) + ber_integer(message.time) + ber_octets(message.user) +
                               ber_octets(message.authentication) + ber_octets(message.privacy);
  const bool encrypted = (message.flags & kEncrypted) != 0;
  return ber_element(kSequence, ber_integer(3) + ber_element(kSequence, header) + ber_octets(ber_element(kSequence, security)) +
                                    (encrypted ? ber_octets(message.data) : std::string(message.data)));
}

std::string write_old_trap(const OldTrap& trap) {
  std::string variables;
  for (const Variable& variable : trap.variables) variables += write_variable(variable);
  const Datum address = Datum::ip(trap.agent_address);
  const Datum ticks = Datum::ticks(trap.ticks);
  return ber_element(static_cast<std::uint8_t>(PduType::trap_v1),
                     ber_element(kOidTag, oid_contents(trap.enterprise)) + ber_element(address.tag, address.contents) + ber_integer(trap.generic) +
                         ber_integer(trap.specific) + ber_element(ticks.tag, ticks.contents) + ber_element(kSequence, variables));
}

}  // namespace openstrat::sim::snmp
