// Signed URLs: `signature` is the lower-case hex HMAC-SHA256 over path and query without the signature parameter, the query
// sorted by key. Scheme, host and port are left out, so that a proxy or a changed public name does not kill a URL that a router holds.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"

namespace openstrat {

class UrlSigner {
 public:
  /// The newest key signs, all verify.
  explicit UrlSigner(std::vector<crypto::Key32> oldest_to_newest) : keys_(std::move(oldest_to_newest)) {}

  /// `path_and_query` as it will be called (already percent-encoded); returns it with `expires` (unix seconds) and `signature` added.
  std::string sign(std::string_view path_and_query, std::optional<Timestamp> expires) const;

  enum class Verdict { good, missing, bad, expired };
  /// `uncovered`: parameters that callers may add (`error`, `part`); they are not part of the signature. Constant-time compare.
  Verdict verify(std::string_view path, std::string_view query, Timestamp now,
                 std::initializer_list<std::string_view> uncovered = {}) const;

 private:
  std::vector<crypto::Key32> keys_;
};

}  // namespace openstrat
