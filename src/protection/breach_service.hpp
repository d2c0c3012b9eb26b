// Passwords that are known from breaches of other services.
#pragma once

#include <string_view>

namespace openstrat::protection {

class BreachCheck {
 public:
  virtual ~BreachCheck() = default;
  /// Says false, and logs, when nobody can tell now.
  virtual bool is_breached(std::string_view password) noexcept = 0;
};

}  // namespace openstrat::protection
