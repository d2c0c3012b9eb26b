// Text as RouterOS source: the only place that knows how a value becomes part of a script.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace openstrat::routeros {

/// `bytes` as the inside of a double-quoted RouterOS string, valid on 6.49 and every 7.x: `\" \\ \$ \? \n \r \t`, every
/// other control or non-ASCII byte as `\XX` in upper-case hex. Any byte string survives the round trip.
std::string escape(std::string_view bytes);

/// escape() between double quotes.
std::string quote(std::string_view bytes);

/// `1w2d3h4m5s`; `0s` for zero and below.
std::string duration(std::chrono::seconds length);

}  // namespace openstrat::routeros
