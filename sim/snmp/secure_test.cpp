// Version 3: discovery, every security level, reports, the time window.
#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "sim/snmp/test_manager.hpp"

namespace openstrat::sim::snmp {
namespace {

using testing::Manager;

const std::string kEngine("\x80\x00\x3a\x8c\x04", 5);

/// One user at one engine, as a manager has it.
struct Secure {
  std::string user = "public";
  std::string engine = kEngine;
  std::uint8_t flags = kReportable;
  AuthProtocol authentication = AuthProtocol::md5;
  PrivProtocol encryption = PrivProtocol::des;
  std::string authentication_password = "first-password";
  std::string encryption_password = "second-password";
  std::int32_t boots = 1;
  std::int32_t time = 0;

  std::string write(const Pdu& pdu) const {
    KeyCache keys;
    const std::string key = keys.key(authentication, authentication_password, engine);
    std::string data = write_scoped_pdu(engine, "", write_pdu(pdu));
    const std::string salt = "saltsalt";
    SecureMessage message{.id = 99, .max_size = 65'507, .flags = flags, .model = 3, .engine_id = engine, .boots = boots, .time = time, .user = user};
    if ((flags & kEncrypted) != 0) {
      data = encrypt({encryption, keys.key(authentication, encryption_password, engine), boots, time}, salt, data);
      message.privacy = salt;
    }
    message.data = data;
    const std::string blank(kDigestSize, '\0');
    if ((flags & kAuthenticated) == 0) return write_secure_message(message);
    message.authentication = blank;
    std::string bytes = write_secure_message(message);
    const auto at = static_cast<std::size_t>(read_secure_message(bytes)->authentication.data() - bytes.data());
    return bytes.replace(at, kDigestSize, message_digest(authentication, key, bytes));
  }
  std::optional<ScopedPdu> read(const std::string& bytes) const {
    KeyCache keys;
    const auto message = read_secure_message(bytes);
    if (!message) return std::nullopt;
    if ((message->flags & kAuthenticated) != 0 &&
        !digest_matches(authentication, keys.key(authentication, authentication_password, engine), bytes, message->authentication)) {
      return std::nullopt;
    }
    if ((message->flags & kEncrypted) == 0) return read_scoped_pdu(message->data);
    const auto plain = decrypt({encryption, keys.key(authentication, encryption_password, engine), message->boots, message->time}, message->privacy, message->data);
    return plain ? read_scoped_pdu(*plain) : std::nullopt;
  }
};

const Pdu kAsk = Manager::request(PduType::get, {"1.3.6.1.2.1.1.5.0"});

/// The identity that the router tells, or the OID of its report.
std::string outcome(Manager& manager, const Secure& secure) {
  const std::string answer = manager.send(secure.write(kAsk));
  if (answer.empty()) return "no answer";
  const auto scoped = secure.read(answer);
  if (!scoped) return "unreadable";
  const Variable& variable = scoped->pdu.variables.front();
  return scoped->pdu.type == PduType::report ? to_text(variable.name) : Manager::show(variable.value);
}

void configure(Manager& manager, const std::string& more) {
  manager.device.run("/snmp community set [find name=public] authentication-password=first-password encryption-password=second-password " + more);
}

TEST(Usm, KeysAreThoseOfTheStandard) {
  KeyCache keys;
  const std::string engine("\0\0\0\0\0\0\0\0\0\0\0\x02", 12);
  const auto hex = [](const std::string& bytes) { return crypto::hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}); };
  EXPECT_EQ(hex(keys.key(AuthProtocol::md5, "maplesyrup", engine)), "526f5eed9fcce26f8964c2930787d82b");
  EXPECT_EQ(hex(keys.key(AuthProtocol::sha1, "maplesyrup", engine)), "6695febc9288e36282235fc7151f128497b38f3f");
}

TEST(Usm, AnEngineIsDiscovered) {
  Manager manager;
  Secure unknown;
  unknown.engine = "";
  unknown.user = "";
  const std::string answer = manager.send(unknown.write(Pdu{.type = PduType::get, .request_id = 7}));
  const auto message = read_secure_message(answer);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->engine_id, kEngine);
  EXPECT_EQ(message->boots, 1);
  const auto report = read_scoped_pdu(message->data);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->pdu.request_id, 7);
  EXPECT_EQ(to_text(report->pdu.variables.front().name), "1.3.6.1.6.3.15.1.1.4.0");
  manager.device.run("/snmp set engine-id-suffix=x1");
  const std::string again = manager.send(unknown.write(kAsk));
  EXPECT_EQ(read_secure_message(again)->engine_id, kEngine + "x1");
}

