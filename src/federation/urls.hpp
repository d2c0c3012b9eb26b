// URLs that people typed or providers told: whether we may call them, and how to put them together.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/net.hpp"

namespace openstrat::federation {

/// Why the URL cannot be one of a provider, as the end of a sentence; nullopt: it can. https, or http to a host of `allowed`.
/// The address that a name leads to is checked when the connection is made.
std::optional<std::string> complaint_about_url(std::string_view url, std::span<const Cidr> allowed);
/// The same for what the operator wrote.
std::optional<std::string> complaint_about_operator_url(std::string_view url);

std::string encode(std::string_view text);  ///< percent-encoding of all but unreserved characters
std::string encode_form(std::span<const std::pair<std::string, std::string>> fields);
/// Adds the fields to the query of an absolute URL.
std::string with_query(std::string url, std::span<const std::pair<std::string, std::string>> fields);

}  // namespace openstrat::federation
