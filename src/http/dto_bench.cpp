// How fast a list of 5,000 sites is printed, and a site read back. Figures: docs/decisions/0002-field-tables.md.
#include <benchmark/benchmark.h>

#include "http/dto.hpp"

namespace openstrat {
namespace {

struct TagView {
  std::string key;
  std::string value;
};
struct SiteView {
  Uuid id;
  std::string name;
  std::optional<std::string> address;
  std::optional<Timestamp> last_seen_at;
  bool is_online = true;
  int uptime_s = 0;
  double cpu_load = 0;
  std::string version;
  IpAddress public_ip;
  std::vector<TagView> tags;
};

}  // namespace

template <>
struct http::Fields<TagView> {
  static constexpr auto table =
      http::fields<TagView>("Tag", http::body<&TagView::key>("key", "key"), http::body<&TagView::value>("value", "value"));
};
template <>
struct http::Fields<SiteView> {
  static constexpr auto table = http::fields<SiteView>(
      "Site", http::body<&SiteView::id>("id", "id"), http::body<&SiteView::name>("name", "name"),
      http::body<&SiteView::address>("address", "postal address"),
      http::body<&SiteView::last_seen_at>("last_seen_at", "last heartbeat"),
      http::body<&SiteView::is_online>("is_online", "online"), http::body<&SiteView::uptime_s>("uptime_s", "uptime"),
      http::body<&SiteView::cpu_load>("cpu_load", "load"), http::body<&SiteView::version>("version", "RouterOS version"),
      http::body<&SiteView::public_ip>("public_ip", "address"), http::body<&SiteView::tags>("tags", "tags"));
};

namespace {

std::vector<SiteView> sites(int count) {
  std::vector<SiteView> out;
  for (int i = 0; i < count; ++i) {
    out.push_back({.id = {{1, 2, 3, static_cast<std::uint8_t>(i)}},
                   .name = "Branch " + std::to_string(i) + " \"Nord\"",
                   .address = i % 3 ? std::optional<std::string>("Hauptstraße 7, Köln") : std::nullopt,
                   .last_seen_at = from_unix_us(1'770'000'000'000'000 + i),
                   .uptime_s = i * 17,
                   .cpu_load = i / 7.0,
                   .version = "7.16.1",
                   .public_ip = IpAddress::v4(0xC0000200u + static_cast<unsigned>(i)),
                   .tags = {{"region", "north"}, {"tier", "gold"}}});
  }
  return out;
}

void print_site_list(benchmark::State& state) {
  const auto list = sites(static_cast<int>(state.range(0)));
  std::int64_t bytes = 0;
  for (auto _ : state) {
    const auto text = http::to_json(list);
    bytes += static_cast<std::int64_t>(text.size());
    benchmark::DoNotOptimize(text.data());
  }
  state.SetBytesProcessed(bytes);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(print_site_list)->Arg(50)->Arg(5000)->Unit(benchmark::kMicrosecond);

void read_site(benchmark::State& state) {
  const auto text = http::to_json(sites(1).front());
  for (auto _ : state) {
    auto site = http::from_json<SiteView>(text);
    benchmark::DoNotOptimize(site);
  }
}
BENCHMARK(read_site);

}  // namespace
}  // namespace openstrat

BENCHMARK_MAIN();
