#include "sim/device/births.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/net.hpp"
#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr Version kMixed[] = {{7, 20, 8}, {7, 24, 0}, {6, 49, 17}, {7, 18, 2}, {7, 15, 3}, {7, 16, 2}, {6, 49, 18}, {7, 9, 2}, {7, 12, 1}, {7, 19, 6}};
constexpr int kOldestMinorOf6 = 40;
constexpr int kNewestMinorOf6 = 49;
constexpr std::string_view kTowns[] = {"amsterdam", "berlin", "cape-town", "dublin",   "espoo",  "florence", "geneva", "hamburg", "izmir",  "johannesburg",
                                       "kyiv",      "lisbon", "madrid",    "nairobi",  "oslo",   "porto",    "quito",  "riga",    "sofia",  "tallinn",
                                       "utrecht",   "vienna", "warsaw",    "yerevan",  "zurich", "accra",    "basel",  "cork",    "dakar",  "erfurt"};
constexpr std::string_view kRoles[] = {"branch", "shop", "clinic", "depot", "school", "office", "hotel", "plant"};

std::string letters(Rng& rng, std::size_t count, std::string_view alphabet) {
  std::string out;
  while (out.size() < count) out += alphabet[rng.below(alphabet.size())];
  return out;
}

/// Of a release whose menus we have; patch releases are as their minor release, or as the menu texts say.
bool is_known(const Version& version) {
  if (version.major == 6) return version.minor >= kOldestMinorOf6 && version.minor <= kNewestMinorOf6;
  return version.major == 7 && version.minor >= 1 && version.minor <= Version{}.minor;
}

/// `prefix` filled up to `length` with the number in base 36.
std::string marked(std::string_view prefix, std::size_t index, std::size_t length) {
  std::string digits;
  for (std::size_t left = index; digits.size() + prefix.size() < length; left /= 36) digits.insert(digits.begin(), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[left % 36]);
  return std::string(prefix) + digits;
}

}  // namespace

std::uint64_t hosts_in(std::string_view network) {
  const auto cidr = Cidr::parse(network);
  if (!cidr || !cidr->address().is_v4()) return 0;
  const std::uint64_t all = 1ULL << (32 - cidr->prefix_length());
  return all > 2 ? all - 2 : 1;
}

std::string address_in(std::string_view network, std::size_t index) {
  const std::uint64_t hosts = hosts_in(network);
  if (hosts == 0) return {};
  const std::uint32_t first = Cidr::parse(network)->network().address().v4_value() + (hosts > 1 ? 1 : 0);
  return IpAddress::v4(first + static_cast<std::uint32_t>(index % hosts)).to_string();
}

Result<std::vector<Version>> parse_versions(std::string_view text) {
  if (text == "mixed") return std::vector<Version>(std::begin(kMixed), std::end(kMixed));
  if (text == "6.49") return std::vector<Version>{{6, 49, 17}};
  if (text == "7.x") return std::vector<Version>{{7, 20, 8}};
  std::vector<Version> versions;
  for (const std::string_view word : text::split(text, ',')) {
    if (word == "6" || word == "7") {
      versions.push_back(word == "6" ? Version{6, 49, 17} : Version{7, 20, 8});
      continue;
    }
    const auto version = Version::parse(word);
    if (!version || !is_known(*version)) {
      return invalid_field("routeros", fmt::format("there is no RouterOS '{}': known are 6.{} to 6.{} and 7.1 to 7.{} with their patch releases (7.20.8), 6, 7 and mixed", word, kOldestMinorOf6,
                                                   kNewestMinorOf6, Version{}.minor));
    }
    versions.push_back(*version);
  }
  return versions;
}

Result<std::vector<const Model*>> parse_models(std::string_view text) {
  std::vector<const Model*> chosen;
  if (text.empty()) {
    for (const Model& model : models()) chosen.push_back(&model);
    return chosen;
  }
  for (const std::string_view word : text::split(text, ',')) {
    const Model* model = find_model(word);
    if (model != nullptr) {
      chosen.push_back(model);
      continue;
    }
    std::string known;
    for (const Model& each : models()) known.append(known.empty() ? "" : ", ").append(each.key);
    return invalid_field("models", fmt::format("there is no model '{}' ({})", word, known));
  }
  return chosen;
}

Result<PackageSet> parse_packages(std::string_view text) {
  if (const auto packages = PackageSet::parse(text)) return *packages;
  std::string known;
  for (const std::string_view name : PackageSet::all().names()) known.append(known.empty() ? "" : ", ").append(name);
  return invalid_field("packages", fmt::format("'{}' is no list of extra packages ({})", text, known));
}

bool is_serial_prefix(std::string_view text) {
  return !text.empty() && text.size() <= 8 && std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

RouterSpec birth(const BirthPlan& plan, std::size_t index) {
  SeededRng rng(plan.seed * 1'000'003 + index);
  RouterSpec spec;
  spec.model = plan.models[rng.below(plan.models.size())];
  spec.version = plan.versions[rng.below(plan.versions.size())];
  spec.identity = fmt::format("{}-{}-{:04}", kTowns[rng.below(std::size(kTowns))], kRoles[rng.below(std::size(kRoles))], index + 1);
  if (spec.model->chr) {
    spec.software_id = letters(rng, 11, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
  } else {
    spec.serial = letters(rng, 1, "ABCDEFH") + letters(rng, 11, "0123456789ABCDEF");
    spec.software_id = letters(rng, 4, "ABCDEFGHIJKLMNPQRSTUVWXYZ0123456789") + "-" + letters(rng, 4, "ABCDEFGHIJKLMNPQRSTUVWXYZ0123456789");
  }
  if (!plan.serial_prefix.empty()) {
    if (spec.model->chr) spec.software_id = marked(plan.serial_prefix, index, 11);
    else spec.serial = marked(plan.serial_prefix, index, 12);
  }
  spec.packages = plan.packages;
  spec.seed = rng.next_u64();
  spec.detours = plan.detours;
  if (!plan.source_network.empty()) spec.source_address = address_in(plan.source_network, index);
  if (!plan.namespaces.empty()) spec.network_namespace = plan.namespaces[index % plan.namespaces.size()];
  spec.listen = plan.listen;
  if (plan.listen.address.contains('/')) spec.listen.address = address_in(plan.listen.address, index);
  return spec;
}

}  // namespace openstrat::sim
