// What travels through the browser and must come back as it was: signed, bound to one purpose and one reader, good for a while.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"

namespace openstrat::oidc {

class FormTickets {
 public:
  explicit FormTickets(const crypto::Key32& key) : key_(key) {}

  /// Readable by whoever has it, so no secrets in `content`. `bound_to`: purpose and reader.
  std::string make(std::string_view content, std::string_view bound_to, Timestamp expires_at) const;
  /// nullopt: changed, for another purpose or reader, or too old.
  std::optional<std::string> open(std::string_view ticket, std::string_view bound_to, Timestamp now) const;

 private:
  std::string tag(std::string_view payload, std::string_view bound_to) const;
  crypto::Key32 key_;
};

}  // namespace openstrat::oidc
