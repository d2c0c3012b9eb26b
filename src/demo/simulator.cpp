#include "demo/simulator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace openstrat::demo {
namespace {

constexpr std::streamoff kTail = 2000;
constexpr std::size_t kLongestWords = 300;
// Routers behind one address share its limits (30 bootstrap scripts a minute), those with addresses of their own do not.
constexpr double kAdoptionsApart = 10, kAdoptionsTogether = 0.4;

}  // namespace

std::vector<std::string> simulator_arguments(const DemoFleet& fleet, const Settings& settings, const std::string& runbook_token) {
  const auto digest = crypto::sha256(fleet.mark);  // the same routers after every start, others than those of other fleets
  const unsigned seed = (static_cast<unsigned>(digest[0]) << 16) | (static_cast<unsigned>(digest[1]) << 8) | digest[2];
  std::vector<std::string> arguments{"--server", settings.server_url, "--runbook", runbook_token, "--count", std::to_string(fleet.wish.sites),
                                     "--routeros", fleet.wish.routeros, "--life", fleet.wish.life, "--speed", fmt::format("{}", fleet.wish.speed),
                                     "--seed", std::to_string(seed), "--serial-prefix", fleet.mark,
                                     "--adopt-per-second", fmt::format("{}", settings.is_local ? kAdoptionsApart : kAdoptionsTogether)};
  for (const std::string& detour : settings.detours) arguments.insert(arguments.end(), {"--connect-to", detour});
  if (settings.is_local) arguments.insert(arguments.end(), {"--source-addresses", fmt::format("127.{}.0.0/16", 16 + digest[3] % 200)});
  return arguments;
}

std::string last_words(const std::filesystem::path& log_file) {
  std::ifstream in(log_file, std::ios::binary | std::ios::ate);
  if (!in) return {};
  const std::streamoff size = in.tellg();
  in.seekg(std::max<std::streamoff>(0, size - kTail));
  std::string line, last;
  while (std::getline(in, line))
    if (!text::trim(line).empty()) last = text::to_clean_utf8(text::trim(line));
  if (last.size() > kLongestWords) last = text::to_clean_utf8(last.substr(0, kLongestWords));
  return last;
}

}  // namespace openstrat::demo
