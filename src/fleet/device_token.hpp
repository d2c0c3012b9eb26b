// The bearer token of a router: its site id and a version, encrypted. Checked without a query.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/ids.hpp"

namespace openstrat::fleet {

/// base64url(key number ‖ 12-byte nonce ‖ AES-256-GCM(site uuid ‖ token version ‖ issued at) ‖ tag), no padding.
class DeviceTokens {
 public:
  /// The newest key seals, all open. Key numbers count from the oldest, 0.
  explicit DeviceTokens(std::vector<crypto::Key32> oldest_to_newest);

  struct Claims {
    SiteId site_id;
    std::int64_t version = 0;
    Timestamp issued_at{};
  };
  std::string issue(SiteId site, std::int64_t version, Timestamp now) const;
  std::optional<Claims> open(std::string_view token) const;  ///< thread-safe

 private:
  std::vector<crypto::Aead> keys_;
};

}  // namespace openstrat::fleet
