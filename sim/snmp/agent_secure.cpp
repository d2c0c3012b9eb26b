// Version 3: engine discovery, users, time window, reports (RFC 3412, RFC 3414).
#include <cstdlib>

#include "sim/snmp/agent.hpp"

namespace openstrat::sim::snmp {
namespace {

constexpr std::int32_t kModel = 3;  ///< user-based
constexpr std::int64_t kWindowSeconds = 150;
constexpr std::int32_t kSmallestMessage = 484;
const Oid kReports{1, 3, 6, 1, 6, 3, 15, 1, 1};

enum Report : std::uint32_t { kUnsupportedLevel = 1, kNotInTime = 2, kUnknownUser = 3, kUnknownEngine = 4, kWrongDigest = 5, kDecryption = 6 };

SecurityLevel level_of(std::uint8_t flags) {
  if ((flags & kEncrypted) != 0) return SecurityLevel::private_;
  return (flags & kAuthenticated) != 0 ? SecurityLevel::authorized : SecurityLevel::none;
}

}  // namespace

/// Level and keys for one user at this engine.
struct Agent::Security {
  SecurityLevel level = SecurityLevel::none;
  std::string user;
  AuthProtocol authentication = AuthProtocol::md5;
  PrivProtocol encryption = PrivProtocol::des;
  std::string authentication_key;
  std::string encryption_key;
  std::string engine;
  std::int32_t boots = 0;
  std::int32_t time = 0;
};

std::string Agent::secure_message(const Security& security, std::string_view pdu, std::int32_t message_id, std::string_view context_name) {
  const std::string scoped = write_scoped_pdu(security.engine, context_name, pdu);
  std::string salt;
  std::string data = scoped;
  SecureMessage message{.id = message_id,
                        .max_size = static_cast<std::int32_t>(kMaxDatagram),
                        .model = kModel,
                        .engine_id = security.engine,
                        .boots = security.boots,
                        .time = security.time,
                        .user = security.user};
  if (security.level == SecurityLevel::private_) {
    // Never twice under one key: the boot, and a number that counts up while it lasts.
    const std::uint64_t number = static_cast<std::uint64_t>(security.boots) << 32 | (++salt_ & 0xFFFFFFFF);
    for (int shift = 56; shift >= 0; shift -= 8) salt += static_cast<char>(number >> shift);
    data = encrypt({security.encryption, security.encryption_key, security.boots, security.time}, salt, scoped);
    message.flags |= kEncrypted;
    message.privacy = salt;
  }
  message.data = data;
  if (security.level == SecurityLevel::none) return write_secure_message(message);
  const std::string blank(kDigestSize, '\0');
  message.flags |= kAuthenticated;
  message.authentication = blank;
  std::string bytes = write_secure_message(message);
  const auto written = read_secure_message(bytes);
  const auto at = static_cast<std::size_t>(written->authentication.data() - bytes.data());
  return bytes.replace(at, kDigestSize, message_digest(security.authentication, security.authentication_key, bytes));
}

void Agent::report(const SecureMessage& message, std::uint32_t which, std::uint64_t count, const Security* security, const Reply& reply) {
  Pdu pdu{.type = PduType::report};
  if ((message.flags & kEncrypted) == 0) {
    const auto scoped = read_scoped_pdu(message.data);
    if (scoped) pdu.request_id = scoped->pdu.request_id;
    // Only what expects an answer gets one: two engines must not report to each other for ever.
    if ((message.flags & kReportable) == 0 && scoped && (scoped->pdu.type == PduType::response || scoped->pdu.type == PduType::report)) return;
  } else if ((message.flags & kReportable) == 0) {
    return;
  }
  pdu.variables.push_back({joined(kReports, {which, 0}), Datum::counter32(count)});
  Security plain;
  if (security == nullptr) {
    plain.engine = engine_id(router_);
    plain.user = message.user;
    plain.boots = router_.boots();
    plain.time = static_cast<std::int32_t>(router_.uptime() / std::chrono::seconds(1));
    security = &plain;
  }
  reply(secure_message(*security, write_pdu(pdu), message.id, {}));
}

void Agent::handle_secure(std::string_view datagram, const IpAddress& from, const Reply& reply) {
  const auto message = read_secure_message(datagram);
  if (!message || message->model != kModel || message->max_size < kSmallestMessage) return;
  const SecurityLevel level = level_of(message->flags);
  if (level == SecurityLevel::private_ && (message->flags & kAuthenticated) == 0) return;

  Security security{.level = level, .user = std::string(message->user), .engine = engine_id(router_), .boots = router_.boots()};
  security.time = static_cast<std::int32_t>(router_.uptime() / std::chrono::seconds(1));
  if (message->engine_id != security.engine) return report(*message, kUnknownEngine, ++counts_.unknown_engines, nullptr, reply);
  auto user = find_community(router_, message->user);
  if (user && !user->admits(from)) return;
  if (!user) return report(*message, kUnknownUser, ++counts_.unknown_users, nullptr, reply);

  const bool lacks_password = (level >= SecurityLevel::authorized && user->authentication_password.empty()) ||
                              (level == SecurityLevel::private_ && user->encryption_password.empty());
  if (level < user->security || lacks_password) return report(*message, kUnsupportedLevel, ++counts_.unsupported_levels, nullptr, reply);

  std::string plain;
  std::string_view data = message->data;
  if (level >= SecurityLevel::authorized) {
    security.authentication = user->authentication;
    security.authentication_key = keys_->key(user->authentication, user->authentication_password, security.engine);
    if (!digest_matches(user->authentication, security.authentication_key, datagram, message->authentication)) {
      return report(*message, kWrongDigest, ++counts_.wrong_digests, nullptr, reply);
    }
    if (message->boots != security.boots || std::abs(std::int64_t{message->time} - security.time) > kWindowSeconds) {
      Security signed_only = security;
      signed_only.level = SecurityLevel::authorized;
      return report(*message, kNotInTime, ++counts_.not_in_time, &signed_only, reply);
    }
  }
  if (level == SecurityLevel::private_) {
    security.encryption = user->encryption;
    security.encryption_key = keys_->key(user->authentication, user->encryption_password, security.engine);
    auto decrypted = decrypt({user->encryption, security.encryption_key, message->boots, message->time}, message->privacy, message->data);
    if (!decrypted) return report(*message, kDecryption, ++counts_.decryption_errors, nullptr, reply);
    plain = std::move(*decrypted);
    data = plain;
  }
  auto scoped = read_scoped_pdu(data);
  if (!scoped) {
    if (level == SecurityLevel::private_) report(*message, kDecryption, ++counts_.decryption_errors, nullptr, reply);
    return;
  }
  Exchange exchange;
  exchange.version = SnmpVersion::v3;
  exchange.who = std::move(*user);
  exchange.max_size = std::min(kMaxDatagram, static_cast<std::size_t>(message->max_size));
  exchange.wrap = [this, security, id = message->id, context = scoped->context_name](std::string_view pdu) { return secure_message(security, pdu, id, context); };
  exchange.reply = reply;
  answer(std::move(scoped->pdu), std::move(exchange));
}

std::string Agent::secure(const Community& user, std::string_view pdu) {
  Security security{.level = user.security, .user = user.name, .authentication = user.authentication, .encryption = user.encryption, .engine = engine_id(router_)};
  security.boots = router_.boots();
  security.time = static_cast<std::int32_t>(router_.uptime() / std::chrono::seconds(1));
  if (security.level >= SecurityLevel::authorized) security.authentication_key = keys_->key(user.authentication, user.authentication_password, security.engine);
  if (security.level == SecurityLevel::private_) security.encryption_key = keys_->key(user.authentication, user.encryption_password, security.engine);
  if (security.level >= SecurityLevel::authorized && security.authentication_key.empty()) security.level = SecurityLevel::none;
  if (security.level == SecurityLevel::private_ && security.encryption_key.empty()) security.level = SecurityLevel::authorized;
  return secure_message(security, pdu, static_cast<std::int32_t>(++salt_ & 0x7FFFFFFF), {});
}

}  // namespace openstrat::sim::snmp
