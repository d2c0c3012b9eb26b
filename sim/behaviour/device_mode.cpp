#include "sim/behaviour/device_mode.hpp"

#include <algorithm>

#include "sim/behaviour/settings.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kMenu = "/system/device-mode";
constexpr std::string_view kForbiddenHome[] = {"scheduler", "fetch", "socks", "bandwidth-test", "traffic-gen", "sniffer", "romon", "proxy", "hotspot", "email",
                                               "zerotier", "container", "install-any-version", "partitions", "routerboard"};
constexpr std::string_view kForbiddenAdvanced[] = {"traffic-gen", "container", "install-any-version", "partitions", "routerboard"};

}  // namespace

std::string_view device_mode(const Config& config) {
  if (config.view().version < Version{7, 1, 0}) return {};
  const Row* record = config.record(kMenu);
  const std::string* mode = record == nullptr ? nullptr : record->find("mode");
  if (mode != nullptr) return *mode;
  return config.view().version < Version{7, 17, 0} ? "enterprise" : "advanced";
}

bool device_allows(const Config& config, std::string_view feature) {
  const std::string_view mode = device_mode(config);
  const Row* record = config.record(kMenu);
  if (const std::string* exception = record == nullptr ? nullptr : record->find(feature)) return *exception == "yes";
  if (mode.empty()) return true;
  if (mode == "enterprise") return feature != "container";
  if (mode == "home" || mode == "basic") return std::ranges::find(kForbiddenHome, feature) == std::end(kForbiddenHome);
  return std::ranges::find(kForbiddenAdvanced, feature) == std::end(kForbiddenAdvanced);
}

}  // namespace openstrat::sim
