// The keys by which a router is known to SSH clients, as PEM.
#pragma once

#include <memory>
#include <string>

#include "sim/device/router.hpp"

namespace openstrat::sim {

struct HostKeyPair {
  std::string rsa;      ///< private keys
  std::string ed25519;
};

/// All routers of a process share one pair, made when first asked for, until one of them makes its own: keys take time.
class HostKeys {
 public:
  static constexpr int kMostBits = 4096;  ///< larger ones would hold up every router of the process

  explicit HostKeys(Router& router) : router_(router) {}

  const std::shared_ptr<const HostKeyPair>& pair();
  void regenerate();
  /// False: the text is no private key in PEM form.
  bool import(const std::string& pem);
  /// `ssh-rsa AAAA…` of the one that `/ip ssh host-key-type` chooses, and its private half.
  std::string public_text();
  std::string private_text();

 private:
  bool is_ed25519() const;

  Router& router_;
  std::shared_ptr<const HostKeyPair> pair_;
};

}  // namespace openstrat::sim
