#include "sim/tunnels/complaint.hpp"

#include <cstdio>
#include <set>

#include <fmt/core.h>

namespace openstrat::sim {
namespace {

constexpr std::size_t kMostSentences = 100;

}  // namespace

void complain(const Router& router, const std::string& what) {
  static std::set<std::string> told;
  if (told.size() >= kMostSentences || !told.insert(what).second) return;
  fmt::print(stderr, "openstrat-sim: {}: {}\n", router.identity(), what);
}

}  // namespace openstrat::sim
