// 100,000 sites: how long a question takes. search_bench URL (sqlite:PATH, or postgresql://… of an empty database)
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include "base/rng.hpp"
#include "db/database.hpp"
#include "db/migrations.hpp"
#include "search/index_service.hpp"
#include "search/schema.hpp"
#include "search/search_service.hpp"

using namespace openstrat;

namespace {

constexpr int kSites = 100'000;
constexpr const char* kTowns[] = {"Johannesburg", "Cape Town", "Durban", "Pretoria", "Bloemfontein", "Kimberley", "Polokwane", "Nelspruit", "Rustenburg", "George"};
constexpr const char* kKinds[] = {"Branch", "Warehouse", "Clinic", "School", "Depot"};
constexpr const char* kModels[] = {"RB5009UG+S+IN", "hAP ax3", "CCR2004-1G-12S+2XS", "RB750Gr3", "hEX S"};

search::Document site(int number, Timestamp now) {
  const SiteId id(uuid_v4(secure_rng()));
  return {.type = "site", .id = id.to_string(), .site_id = id, .name = fmt::format("{} {} {:05}", kKinds[number % 5], kTowns[number / 7 % 10], number),
          .keys = {fmt::format("HE{:08X}", number * 2654435761u), fmt::format("B8:69:F4:{:02X}:{:02X}:{:02X}", number >> 16 & 255, number >> 8 & 255, number & 255),
                   fmt::format("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255)},
          .metadata = {{"model", std::string(kModels[number % 5])}, {"version", std::string("7.15.3")}, {"status", std::string("online")}},
          .created_at = now, .updated_at = now};
}

std::string question(int kind, int n) {
  switch (kind) {
    case 0: return fmt::format("{} {} {:05}", kKinds[n % 5], kTowns[n / 7 % 10], n);
    case 1: return "branch";
    case 2: return fmt::format("{:05}", n);
    case 3: return "johanesburg warehuose";
    case 4: return fmt::format("b8:69:f4:{:02x}:{:02x}", n >> 16 & 255, n >> 8 & 255);
    case 5: return "RB5009UG+S+IN";
    case 6: return fmt::format("10.{}.{}", n >> 16 & 255, n >> 8 & 255);
    case 7: return fmt::format("cape town {:05}", n);
    case 8: return "clinic kimberly";
    case 9: return "nothing of that kind";
    default: return fmt::format("{:04x}", n & 0xFFFF);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  auto database = db::open({.url = argv[1]}, system_clock());
  if (!database || !db::migrate(**database, search::migrations())) return 1;
  const Tenant tenant{CustomerId(*Uuid::parse("11111111-2222-4333-8444-555555555555"))};
  const auto now = system_clock().now();
  search::Index index;
  search::SearchService service(**database);
  const auto some = service.search(tenant, {.text = "branch", .types = {{"site", nullptr}}});
  if (!some) return fmt::print("{}\n", some.error().message()), 1;
  if (some->empty()) {
    const auto begun = system_clock().monotonic();
    for (int first = 0; first < kSites; first += 500) {
      const auto done = (*database)->write([&](db::Session& session) -> Status {
        for (int i = first; i < first + 500; ++i)
          if (auto put = index.put(session, tenant, site(i, now)); !put) return put;
        return {};
      });
      if (!done) return fmt::print("{}\n", done.error().message()), 1;
    }
    fmt::print("indexed {} sites in {:.1f} s\n", kSites, std::chrono::duration<double>(system_clock().monotonic() - begun).count());
  }
  std::vector<double> all;
  for (int kind = 0; kind <= 10; ++kind) {
    std::vector<double> times;
    std::size_t hits = 0;
    for (int round = 0; round < 60; ++round) {
      const auto text = question(kind, (round * 7919 + 13) % kSites);
      const auto begun = system_clock().monotonic();
      const auto found = service.search(tenant, {.text = text, .types = {{"site", nullptr}}});
      if (!found) return fmt::print("{}\n", found.error().message()), 1;
      times.push_back(std::chrono::duration<double, std::milli>(system_clock().monotonic() - begun).count());
      hits = found->size();
    }
    all.insert(all.end(), times.begin(), times.end());
    std::ranges::sort(times);
    fmt::print("{:32} p50 {:7.2f} ms  max {:7.2f} ms  {} hits\n", question(kind, 13), times[times.size() / 2], times.back(), hits);
  }
  std::ranges::sort(all);
  fmt::print("{:32} p50 {:7.2f} ms  p99 {:7.2f} ms\n", "all", all[all.size() / 2], all[all.size() * 99 / 100]);
}
