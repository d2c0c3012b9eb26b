#include "app/config_value.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace openstrat::app {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

/// Digits, then one of the units; nullopt for anything else or an overflow.
template <std::size_t N>
std::optional<std::int64_t> parse_with_unit(std::string_view text, const std::array<Unit, N>& units) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = text::parse_int(text.substr(0, digits));
  const auto name = text::trim(text.substr(digits));
  const auto unit = std::ranges::find_if(units, [&](const Unit& each) { return text::equal_ignoring_case(each.name, name); });
  std::int64_t out = 0;
  if (!number || unit == units.end() || __builtin_mul_overflow(*number, unit->factor, &out)) return std::nullopt;
  return out;
}

std::unexpected<Error> refuse(std::string_view text, std::string_view wanted) {
  return fail(Errc::invalid, "'" + std::string(text) + "' is not " + std::string(wanted));
}

Result<ServiceToken> checked(ServiceToken token) {
  const bool is_hash = token.hash.size() == 64 && token.hash.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (token.service.empty()) return fail(Errc::invalid, "a token needs a service name");
  // What was given is not repeated: it may be the token itself.
  if (!is_hash) return fail(Errc::invalid, "the hash of a token is 64 lower-case hex digits (its SHA-256)");
  return token;
}

Result<ServiceToken> to_token(const RawTable& table) {
  ServiceToken token;
  for (const auto& [name, value] : table) {
    const auto* text = std::get_if<std::string>(&value);
    const auto* list = std::get_if<RawList>(&value);
    if (name == "service" && text) token.service = *text;
    else if (name == "hash" && text) token.hash = *text;
    else if (name == "allow" && list) token.allow = *list;
    else return fail(Errc::invalid, "a token has service, hash and the list allow, not '" + name + "'");
  }
  return checked(std::move(token));
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  constexpr std::array<Unit, 6> kUnits{{{"", 1'000'000}, {"ms", 1'000}, {"s", 1'000'000}, {"m", 60'000'000}, {"h", 3'600'000'000}, {"d", 86'400'000'000}}};
  const auto us = parse_with_unit(text::trim(text), kUnits);
  if (!us) return refuse(text, "a duration such as 500ms, 30s, 5m, 2h or 1d");
  return Duration(*us);
}

Result<std::int64_t> parse_size(std::string_view text) {
  constexpr std::array<Unit, 11> kUnits{{{"", 1}, {"b", 1}, {"k", 1024}, {"kb", 1024}, {"kib", 1024}, {"m", 1 << 20}, {"mb", 1 << 20},
                                         {"mib", 1 << 20}, {"g", 1 << 30}, {"gb", 1 << 30}, {"gib", 1 << 30}}};
  const auto bytes = parse_with_unit(text::trim(text), kUnits);
  if (!bytes) return refuse(text, "a size such as 16KiB, 20MiB or 1GiB");
  return *bytes;
}

Result<std::vector<Cidr>> parse_cidrs(const RawList& items) {
  std::vector<Cidr> out;
  for (const auto& item : items) {
    const auto cidr = Cidr::parse(item);
    if (!cidr) return refuse(item, "an address or a network such as 10.0.0.0/8");
    out.push_back(*cidr);
  }
  return out;
}

Result<std::vector<ServiceToken>> parse_tokens(const RawValue& raw) {
  std::vector<ServiceToken> out;
  const auto add = [&out](Result<ServiceToken> token) -> Status {
    if (!token) return std::unexpected(token.error());
    out.push_back(std::move(*token));
    return {};
  };
  if (const auto* tables = std::get_if<std::vector<RawTable>>(&raw)) {
    for (const auto& table : *tables) {
      if (auto added = add(to_token(table)); !added) return std::unexpected(added.error());
    }
    return out;
  }
  const auto* text = std::get_if<std::string>(&raw);
  for (const auto& item : text ? split_list(*text) : std::get<RawList>(raw)) {
    const auto colon = std::min(item.find(':'), item.size());
    ServiceToken token{.service = item.substr(0, colon), .hash = colon < item.size() ? item.substr(colon + 1) : ""};
    if (auto added = add(checked(std::move(token))); !added) return std::unexpected(added.error());
  }
  return out;
}

RawList split_list(std::string_view text) {
  RawList out;
  for (const auto part : text::split(text, ',')) {
    if (const auto item = text::trim(part); !item.empty()) out.emplace_back(item);
  }
  return out;
}

}  // namespace openstrat::app
