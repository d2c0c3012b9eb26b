// Public keys of people, as `/user ssh-keys` takes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openstrat::sim {

struct PublicKey {
  std::string type;    ///< `ssh-rsa`, `ssh-ed25519`
  std::string blob;    ///< base64, as in a line of `authorized_keys`
  std::string owner;   ///< the comment behind it
  int bits = 0;

  std::string_view short_type() const { return type == "ssh-rsa" ? "rsa" : type == "ssh-ed25519" ? "ed25519" : "ecdsa"; }
};

/// One line of OpenSSH's form, or the block of RFC 4716; nullopt: neither, or a kind of key that routers do not take.
std::optional<PublicKey> parse_public_key(std::string_view text);

}  // namespace openstrat::sim
