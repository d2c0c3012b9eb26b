// The target of a request: words of the path, filters of the query.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openstrat::sim {

struct RestTarget {
  std::vector<std::string> words;  ///< decoded; `%2A` stays as it is, since routers do not take it for the `*` of an id
  std::vector<std::pair<std::string, std::string>> parameters;  ///< decoded, in order
  bool malformed = false;          ///< a `%` without two digits behind it, or words without end
};

/// Of `/rest/ip/address?network=10.0.0.0`: the words include `rest`.
RestTarget parse_target(std::string_view target);

}  // namespace openstrat::sim
