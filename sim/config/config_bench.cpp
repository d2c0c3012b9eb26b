// How fast a configuration takes a long export. Prints one line a measurement; bars: 3 s and 100 MB for 50,000 addresses.
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "base/clock.hpp"
#include "sim/config/testing.hpp"

namespace {

using namespace openstrat;
using namespace openstrat::sim;

constexpr int kRows = 50'000;

double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  double size = 0;
  double resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

double seconds_since(Duration start) { return std::chrono::duration<double>(system_clock().monotonic() - start).count(); }

}  // namespace

int main() {
  std::string text = "/ip firewall address-list\n";
  for (int i = 0; i < kRows; ++i) text += fmt::format("add address=10.{}.{}.{} list=blocked\n", i >> 16, (i >> 8) & 255, i & 255);
  sim::testing::TestRouter router;
  const double before = resident_mb();
  Duration start = system_clock().monotonic();
  const ImportResult imported = import_text(router.config, std::move(text), router.facts);
  if (imported.error) {
    fmt::print("import of an address list: failed, {}\n", *imported.error);
    return 1;
  }
  fmt::print("import of {} addresses: {:.2f} s ({:.0f} MB resident more)\n", kRows, seconds_since(start), resident_mb() - before);
  start = system_clock().monotonic();
  const std::string exported = export_config(router.config, router.facts, {});
  fmt::print("export of {} addresses: {:.2f} s ({:.1f} MB)\n", kRows, seconds_since(start), static_cast<double>(exported.size()) / 1e6);
}
