// Asks the filter on disk, and a range-query service if there is one.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "protection/breach_filter.hpp"
#include "protection/breach_service.hpp"
#include "protection/settings.hpp"

namespace openstrat::http {
class Client;
}

namespace openstrat::protection {

/// Thread-safe. The file is looked at once a minute, so that a new one is noticed.
class BreachLookup final : public BreachCheck {
 public:
  BreachLookup(const http::Client& client, const Clock& clock, const Settings& settings) : client_(client), clock_(clock), settings_(settings) {}

  bool is_breached(std::string_view password) noexcept override;
  /// The filter in use; null: none.
  std::shared_ptr<const BreachFilter> filter();

 private:
  bool is_in_range(const Sha1& hash);

  const http::Client& client_;
  const Clock& clock_;
  const Settings& settings_;
  struct Loaded {
    std::shared_ptr<const BreachFilter> filter;
    std::filesystem::file_time_type written{};
    Duration look_again{};
  };
  Guarded<Loaded> loaded_;
};

}  // namespace openstrat::protection
