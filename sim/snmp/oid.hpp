// Object identifiers, as numbers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openstrat::sim::snmp {

/// Compared as SNMP orders them: number by number.
using Oid = std::vector<std::uint32_t>;

inline constexpr std::size_t kMaxOidLength = 128;

std::optional<Oid> parse_oid(std::string_view dotted);  ///< `1.3.6.1` or `.1.3.6.1`
std::string to_text(const Oid& oid);
Oid joined(const Oid& base, std::initializer_list<std::uint32_t> more);
bool starts_with(const Oid& oid, const Oid& prefix);

}  // namespace openstrat::sim::snmp
