// One sentence of a client, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/access/api_command.hpp"
#include "sim/api/codec.hpp"

namespace openstrat::sim::api {

struct Request {
  std::string command;                  ///< `/ip/address/print`
  std::vector<ApiArgument> attributes;  ///< `=name=value`, in order
  std::vector<std::string> queries;     ///< without the `?`
  std::optional<std::string> tag;       ///< `.tag=x`

  explicit Request(Words words);
  const ApiArgument* find(std::string_view name) const;
  std::string value(std::string_view name) const;
  std::size_t bytes() const;  ///< what it takes in memory, roughly
};

}  // namespace openstrat::sim::api
