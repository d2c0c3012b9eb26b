// What it costs to know who sends a request: CPU time (all threads), so that a busy machine does not blur it; warm caches,
// SQLite in memory.
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "base/log.hpp"
#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "db/database.hpp"
#include "identity/authenticator.hpp"
#include "identity/credential_cache.hpp"
#include "identity/key_service.hpp"
#include "identity/password_service.hpp"
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

void report(const char* what, double microseconds) { std::printf("%-44s %8.2f us\n", what, microseconds); }

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
  report("access token of an owner", authenticate(issued.access_token, 100'000));
  report("API key", authenticate(key.key, 100'000));
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
