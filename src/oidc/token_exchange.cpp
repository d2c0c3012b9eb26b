#include "oidc/token_exchange.hpp"

#include <algorithm>

#include "audit/audit_service.hpp"
#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "identity/token_service.hpp"
#include "identity/user_service.hpp"
#include "oidc/client_service.hpp"
#include "oidc/grant_keeper.hpp"
#include "oidc/grant_store.hpp"
#include "oidc/id_tokens.hpp"
#include "oidc/parameters.hpp"

namespace openstrat::oidc {
namespace {

constexpr std::size_t kLongestToken = 200;
constexpr std::size_t kSecretLength = 43;  // 256 bits

std::string hash_of(std::string_view secret) { return crypto::hex(crypto::sha256(secret)); }

auto bad_grant(const char* description) { return refuse("invalid_grant", description); }

/// RFC 7636 §4.6.
bool verifier_fits(const Code& code, std::string_view verifier) {
  if (verifier.size() < 43 || verifier.size() > 128) return false;
  if (code.challenge_is_plain) return crypto::equal_constant_time(*code.challenge, verifier);
  const auto digest = crypto::sha256(verifier);
  return crypto::equal_constant_time(*code.challenge, crypto::base64url({reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

std::vector<std::string> api_scopes(const std::vector<std::string>& scopes) {
  std::vector<std::string> out;
  std::ranges::copy_if(scopes, std::back_inserter(out), [](const auto& scope) { return !is_identity_scope(scope); });
  return out;
}

}  // namespace

TokenExchange::TokenExchange(Dependencies dependencies)
    : deps_(dependencies),
      issued_(deps_.metrics.counter("openstrat_oauth_tokens_issued_total", "Answers of the token endpoint with tokens")),
      refused_(deps_.metrics.counter("openstrat_oauth_tokens_refused_total", "Answers of the token endpoint with an error")),
      reused_(deps_.metrics.counter("openstrat_oauth_reuse_total", "Codes and refresh tokens that came a second time")) {}

Answer<Tokens> TokenExchange::exchange(const Client& client, const Parameters& form, const std::string& remote) {
  const auto go = [&]() -> Answer<Tokens> {
    const auto name = form.find("grant_type");
    if (!name) return refuse("invalid_request", "grant_type is missing.");
    const auto type = parse_grant_type(*name);
    if (!type) return refuse("unsupported_grant_type", "Supported are authorization_code, refresh_token and client_credentials.");
    if (!client.may_use(*type)) return refuse("unauthorized_client", "The client is not registered for this grant_type.");
    switch (*type) {
      case GrantType::authorization_code: return exchange_code(client, form, remote);
      case GrantType::refresh_token: return refresh(client, form, remote);
      case GrantType::client_credentials: return for_itself(client, form);
    }
    std::unreachable();
  };
  auto answer = go();
  (answer ? issued_ : refused_).add();
  return answer;
}

void TokenExchange::note_reuse(const Client& client, const std::string& grant_id, const char* what, const std::string& remote) {
  reused_.add();
  deps_.grants.forget(grant_id);
  deps_.audit.record({.team_id = client.team_id, .name = client.name, .event_time = deps_.clock.now(), .endpoint = "oauth_token.reused",
                      .status_code = 400, .ip_address = remote, .note = std::string(what) + " of " + client.id + " came a second time; " + grant_id + " was ended"});
}

// ---- authorization_code -------------------------------------------------------------------------------------------

Grant TokenExchange::grant_of(const Code& code) const {
  const Timestamp now = deps_.clock.now();
  const bool is_lasting = std::ranges::binary_search(code.scopes, "offline_access");
  const auto life = is_lasting ? std::chrono::seconds(deps_.settings.refresh_life) : deps_.settings.access_token_life;
  return {.id = code.grant_id, .client_id = code.client_id, .user_id = code.user_id, .session_id = code.session_id, .scopes = code.scopes,
          .methods = code.methods, .authenticated_at = code.authenticated_at, .created_at = now, .last_used_at = now,
          .expires_at = now + life, .revoked_at = {}};
}

/// The code counts as used from here on, whatever is wrong with the rest of the request; its grant exists, so that a second use of
/// the code finds something to end.
Answer<Code> TokenExchange::take_code(const Client& client, std::string_view code, const std::string& remote) {
  struct Taken { std::optional<Code> code; bool is_replay = false; };
  const Timestamp now = deps_.clock.now();
  const std::string hash = hash_of(code);
  const auto taken = deps_.database.write([&](db::Session& session) -> Result<Taken> {
    auto found = grant_store::find_code(session, hash);
    if (!found) return fail(found.error());
    if (!*found) return Taken{};
    const auto is_first = grant_store::use_code(session, hash, now);
    if (!is_first) return fail(is_first.error());
    if (*is_first) {
      if (auto stored = grant_store::insert(session, grant_of(**found)); !stored) return fail(stored.error());
      return Taken{*std::move(found)};
    }
    const auto ended = grant_store::revoke(session, (*found)->grant_id, "code_reused", now);
    if (!ended) return fail(ended.error());
    return Taken{*std::move(found), true};
  });
  if (!taken) return refuse(taken.error());
  if (!taken->code) return bad_grant("The code is unknown.");
  if (taken->is_replay) {
    note_reuse(client, taken->code->grant_id, "a code", remote);
    return bad_grant("The code was used before.");
  }
  if (taken->code->client_id != client.id) return bad_grant("The code was given to another client.");
  if (now >= taken->code->expires_at) return bad_grant("The code has expired.");
  return *taken->code;
}

Answer<Tokens> TokenExchange::exchange_code(const Client& client, const Parameters& form, const std::string& remote) {
  const auto text = form.find("code");
  if (!text || text->size() > kLongestToken) return refuse("invalid_request", "code is missing.");
  const auto code = take_code(client, *text, remote);
  if (!code) return std::unexpected(code.error());
  if (form.get("redirect_uri") != code->redirect_uri) return bad_grant("redirect_uri is not the one that the code was sent to.");
  const auto verifier = form.find("code_verifier");
  if (code->challenge.has_value() != verifier.has_value()) return bad_grant(verifier ? "The code was asked for without PKCE." : "code_verifier is missing.");
  if (code->challenge && !verifier_fits(*code, *verifier)) return bad_grant("code_verifier does not fit the code_challenge.");

  const Grant grant = grant_of(*code);
  auto tokens = tokens_of(grant, code->nonce);
  if (!tokens || !grant.has("offline_access")) return tokens;
  std::string plain;
  const RefreshToken row = new_refresh_token(grant, plain);
  const auto stored = deps_.database.write([&](db::Session& session) { return grant_store::insert_refresh_token(session, row); });
  if (!stored) return refuse(stored.error());
  tokens->refresh_token = std::move(plain);
  return tokens;
}

// ---- refresh_token ------------------------------------------------------------------------------------------------

RefreshToken TokenExchange::new_refresh_token(const Grant& grant, std::string& plain) const {
  const Timestamp now = deps_.clock.now();
  plain = random_base62(kSecretLength, deps_.rng);
  return {.hash = hash_of(plain), .grant_id = grant.id, .created_at = now,
          .expires_at = std::min<Timestamp>(now + deps_.settings.refresh_idle, grant.expires_at), .used_at = {}};
}

Answer<Grant> TokenExchange::end_family(const Client& client, const Grant& grant, const std::string& remote) {
  const auto ended = deps_.database.write([&](db::Session& session) -> Status {
    const Timestamp now = deps_.clock.now();
    const auto first = grant_store::revoke(session, grant.id, "refresh_token_reused", now);
    if (!first) return fail(first.error());
    if (!*first || !client.team_id) return {};
    Attributes data{{"grant_id", grant.id}, {"name", client.name}};
    if (grant.user_id) data.set("user_id", grant.user_id->to_string());
    return deps_.bus.append(session, {.name = "oauth_token.reused", .occurred_at = now, .customer_id = *client.team_id, .resource_id = client.id,
                                      .data = std::move(data)});
  });
  if (!ended) return refuse(ended.error());
  note_reuse(client, grant.id, "a refresh token", remote);
  return bad_grant("The refresh token was used before; sign in again.");
}

Answer<Grant> TokenExchange::check_refresh(const Client& client, std::string_view hash, const std::string& remote) {
  struct Found { std::optional<RefreshToken> token; std::optional<Grant> grant; };
  const auto found = deps_.database.read([&](db::Session& session) -> Result<Found> {
    auto token = grant_store::find_refresh_token(session, hash);
    if (!token) return fail(token.error());
    if (!*token) return Found{};
    auto grant = grant_store::find(session, (*token)->grant_id);
    if (!grant) return fail(grant.error());
    return Found{*std::move(token), *std::move(grant)};
  });
  if (!found) return refuse(found.error());
  const Timestamp now = deps_.clock.now();
  if (!found->grant || found->grant->client_id != client.id) return bad_grant("The refresh token is unknown.");
  if (found->grant->revoked_at) return bad_grant("The refresh token was revoked; sign in again.");
  if (found->token->used_at) return end_family(client, *found->grant, remote);
  if (now >= found->token->expires_at || now >= found->grant->expires_at) return bad_grant("The refresh token has expired; sign in again.");
  return *found->grant;
}

Answer<Tokens> TokenExchange::refresh(const Client& client, const Parameters& form, const std::string& remote) {
  const auto text = form.find("refresh_token");
  if (!text || text->size() > kLongestToken) return refuse("invalid_request", "refresh_token is missing.");
  const std::string hash = hash_of(*text);
  auto grant = check_refresh(client, hash, remote);
  if (!grant) return std::unexpected(grant.error());
  if (const auto wanted = form.find("scope")) {
    const auto fewer = word_set(*wanted);
    if (!std::ranges::includes(grant->scopes, fewer)) return refuse("invalid_scope", "A refresh cannot ask for more than was granted.");
    grant->scopes = fewer;
  }
  auto tokens = tokens_of(*grant, std::nullopt);
  if (!tokens) return tokens;
  std::string plain;
  const RefreshToken row = new_refresh_token(*grant, plain);
  // The tokens above are only handed out by whoever is first here.
  const auto is_first = deps_.database.write([&](db::Session& session) -> Result<bool> {
    const Timestamp now = deps_.clock.now();
    const auto used = grant_store::use_refresh_token(session, hash, now);
    if (!used || !*used) return used;
    if (auto done = grant_store::insert_refresh_token(session, row); !done) return fail(done.error());
    if (auto done = grant_store::touch(session, grant->id, now); !done) return fail(done.error());
    return true;
  });
  if (!is_first) return refuse(is_first.error());
  if (!*is_first) return std::unexpected(end_family(client, *grant, remote).error());
  tokens->refresh_token = std::move(plain);
  return tokens;
}

// ---- client_credentials -------------------------------------------------------------------------------------------

Answer<Tokens> TokenExchange::for_itself(const Client& client, const Parameters& form) {
  std::vector<std::string> scopes = client.scopes;
  if (const auto wanted = form.find("scope")) {
    scopes = word_set(*wanted);
    if (!std::ranges::includes(client.scopes, scopes)) return refuse("invalid_scope", "The client is not registered for one of these scopes.");
  }
  const Timestamp now = deps_.clock.now();
  const Grant grant{.id = "grant_" + ksuid(now, deps_.rng), .client_id = client.id, .user_id = {}, .session_id = {}, .scopes = scopes, .methods = {},
                    .authenticated_at = {}, .created_at = now, .last_used_at = now, .expires_at = now + deps_.settings.access_token_life, .revoked_at = {}};
  const auto issued = deps_.tokens.issue_machine({.client_id = client.id, .client_name = client.name, .team_id = *client.team_id,
                                                  .grant_id = grant.id, .scopes = scopes});
  if (!issued) return refuse(issued.error());
  const auto stored = deps_.database.write([&](db::Session& session) { return grant_store::insert(session, grant); });
  if (!stored) return refuse(stored.error());
  return Tokens{.access_token = issued->access_token, .expires_in = seconds_until(issued->expires_at), .scopes = scopes, .refresh_token = {}, .id_token = {}};
}

// ---- tokens of a user ---------------------------------------------------------------------------------------------

std::chrono::seconds TokenExchange::seconds_until(Timestamp time) const {
  return std::chrono::round<std::chrono::seconds>(time - deps_.clock.now());
}

Answer<Tokens> TokenExchange::tokens_of(const Grant& grant, const std::optional<std::string>& nonce) {
  identity::TokenRequest request{.session_id = *grant.session_id, .client_id = grant.client_id, .granted = join_words(grant.scopes),
                                 .grant_id = grant.id};
  const auto client = deps_.clients.look_up(grant.client_id);
  if (!client) return refuse(client.error());
  if (!*client) return bad_grant("The application was removed.");
  if (!(*client)->is_first_party()) {
    request.delegated_scopes = api_scopes(grant.scopes);
    request.delegated_team = (*client)->team_id;
  }
  if (grant.has("offline_access")) request.keep_session_until = std::min<Timestamp>(deps_.clock.now() + deps_.settings.refresh_idle, grant.expires_at);
  const auto issued = deps_.tokens.issue_for(request);
  if (!issued && issued.error().code() == Errc::unavailable) return refuse(issued.error());
  if (!issued) return bad_grant("The session was ended or the person may not sign in any more.");
  Tokens tokens{.access_token = issued->access_token, .expires_in = seconds_until(issued->expires_at), .scopes = grant.scopes, .refresh_token = {}, .id_token = {}};
  if (!grant.has("openid")) return tokens;
  const auto user = deps_.users.find_user(*grant.user_id);
  if (!user) return refuse(user.error());
  auto id_token = deps_.id_tokens.make({.user = *user, .grant = grant, .nonce = nonce, .access_token = tokens.access_token});
  if (!id_token) return refuse(id_token.error());
  tokens.id_token = *std::move(id_token);
  return tokens;
}

}  // namespace openstrat::oidc
