// Requests of the control socket about the network: packets, lines, sessions, names.
#pragma once

#include <optional>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/error.hpp"

namespace openstrat::sim {

class Router;

/// nullopt: the word is none of these.
std::optional<Result<boost::json::object>> answer_network(Router& router, std::string_view word, const boost::json::object& request);

}  // namespace openstrat::sim
