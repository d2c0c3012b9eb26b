// Short links as other rooms make them.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::short_links {

struct Link {
  std::string code;
  std::string short_url;
  Timestamp expires_at{};
};

class LinkService {
 public:
  static constexpr std::array<std::chrono::days, 5> kLives{std::chrono::days(1), std::chrono::days(3), std::chrono::days(7), std::chrono::days(30), std::chrono::days(90)};
  static constexpr std::chrono::days kDefaultLife{90};
  static constexpr std::size_t kLongest = 4096;  ///< bytes of a target

  virtual ~LinkService() = default;

  /// In the caller's transaction. `target`: http or https; under one of our own URLs only with our signature, everything else is a
  /// foreign site. `life`: one of kLives. `customer`: whose deletion takes the link along. `created_by`: `user:…`, `service:…`, may be
  /// empty. Errors: invalid, on the fields `url` and `ttl_days`.
  virtual Result<Link> shorten(db::Session& session, std::string_view target, std::chrono::days life, std::optional<CustomerId> customer,
                               std::string_view created_by) = 0;
};

}  // namespace openstrat::short_links