TEST(Usm, EveryLevelAndProtocolIsAnswered) {
  for (const char* authentication : {"MD5", "SHA1"}) {
    for (const char* encryption : {"DES", "AES"}) {
      Manager manager;
      configure(manager, std::string("authentication-protocol=") + authentication + " encryption-protocol=" + encryption);
      Secure secure;
      secure.authentication = std::string_view(authentication) == "MD5" ? AuthProtocol::md5 : AuthProtocol::sha1;
      secure.encryption = std::string_view(encryption) == "AES" ? PrivProtocol::aes : PrivProtocol::des;
      for (const int flags : {kReportable + 0, kReportable | kAuthenticated, kReportable | kAuthenticated | kEncrypted}) {
        secure.flags = static_cast<std::uint8_t>(flags);
        EXPECT_EQ(outcome(manager, secure), "MikroTik") << authentication << encryption << flags;
      }
    }
  }
}

TEST(Usm, WhatIsWrongIsReported) {
  Manager manager;
  configure(manager, "security=private");
  Secure secure;
  EXPECT_EQ(outcome(manager, secure), "1.3.6.1.6.3.15.1.1.1.0");
  secure.flags = kReportable | kAuthenticated;
  EXPECT_EQ(outcome(manager, secure), "1.3.6.1.6.3.15.1.1.1.0");
  secure.flags |= kEncrypted;
  EXPECT_EQ(outcome(manager, secure), "MikroTik");
  Secure wrong = secure;
  wrong.authentication_password = "not-the-password";
  EXPECT_EQ(outcome(manager, wrong), "1.3.6.1.6.3.15.1.1.5.0");
  wrong = secure;
  wrong.encryption_password = "not-the-password";
  EXPECT_EQ(outcome(manager, wrong), "1.3.6.1.6.3.15.1.1.6.0");
  wrong = secure;
  wrong.user = "nobody";
  EXPECT_EQ(outcome(manager, wrong), "1.3.6.1.6.3.15.1.1.3.0");
  wrong = secure;
  wrong.boots = 7;
  EXPECT_EQ(outcome(manager, wrong), "1.3.6.1.6.3.15.1.1.2.0");
  wrong.boots = 1;
  wrong.time = 151;
  EXPECT_EQ(outcome(manager, wrong), "1.3.6.1.6.3.15.1.1.2.0");
  // A community that asks for security is none for the older versions.
  EXPECT_FALSE(manager.ask(kAsk));
}

TEST(Usm, TheWindowMovesWithTheRouter) {
  Manager manager;
  configure(manager, "security=authorized");
  Secure secure;
  secure.flags = kReportable | kAuthenticated;
  manager.device.pass(std::chrono::minutes(10));
  EXPECT_EQ(outcome(manager, secure), "1.3.6.1.6.3.15.1.1.2.0");
  secure.time = 600;
  EXPECT_EQ(outcome(manager, secure), "MikroTik");
}

TEST(Usm, SourcesAreThoseOfTheCommunity) {
  Manager manager;
  configure(manager, "addresses=10.0.0.0/8");
  EXPECT_EQ(manager.send(Secure().write(kAsk)), "");
}

}  // namespace
}  // namespace openstrat::sim::snmp
