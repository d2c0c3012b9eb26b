#include "sim/snmp/oid.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/text.hpp"

namespace openstrat::sim::snmp {

std::optional<Oid> parse_oid(std::string_view dotted) {
  if (dotted.starts_with('.')) dotted.remove_prefix(1);
  Oid oid;
  for (const std::string_view part : text::split(dotted, '.')) {
    const auto number = text::parse_int(part);
    if (!number || *number < 0 || *number > 0xFFFFFFFF || oid.size() == kMaxOidLength) return std::nullopt;
    oid.push_back(static_cast<std::uint32_t>(*number));
  }
  return oid;
}

std::string to_text(const Oid& oid) { return fmt::format("{}", fmt::join(oid, ".")); }

Oid joined(const Oid& base, std::initializer_list<std::uint32_t> more) {
  Oid oid = base;
  oid.insert(oid.end(), more);
  return oid;
}

bool starts_with(const Oid& oid, const Oid& prefix) { return oid.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), oid.begin()); }

}  // namespace openstrat::sim::snmp
