// Identifiers: UUIDs inside, prefixed sortable ids outside.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace openstrat {

class Rng;
class SiteLimits;

/// 128 bits, RFC 9562. The nil UUID means "no id" only where a comment says so.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Uuid&) const = default;
  bool is_nil() const { return bytes == std::array<std::uint8_t, 16>{}; }
  /// Lower-case, with dashes.
  std::string to_string() const;
  /// Accepts upper and lower case, dashes required.
  static std::optional<Uuid> parse(std::string_view text);
};

Uuid uuid_v4(Rng& rng);
Uuid uuid_v7(Timestamp now, Rng& rng);  ///< sorts by time

/// A UUID that cannot be mistaken for another kind of UUID: `using SiteId = Id<struct SiteTag>;`
template <class Tag>
struct Id {
  Uuid value;
  Id() = default;
  explicit Id(const Uuid& uuid) : value(uuid) {}
  auto operator<=>(const Id&) const = default;
  std::string to_string() const { return value.to_string(); }
  static std::optional<Id> parse(std::string_view text) {
    const auto uuid = Uuid::parse(text);
    return uuid ? std::optional<Id>(Id(*uuid)) : std::nullopt;
  }
};

using CustomerId = Id<struct CustomerTag>;  ///< the team that owns a resource
using UserId = Id<struct UserTag>;
using SiteId = Id<struct SiteTag>;
using JobId = Id<struct JobTag>;
using RunbookId = Id<struct RunbookTag>;
using PolicyId = Id<struct PolicyTag>;
using BackupId = Id<struct BackupTag>;
using FaultId = Id<struct FaultTag>;

/// The owner in whose name everything is read and written. No store function without one.
struct Tenant {
  CustomerId customer_id;
  std::shared_ptr<const SiteLimits> sites{};  ///< null: every site of the team (site_limits.hpp)
  auto operator<=>(const Tenant&) const = default;
};

/// 27 base62 characters: 32-bit seconds since 2014-05-13T16:53:20Z, 128 random bits. Sorts by second.
std::string ksuid(Timestamp now, Rng& rng);
/// 26 Crockford base32 characters: 48-bit milliseconds, 80 random bits.
std::string ulid(Timestamp now, Rng& rng);
/// `length` characters of 0-9A-Za-z, unbiased.
std::string random_base62(std::size_t length, Rng& rng);

/// A UUID as a 128-bit big-endian number in base62 (0-9A-Za-z), no padding: 16–22 characters in practice.
std::string to_base62(const Uuid& uuid);
std::optional<Uuid> uuid_from_base62(std::string_view text);

}  // namespace openstrat

template <>
struct std::hash<openstrat::Uuid> {
  std::size_t operator()(const openstrat::Uuid& uuid) const noexcept {
    std::uint64_t parts[2];
    __builtin_memcpy(parts, uuid.bytes.data(), sizeof parts);
    return static_cast<std::size_t>(parts[0] ^ (parts[1] * 0x9E3779B97F4A7C15ull));
  }
};
template <class Tag>
struct std::hash<openstrat::Id<Tag>> {
  std::size_t operator()(const openstrat::Id<Tag>& id) const noexcept { return std::hash<openstrat::Uuid>{}(id.value); }
};
