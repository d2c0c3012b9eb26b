// The extra packages of RouterOS: menus that a router has only if somebody installed the package that brings them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace openstrat::ros {

enum class Package : std::uint8_t {
  none,  ///< part of the main package
  calea, container, dude, gps, iot, netinstall, openflow, rose_storage, tr069_client, user_manager, wifiwave2, wireless, zerotier,
};

std::string_view package_name(Package package);
std::optional<Package> parse_package(std::string_view name);  ///< `rose-storage`

class PackageSet {
 public:
  constexpr PackageSet() = default;
  static constexpr PackageSet all() { return PackageSet(~0U); }
  /// `container,iot`; nullopt if one of them is none of the above. An empty text is an empty set.
  static std::optional<PackageSet> parse(std::string_view list);

  bool has(Package package) const { return package == Package::none || (bits_ >> static_cast<unsigned>(package) & 1U) != 0; }
  PackageSet with(PackageSet others) const { return PackageSet(bits_ | others.bits_); }
  std::vector<std::string_view> names() const;  ///< sorted
  auto operator<=>(const PackageSet&) const = default;

 private:
  explicit constexpr PackageSet(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t bits_ = 0;
};

}  // namespace openstrat::ros
