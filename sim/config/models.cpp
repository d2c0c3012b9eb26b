#include "sim/config/models.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

#include "sim/config/default_rows.hpp"

namespace openstrat::sim {
namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;

constexpr Model kModels[] = {
    {"hap-ac2", "hAP ac^2", "RBD52G-5HacD2HnD", "arm", "ARM", 4, 716, 128 * kMiB, 16 * kMiB,
     "ether1 ether2 ether3 ether4 ether5", "wlan1 wlan2", false, "switch1", false, "wireless"},
    {"rb4011", "RB4011iGS+", "RB4011iGS+", "arm", "ARM", 4, 1400, 1024 * kMiB, 512 * kMiB,
     "ether1 ether2 ether3 ether4 ether5 ether6 ether7 ether8 ether9 ether10 sfp-sfpplus1", "", false, "switch1 switch2", true},
    {"ccr2004", "CCR2004-1G-12S+2XS", "CCR2004-1G-12S+2XS", "arm64", "ARM64", 4, 1700, 4096 * kMiB, 128 * kMiB,
     "ether1 sfp-sfpplus1 sfp-sfpplus2 sfp-sfpplus3 sfp-sfpplus4 sfp-sfpplus5 sfp-sfpplus6 sfp-sfpplus7 sfp-sfpplus8 "
     "sfp-sfpplus9 sfp-sfpplus10 sfp-sfpplus11 sfp-sfpplus12 sfp28-1 sfp28-2", "", false, "", true},
    {"rb750gr3", "hEX", "RB750Gr3", "mmips", "MIPS 1004Kc V2.15", 4, 880, 256 * kMiB, 16 * kMiB,
     "ether1 ether2 ether3 ether4 ether5", "", false, "switch1"},
    {"chr", "CHR", "", "x86_64", "Intel(R)", 1, 2600, 1024 * kMiB, 128 * kMiB, "ether1 ether2 ether3 ether4", "", true},
};

using Key = std::tuple<const Model*, Version, DefaultConfiguration, bool, PackageSet>;

std::shared_ptr<const Config> make_factory(const Model& model, const TreeView& view) {
  auto config = std::make_shared<Config>(view);
  add_default_rows(*config);
  add_hardware(*config, model);
  return config;
}

}  // namespace

std::span<const Model> models() { return kModels; }

const Model* find_model(std::string_view key) {
  const auto found = std::find_if(std::begin(kModels), std::end(kModels), [&](const Model& model) { return model.key == key; });
  return found == std::end(kModels) ? nullptr : found;
}

PackageSet packages_of(const Model& model, PackageSet added) { return PackageSet::parse(model.packages).value_or(PackageSet()).with(added); }

Config new_config(const Model& model, const Version& version, DefaultConfiguration defaults, bool permissive, PackageSet added) {
  static std::mutex mutex;
  static std::map<Key, std::shared_ptr<const Config>> known;
  const std::lock_guard lock(mutex);
  const TreeView view{.version = version, .chr = model.chr, .permissive = permissive, .packages = packages_of(model, added)};
  std::shared_ptr<const Config>& factory = known[Key{&model, version, DefaultConfiguration::none, permissive, added}];
  if (factory == nullptr) factory = make_factory(model, view);
  std::shared_ptr<const Config>& wanted = known[Key{&model, version, defaults, permissive, added}];
  if (wanted == nullptr) {
    auto config = std::make_shared<Config>(*factory);
    add_vendor_defaults(*config, model);
    wanted = std::move(config);
  }
  Config copy(*wanted);
  copy.set_factory(factory);
  return copy;
}

}  // namespace openstrat::sim
