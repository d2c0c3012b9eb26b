// What it costs to know who sends a request: CPU time (all threads), so that a busy machine does not blur it; warm caches,
// SQLite in memory.
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "db/database.hpp"
#include "identity/authenticator.hpp"
#include "identity/credential_cache.hpp"
#include "identity/key_service.hpp"
#include "identity/password_service.hpp"
#include "identity/role_store.hpp"
#include "identity/schema.hpp"
#include "identity/signing_keys.hpp"
#include "identity/token_service.hpp"
#include "identity/user_service.hpp"

using namespace openstrat;
using namespace openstrat::identity;

namespace {

template <class Work>
double microseconds_each(int rounds, Work work) {
  const auto start = std::clock();
  for (int i = 0; i < rounds; ++i) work();
  return static_cast<double>(std::clock() - start) * 1e6 / CLOCKS_PER_SEC / rounds;
}

void report(const char* what, double microseconds) { std::printf("%-56s %8.2f us %10.0f/s\n", what, microseconds, 1e6 / microseconds); }

/// A hundred roles with a hundred scopes each, of which the user holds twenty.
void add_roles(db::Database& database, const Tenant& tenant, UserId user, Timestamp now) {
  const auto scopes = all_scopes();
  const auto done = database.write([&](db::Session& session) -> Status {
    std::vector<Assignment> held{{.role_id = id_of(SystemRole::owner), .role_name = {}, .sites = {}}};
    for (int i = 0; i < 100; ++i) {
      Role role{.id = RoleId(uuid_v4(secure_rng())), .team_id = tenant.customer_id, .name = "role " + std::to_string(i),
                .scopes = {scopes.begin(), scopes.begin() + 100}, .users = 0, .created_at = now, .updated_at = now};
      if (auto stored = role_store::insert(session, role); !stored) return stored;
      if (i % 5 == 0) held.push_back({.role_id = role.id, .role_name = {}, .sites = {}});
    }
    return role_store::assign(session, tenant, user, held);
  });
  if (!done) std::abort();
}

/// What a flood of sign-ins costs: answered as fast as Argon2 allows, in bounded memory, the rest refused at once.
void report_flood(PasswordService& passwords) {
  constexpr int kCallers = 64, kTries = 8;
  std::atomic<int> answered{0}, refused{0};
  const auto began = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < kCallers; ++i)
      callers.emplace_back([&] {
        for (int n = 0; n < kTries; ++n) ++(passwords.verify(std::nullopt, "Wrong-horse-7") ? answered : refused);
      });
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("flood of %d sign-ins: %.1f answered/s, %d refused, peak memory of the process %ld MiB\n", kCallers * kTries, answered / took.count(), refused.load(),
              usage.ru_maxrss / 1024);
}

}  // namespace

int main() {
  log::set_level(log::Level::warning);
  const auto& clock = system_clock();
  const auto database = db::open({.url = "sqlite::memory:"}, clock).value();
  if (!db::migrate(*database, migrations())) return 1;
  Settings settings;
  settings.issuer = settings.audience = "https://api.example";
  const SecretBox box("identity", MasterKey(crypto::Key32{1}));
  CredentialCache cache(*database, clock);
  PasswordService passwords({}, nullptr);
  UserService users({*database, cache, clock, secure_rng(), passwords});
  KeyService keys({*database, cache, clock, secure_rng(), settings});
  SigningKeys signing({*database, box, clock, secure_rng()});
  TokenService tokens({*database, signing, cache, clock, secure_rng(), settings});
  BearerAuthenticator authenticator({*database, cache, tokens, nullptr, clock, settings});
  if (!users.prepare() || !signing.rotate()) return 1;
  const auto enrolled = users.enrol("ann@example.com", "Correct-horse-7", "Acme").value();
  const auto issued = tokens.issue(enrolled.user.id, std::nullopt, {}).value();
  const auto key = keys.create(Tenant{enrolled.team.id}, {.name = "bench"}).value();

  const auto authenticate = [&](const std::string& token, int rounds) {
    http::Request request;
    request.headers.set("Authorization", "Bearer " + token);
    return microseconds_each(rounds, [&] {
      if (!authenticator.authenticate(request, http::Auth::bearer | http::Auth::api_key)) std::abort();
    });
  };
  report("password check (Argon2id, 64 MiB, 3 passes)", microseconds_each(20, [&] {
    if (!passwords.verify(std::nullopt, "Wrong-horse-7")) std::abort();
  }));
  report_flood(passwords);
  report("access token seen before, of an owner", authenticate(issued.access_token, 100'000));
  report("API key seen before", authenticate(key.key, 100'000));
  report("only its signature and times, seen before", microseconds_each(200'000, [&] {
           if (!tokens.verify(issued.access_token)) std::abort();
         }));
  add_roles(*database, Tenant{enrolled.team.id}, enrolled.user.id, clock.now());
  if (!cache.poll()) return 1;
  report("10,000 role scopes: who sends it, and may he", [&] {
    http::Request request;
    request.headers.set("Authorization", "Bearer " + issued.access_token);
    return microseconds_each(100'000, [&] {
      const auto principal = authenticator.authenticate(request, http::Auth::bearer);
      if (!principal || !principal->may("site:view") || principal->may("site:fly")) std::abort();
    });
  }());
  const auto principal = [&] {
    http::Request request;
    request.headers.set("Authorization", "Bearer " + issued.access_token);
    return authenticator.authenticate(request, http::Auth::bearer).value();
  }();
  report("10,000 role scopes: may he", microseconds_each(1'000'000, [&] {
           if (!principal.may("site:view")) std::abort();
         }));
  report("10,000 role scopes: looked up in the database", microseconds_each(500, [&] {
           const auto changed = database->write([&](db::Session& session) { return cache.changed(session, Change::of(enrolled.user.id)); });
           if (!changed || !cache.session(issued.session_id)) std::abort();
         }));
  report("reading the feed when nothing changed", [&] {
    if (!cache.poll()) std::abort();
    return microseconds_each(5000, [&] {
      if (!cache.poll()) std::abort();
    });
  }());
  report("access token, first time (signature)", microseconds_each(5000, [&] {
           const auto signing_key = signing.newest();
           const auto dot = issued.access_token.rfind('.');
           static const auto signature = crypto::unbase64url(issued.access_token.substr(dot + 1)).value();
           if (!signing_key->key.verify_sha256(std::string_view(issued.access_token).substr(0, dot), signature)) std::abort();
         }));
  report("issue an access token", microseconds_each(200, [&] {
           if (!tokens.issue(enrolled.user.id, std::nullopt, {})) std::abort();
         }));
  std::printf("access token of an owner: %zu bytes\n", issued.access_token.size());
}
