// The keys and certificates behind the rows of /certificate.
#pragma once

#include <map>
#include <string>

#include "sim/device/router.hpp"
#include "sim/device/x509.hpp"

namespace openstrat::sim {

/// Of one router; rows without an entry are templates that nobody has signed.
class Certificates {
 public:
  static constexpr std::string_view kMenu = "/certificate";

  explicit Certificates(Router& router);

  const Identity* find(RowId row) const;
  /// Takes over a key pair and says in the row what is in the certificate.
  void keep(RowId row, Identity identity);
  void add_key(RowId row, std::string key);
  /// Row with that fingerprint; 0: none.
  RowId with_fingerprint(const std::string& fingerprint) const;
  const std::map<RowId, Identity>& all() const { return identities_; }

 private:
  Router& router_;
  std::map<RowId, Identity> identities_;
  Watch removed_;
  Watch booted_;
};

}  // namespace openstrat::sim
