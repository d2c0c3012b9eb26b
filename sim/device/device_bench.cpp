// How fast routers start and what an idle one takes. Prints one line a measurement; bars: 5 s for 5,000 routers, 64 kB each.
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "sim/device/births.hpp"

namespace {

using namespace openstrat;
using namespace openstrat::sim;

constexpr std::size_t kRouters = 5000;

double resident_kb() {
  std::ifstream statm("/proc/self/statm");
  double size = 0;
  double resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e3;
}

}  // namespace

int main() {
  Services services({.mode = TimeMode::jumping, .start = system_clock().now()});
  BirthPlan plan;
  plan.versions = *parse_versions("mixed");
  plan.models = *parse_models("");
  const Duration start = system_clock().monotonic();
  const double before = resident_kb();
  std::vector<std::unique_ptr<Router>> routers;
  for (std::size_t i = 0; i < kRouters; ++i) {
    routers.push_back(std::make_unique<Router>(services, birth(plan, i)));
    routers.back()->power_on();
    JobRequest request;
    request.source = "/system scheduler add name=openstrat-poll interval=30s start-time=startup on-event=\":global beats (\\$beats + 1)\"";
    [[maybe_unused]] const auto job = routers.back()->run(std::move(request));
  }
  services.loop.run_for(std::chrono::seconds(1));
  const double seconds = std::chrono::duration<double>(system_clock().monotonic() - start).count();
  fmt::print("start of {} routers: {:.2f} s (loaded and scheduled)\n", kRouters, seconds);
  fmt::print("an idle router: {:.1f} kB (resident memory of the process over {} routers)\n", (resident_kb() - before) / kRouters, kRouters);
}
