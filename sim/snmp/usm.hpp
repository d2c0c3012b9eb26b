// The cryptography of SNMPv3's user-based security model (RFC 3414, RFC 3826), as far as RouterOS has it. Nothing of OpenSSL shows here.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace openstrat::sim::snmp {

enum class AuthProtocol { md5, sha1 };
enum class PrivProtocol { des, aes };
enum class SecurityLevel { none = 0, authorized = 1, private_ = 2 };  ///< as `/snmp community security=` orders them

inline constexpr std::size_t kDigestSize = 12;  ///< HMAC, cut
inline constexpr std::size_t kSaltSize = 8;

/// Keys of passwords for engines. Stretching a password costs a megabyte of hashing, so the newest are kept. Shared by all routers.
class KeyCache {
 public:
  /// The localized key of `password`; empty if the password is.
  std::string key(AuthProtocol protocol, std::string_view password, std::string_view engine_id);

 private:
  static constexpr std::size_t kKept = 256;
  const std::string& stretched(AuthProtocol protocol, std::string_view password);
  std::unordered_map<std::string, std::string> stretched_;
  std::list<std::string> order_;  ///< oldest first
};

/// The digest of a whole message whose own digest is twelve zero bytes.
std::string message_digest(AuthProtocol protocol, std::string_view key, std::string_view message);
/// `digest` lies inside `message`.
bool digest_matches(AuthProtocol protocol, std::string_view key, std::string_view message, std::string_view digest);

/// What encryption needs beside the text.
struct PrivacyKey {
  PrivProtocol protocol = PrivProtocol::des;
  std::string key;  ///< localized, at least 16 bytes
  std::int32_t boots = 0;
  std::int32_t time = 0;
};
/// `salt`: eight bytes that were never used with this key.
std::string encrypt(const PrivacyKey& key, std::string_view salt, std::string_view plain);
std::optional<std::string> decrypt(const PrivacyKey& key, std::string_view salt, std::string_view cipher);

}  // namespace openstrat::sim::snmp
