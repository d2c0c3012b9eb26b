// Reading one value: text in, typed out. An error says what would have been right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"
#include "app/config_file.hpp"

namespace openstrat::app {

enum class ValueType { text, integer, boolean, duration, size, list, cidr_list, token_list, provider_list };

/// `10s`, `500ms`, `5m`, `2h`, `1d`; a bare number counts seconds.
Result<Duration> parse_duration(std::string_view text);
/// `512`, `16KiB`, `20MiB`, `1GiB` (KB and K mean the same: 1024).
Result<std::int64_t> parse_size(std::string_view text);
Result<std::vector<Cidr>> parse_cidrs(const RawList& items);
/// Tables {service, hash, allow}, or texts `service:hash`.
Result<std::vector<ServiceToken>> parse_tokens(const RawValue& raw);

/// Comma separated, as in the environment and on the command line.
RawList split_list(std::string_view text);

}  // namespace openstrat::app
