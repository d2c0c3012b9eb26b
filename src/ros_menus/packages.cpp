#include "ros_menus/packages.hpp"

#include <algorithm>
#include <utility>

namespace openstrat::ros {
namespace {

constexpr std::pair<std::string_view, Package> kPackages[] = {
    {"calea", Package::calea},           {"container", Package::container},       {"dude", Package::dude},
    {"gps", Package::gps},               {"iot", Package::iot},                   {"netinstall", Package::netinstall},
    {"openflow", Package::openflow},     {"rose-storage", Package::rose_storage}, {"tr069-client", Package::tr069_client},
    {"user-manager", Package::user_manager}, {"wifiwave2", Package::wifiwave2},
    {"wireless", Package::wireless},     {"zerotier", Package::zerotier},
};

}  // namespace

std::string_view package_name(Package package) {
  const auto known = std::find_if(std::begin(kPackages), std::end(kPackages), [&](const auto& entry) { return entry.second == package; });
  return known == std::end(kPackages) ? "routeros" : known->first;
}

std::optional<Package> parse_package(std::string_view name) {
  const auto known = std::find_if(std::begin(kPackages), std::end(kPackages), [&](const auto& entry) { return entry.first == name; });
  return known == std::end(kPackages) ? std::nullopt : std::optional(known->second);
}

std::optional<PackageSet> PackageSet::parse(std::string_view list) {
  PackageSet out;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    const auto package = parse_package(list.substr(0, end));
    if (!package) return {};
    out.bits_ |= 1U << static_cast<unsigned>(*package);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return out;
}

std::vector<std::string_view> PackageSet::names() const {
  std::vector<std::string_view> out;
  for (const auto& [name, package] : kPackages) {
    if (has(package)) out.push_back(name);
  }
  return out;
}

}  // namespace openstrat::ros
