// What the audit log costs a request: the same route with and without it, through the router, on one thread. The database is SQLite.
#include <fmt/core.h>

#include <filesystem>

#include "audit/hook.hpp"
#include "audit/schema.hpp"
#include "audit/writer.hpp"
#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "db/database.hpp"
#include "db/migrations.hpp"
#include "http/dto.hpp"
#include "http/testing/in_memory.hpp"
#include "identity/schema.hpp"

namespace openstrat::audit {
struct BenchRequest { std::string name, address; };
struct BenchView { std::string name; };
}  // namespace openstrat::audit
namespace openstrat {
template <>
struct http::Fields<audit::BenchRequest> {
  using V = audit::BenchRequest;
  static constexpr auto table = fields<V>("BenchRequest", body<&V::name>("name", "a name").required().length(1, 100), body<&V::address>("address", "an address"));
};
template <>
struct http::Fields<audit::BenchView> {
  static constexpr auto table = fields<audit::BenchView>("BenchView", body<&audit::BenchView::name>("name", "a name"));
};
}  // namespace openstrat

using namespace openstrat;

namespace {

double run(const http::Router& router, int requests) {
  const auto begun = system_clock().monotonic();
  for (int i = 0; i < requests; ++i)
    http::testing::send(router, http::Method::put, "/things", {.token = "user", .body = R"({"name":"Branch 7","address":"1 Main Road, Cape Town"})"});
  return static_cast<double>((system_clock().monotonic() - begun).count()) / requests;
}

}  // namespace

int main() {
  const auto directory = std::filesystem::temp_directory_path() / "openstrat-audit-bench";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  auto database = db::open({.url = "sqlite:" + (directory / "bench.db").string()}, system_clock());
  auto schema = identity::migrations();
  for (auto& migration : audit::migrations()) schema.push_back(std::move(migration));
  if (!database || !db::migrate(**database, schema)) return 1;
  metrics::Registry metrics;
  audit::AuditWriter writer({**database, system_clock(), secure_rng(), metrics,
                             [](db::Session&, UserId) -> Result<std::optional<std::string>> { return std::optional<std::string>("Ann"); }, 400, directory / "audit"});
  if (!writer.start()) return 1;

  http::testing::FakeAuthenticator authenticator;
  authenticator.add("user", http::testing::user_with(Tenant{CustomerId(uuid_v4(secure_rng()))}, {"site:update"}));
  const auto make = [&](bool audited) {
    auto hooks = http::testing::in_memory_hooks(system_clock(), authenticator);
    if (audited) hooks.audit = audit::audit_hook(writer);
    auto router = std::make_unique<http::Router>(std::move(hooks));
    router->add<audit::BenchRequest, audit::BenchView>(http::Method::put, "/things", {
        .family = "Bench", .summary = "Change a thing", .auth = http::Auth::bearer, .scope = "site:update",
        .handle = [](http::Call&, audit::BenchRequest request) -> Result<audit::BenchView> { return audit::BenchView{request.name}; }});
    return router;
  };
  const auto without = make(false), with = make(true);
  run(*without, 2000);
  double least_without = 1e9, least_with = 1e9;
  for (int round = 0; round < 5; ++round) {
    least_without = std::min(least_without, run(*without, 5000));
    least_with = std::min(least_with, run(*with, 5000));
  }
  writer.stop(std::chrono::minutes(1));
  fmt::print("without audit {:6.1f} us a request\nwith audit    {:6.1f} us a request   (router only, no socket)\nratio         {:6.2f}\n", least_without, least_with,
             least_with / least_without);
  std::filesystem::remove_all(directory);
}
