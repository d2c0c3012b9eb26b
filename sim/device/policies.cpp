#include "sim/device/policies.hpp"

#include "base/text.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kNames[] = {"read",  "write",  "test", "reboot", "ftp", "policy", "password", "sniff",  "sensitive", "romon",
                                       "local", "telnet", "ssh",  "winbox", "web", "api",    "rest-api", "dude",   "tikapp"};
constexpr std::size_t kOfScripts = 10;

}  // namespace

Policies Policies::parse(std::string_view words) {
  std::uint32_t bits = 0;
  for (const std::string_view word : text::split(words, ',')) {
    const bool without = word.starts_with('!');
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
      if (word.substr(without ? 1 : 0) != kNames[i]) continue;
      if (without) bits &= ~(1U << i);
      else bits |= 1U << i;
    }
  }
  return Policies(bits);
}

std::string Policies::to_string() const {
  std::string out;
  for (std::size_t i = 0; i < kOfScripts; ++i) {
    if ((bits_ >> i & 1U) != 0) out.append(out.empty() ? "" : ",").append(kNames[i]);
  }
  return out;
}

}  // namespace openstrat::sim
