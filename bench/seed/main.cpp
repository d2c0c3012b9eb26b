// openstrat-bench-seed: fills the database of a stopped instance with adopted sites, through the stores of the product, and writes
// what load generators need: complete heartbeat requests with valid device tokens, and a table of the sites.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "db/database.hpp"
#include "fleet/device_token.hpp"
#include "fleet/facts.hpp"
#include "fleet/site_store.hpp"

namespace openstrat::bench {
namespace {

using fleet::Site;

constexpr int kSitesPerCommit = 1000;

struct Options {
  std::string data_dir;
  std::string database_url;
  std::string team;
  int sites = 1000;
  std::string requests_file;
  std::string sites_file;
};

/// What a hAP reports: /system identity, resource, license and routerboard as facts.rsc joins them.
std::string heartbeat_body(int number) {
  return fmt::format(
      "name=branch-{0:06};architecture-name=arm64;bad-blocks=0;board-name=hAP ax^2;build-time=2024-11-26 12:09:40;cpu=ARM64;cpu-count=4;"
      "cpu-frequency=864;cpu-load={1};factory-software=7.4;free-hdd-space=98{2:06};free-memory=63{3:07};platform=MikroTik;"
      "total-hdd-space=134217728;total-memory=1073741824;uptime=3w2d{4:02}:{5:02}:{6:02};version=7.16.2 (stable);write-sect-since-reboot=1{0:05};"
      "write-sect-total=29{0:06};features=;nlevel=6;software-id=BN{0:06X}-4X2L;board-name=hAP ax^2;current-firmware=7.16.2;"
      "factory-firmware=7.4;firmware-type=ipq6000;model=C52iG-5HaxD2HaxD;revision=r2;routerboard=true;serial-number=HE90{0:08X};upgrade-firmware=7.16.2",
      number, number % 37, number % 999'983, number * 97 % 9'999'991, number % 24, number % 60, number % 59);
}

std::string poll_request(const std::string& token, const std::string& body) {
  return fmt::format("POST /poll HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mikrotik/7.x Fetch\r\nAuthorization: Bearer {}\r\n"
                     "Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{}",
                     token, body.size(), body);
}

Site make_site(CustomerId customer, int number, const std::string& body, Timestamp now) {
  const auto heartbeat = routeros::parse_heartbeat(body);
  Site site{.customer_id = customer, .id = SiteId(uuid_v4(secure_rng()))};
  site.pid = "site_" + ksuid(now, secure_rng());
  site.name = fmt::format("branch-{:06} - 1st Jan 25", number);
  site.timezone = "UTC";
  site.has_pulse = true;
  site.adopted_at = site.created_at = site.updated_at = now - std::chrono::days(30);
  site.facts = fleet::facts_of(heartbeat, {}, static_cast<std::int64_t>(routeros::facts_hash(body)));
  site.facts.hardware_hash = routeros::hardware_hash(heartbeat);
  site.pulse = {.last_seen_at = now - std::chrono::seconds(30), .last_seen_from = "127.0.0.1", .uptime_seconds = 1};
  site.token_version = 1;
  return site;
}

Status store(db::Database& database, std::vector<Site>& sites) {
  return database.write([&](db::Session& session) -> Status {
    for (Site& site : sites) {
      if (auto stored = fleet::site_store::insert(session, site); !stored) return stored;
      if (auto stored = fleet::site_store::write_pulse(session, site.id, site.pulse); !stored) return stored;
    }
    return {};
  });
}

Status seed(const Options& options) {
  const auto customer = CustomerId::parse(options.team);
  if (!customer) return fail(Errc::invalid, "--team is not a UUID");
  const auto key = MasterKey::load(std::filesystem::path(options.data_dir) / "secret.key");
  if (!key) return fail(key.error());
  const fleet::DeviceTokens tokens({crypto::derive_key(key->bytes(), "device tokens")});
  const auto database = db::open({.url = options.database_url.empty() ? "sqlite:" + options.data_dir + "/openstrat.db" : options.database_url,
                                  .write_timeout = std::chrono::minutes(1)},
                                 system_clock());
  if (!database) return fail(database.error());

  std::ofstream requests(options.requests_file, std::ios::binary), table(options.sites_file);
  const Timestamp now = system_clock().now();
  std::vector<Site> batch;
  for (int number = 1; number <= options.sites; ++number) {
    const std::string body = heartbeat_body(number);
    const Site& site = batch.emplace_back(make_site(*customer, number, body, now));
    const std::string token = tokens.issue(site.id, site.token_version, now);
    requests << poll_request(token, body) << '\0';
    table << site.id.to_string() << '\t' << site.pid << '\t' << token << '\n';
    if (number % kSitesPerCommit != 0 && number != options.sites) continue;
    if (auto stored = store(**database, batch); !stored) return stored;
    batch.clear();
  }
  requests.close();
  table.close();
  if (!requests || !table) return fail(Errc::unavailable, "cannot write the files of requests and sites");
  return {};
}

}  // namespace
}  // namespace openstrat::bench

int main(int argc, char** argv) {
  CLI::App cli("Puts adopted sites into the database of an instance and writes their heartbeat requests");
  openstrat::bench::Options options;
  cli.add_option("--data-dir", options.data_dir, "of the instance: its key file, and its database unless --db is given")->required();
  cli.add_option("--db", options.database_url, "sqlite:PATH or postgresql://…");
  cli.add_option("--team", options.team, "id of the team that gets the sites")->required();
  cli.add_option("--sites", options.sites)->check(CLI::PositiveNumber);
  cli.add_option("--requests", options.requests_file, "heartbeat requests for openstrat-load --requests")->required();
  cli.add_option("--table", options.sites_file, "site id, pid and device token, separated by tabs")->required();
  CLI11_PARSE(cli, argc, argv);
  const auto seeded = openstrat::bench::seed(options);
  if (!seeded) fmt::print(stderr, "openstrat-bench-seed: {}\n", seeded.error().message());
  return seeded ? 0 : 1;
}
