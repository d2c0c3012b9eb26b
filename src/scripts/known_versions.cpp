#include "scripts/known_versions.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "ros_language/language.hpp"
#include "ros_menus/schema.hpp"

namespace openstrat::scripts {
namespace {

using ros::Version;

constexpr Version kOldest{6, 49, 0};
constexpr int kMostOfPart = 999;

/// Versions at which anything changes, ascending; the first is older than any router.
std::vector<Version> read_changes() {
  std::vector<Version> out{{0, 0, 0}, {7, 0, 0}, {7, 10, 0}, {7, 16, 0}, {7, 20, 0}, {7, 22, 0}};  // the language itself: Personality::has
  const auto add = [&out](const ros::VersionRange& range) {
    out.push_back(range.first);
    out.push_back({range.last.major, range.last.minor, range.last.patch + 1});
  };
  for (const ros::LanguageCommand& command : ros::language_commands()) out.push_back(command.since);
  for (const ros::Menu* menu : ros::Schema::instance().menus()) {
    add(menu->versions);
    for (const ros::ArgumentSpec& property : menu->properties) add(property.versions);
    for (const ros::CommandSpec& command : menu->commands) {
      add(command.versions);
      for (const ros::ArgumentSpec& argument : command.own) add(argument.versions);
    }
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

const std::vector<Version>& changes() {
  static const std::vector<Version> versions = read_changes();
  return versions;
}

}  // namespace

Version newest_version() {
  return Version{};
}

std::optional<Version> parse_version(std::string_view text) {
  text = text::trim(text);
  if (text.starts_with('v')) text.remove_prefix(1);
  int parts[3] = {0, -1, 0};
  for (int i = 0; i < 3; ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parts[i]);
    if (error != std::errc() || parts[i] < 0 || parts[i] > kMostOfPart) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  const bool tail_fits = text.empty() || text[0] == ' ' || text.starts_with("rc") || text.starts_with("beta") || text.starts_with("alpha");
  if (!tail_fits || (parts[0] != 6 && parts[0] != 7)) return {};
  if (parts[1] < 0) return parts[0] == 6 ? kOldest : newest_version();
  return Version{parts[0], parts[1], parts[2]};
}

const std::vector<Version>& offered_versions() {
  static const std::vector<Version> versions = [] {
    std::vector<Version> out;
    for (int minor = newest_version().minor; minor > 0; --minor) out.push_back({7, minor, 0});
    out.push_back(kOldest);
    return out;
  }();
  return versions;
}

Version same_behaviour(const Version& version) {
  const auto& all = changes();
  const Version first = *std::prev(std::ranges::upper_bound(all, version));
  return first.major < 6 ? kOldest : first;
}

}  // namespace openstrat::scripts
