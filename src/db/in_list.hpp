// A list of values for IN.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "db/value.hpp"

namespace openstrat::db {

/// `(?4, ?5, …)`, its values appended to `params`. Filled up with the last value to a multiple of 64, so that few different texts
/// are prepared. `values` must not be empty, nor longer than 32,000.
template <class T>
std::string in_list(const std::vector<T>& values, Params& params) {
  const std::size_t places = (values.size() + 63) / 64 * 64;
  std::string list = "(";
  for (std::size_t i = 0; i < places; ++i) {
    params.push_back(to_value(values[std::min(i, values.size() - 1)]));
    list += (i == 0 ? "?" : ", ?") + std::to_string(params.size());
  }
  return list + ")";
}

}  // namespace openstrat::db
