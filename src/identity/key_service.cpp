#include "identity/key_service.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "identity/credential_cache.hpp"
#include "identity/credential_store.hpp"
#include "identity/member_store.hpp"
#include "identity/role_store.hpp"
#include "identity/scopes.hpp"
#include "mail/mail_service.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kHintLength = 4;
constexpr std::size_t kVisibleLength = 5;
constexpr std::string_view kPublicPrefix = "api_key_";
constexpr std::size_t kPublicLength = 27;
constexpr int kWarnStep = 200;
constexpr std::array kWarnDays{3, 14};  // the sooner first: who is warned of 3 days needs no mail about 14

struct Printed {
  std::string key;     ///< what the client sends
  std::string secret;  ///< the part that is hashed
};

Printed print(const ApiCredential& credential, const Settings& settings, Rng& rng) {
  switch (credential.format) {
    case KeyFormat::colon: {
      auto secret = random_base62(62, rng);
      return {credential.id.to_string() + ":" + credential.team_id.to_string() + ":" + secret, secret};
    }
    case KeyFormat::wfk: {
      auto key = "wfk_" + random_base62(40, rng);
      return {key, key};
    }
    case KeyFormat::alto_sk: {
      auto key = settings.api_key_prefix + random_base62(48, rng);
      return {key, key};
    }
  }
  std::unreachable();
}

void seal(ApiCredential& credential, const Printed& printed) {
  credential.secret_hash = crypto::hex(crypto::sha256(printed.secret));
  credential.hint = printed.secret.substr(printed.secret.size() - kHintLength);
  const auto visible = credential.format == KeyFormat::colon ? kVisibleLength + 3 : printed.key.find_last_of('_') + 1 + kVisibleLength;
  credential.key_prefix = printed.key.substr(0, visible);
}

void check_name(const std::string& name, std::vector<FieldError>& wrong) {
  if (text::trim(name).empty() || text::length_utf8(name) > 100) wrong.push_back({"name", "must have 1 to 100 characters"});
}
void check_expiry(const std::optional<Timestamp>& expires_at, Timestamp now, std::vector<FieldError>& wrong) {
  const Timestamp tomorrow = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
  if (expires_at && *expires_at <= tomorrow) wrong.push_back({"expires_at", "must be later than tomorrow 00:00 UTC"});
}
Status verdict(std::vector<FieldError> wrong) {
  if (wrong.empty()) return {};
  return fail(Error(Errc::invalid, "The API key is not valid.").with_fields(std::move(wrong)));
}

Status check(const NewKey& request, Timestamp now) {
  std::vector<FieldError> wrong;
  check_name(request.name, wrong);
  check_expiry(request.expires_at, now, wrong);
  if (request.scopes && request.scopes->empty()) wrong.push_back({"permissions", "must name at least one scope"});
  return verdict(std::move(wrong));
}

}  // namespace

std::string public_id(CredentialId id) {
  const std::string digits = to_base62(id.value);
  return std::string(kPublicPrefix) + std::string(kPublicLength - digits.size(), '0') + digits;
}

std::optional<CredentialId> parse_key_id(std::string_view text) {
  if (auto id = CredentialId::parse(text)) return id;
  if (text.starts_with(kPublicPrefix)) text.remove_prefix(kPublicPrefix.size());
  if (text.size() != kPublicLength) return std::nullopt;
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size() - 1));
  const auto uuid = uuid_from_base62(text);
  return uuid ? std::optional(CredentialId(*uuid)) : std::nullopt;
}

KeyStatus status_at(const ApiCredential& key, Timestamp now) {
  return key.status == KeyStatus::active && key.expires_at && *key.expires_at <= now ? KeyStatus::expired : key.status;
}

Result<std::vector<std::string>> KeyService::chosen_scopes(const NewKey& request, const std::vector<std::string>& held) const {
  if (!request.scopes) return default_key_scopes(held);
  std::set<std::string> chosen;
  std::vector<FieldError> wrong;
  for (const auto& text : *request.scopes) {
    const auto expanded = expand_scope(text);
    if (expanded.empty()) wrong.push_back({"permissions", "has no scope called " + text});
    for (const auto scope : expanded) {
      if (!std::ranges::binary_search(held, scope, std::less<>{}))
        wrong.push_back({"permissions", "must not have " + std::string(scope) + ", which you do not hold"});
      chosen.emplace(scope);
    }
  }
  if (!wrong.empty()) return fail(Error(Errc::invalid, "The API key is not valid.").with_fields(std::move(wrong)));
  return std::vector<std::string>(chosen.begin(), chosen.end());
}

Result<KeyService::Created> KeyService::create(const Tenant& tenant, NewKey request) { return make(tenant, std::move(request), std::nullopt); }

Result<KeyService::Created> KeyService::create_as(const Actor& actor, NewKey request) {
  request.created_by = actor.user_id;
  return make(actor.tenant, std::move(request), actor.scopes);
}

Result<KeyService::Created> KeyService::make(const Tenant& tenant, NewKey&& request, const std::optional<std::vector<std::string>>& known) {
  const Timestamp now = deps_.clock.now();
  if (auto valid = check(request, now); !valid) return fail(valid.error());
  ApiCredential credential{.team_id = tenant.customer_id, .id = CredentialId(uuid_v4(deps_.rng)),
                           .name = std::string(text::trim(request.name)), .format = request.format,
                           .expires_at = request.expires_at, .created_by = request.created_by,
                           .created_at = now, .updated_at = now};
  auto printed = print(credential, deps_.settings, deps_.rng);
  seal(credential, printed);
  if (credential.format == KeyFormat::alto_sk) credential.client_id = "client_" + random_base62(27, deps_.rng);

  auto stored = deps_.database.write([&](db::Session& session) -> Status {
    if (const auto team = user_store::find_team(session, tenant); !team) return fail(team.error());
    auto held = known ? Result<std::vector<std::string>>(*known)
                : request.created_by ? role_store::unlimited_scopes(session, tenant, *request.created_by)
                                   : Result<std::vector<std::string>>(all_scopes());
    if (!held) return fail(held.error());
    auto scopes = chosen_scopes(request, *held);
    if (!scopes) return fail(scopes.error());
    credential.permissions = *std::move(scopes);
    return credential_store::insert(session, credential);  // no node can have looked for it: its id is new
  });
  if (!stored) return fail(stored.error());
  return Created{.credential = std::move(credential), .key = std::move(printed.key)};
}

Result<std::vector<ApiCredential>> KeyService::list(const Tenant& tenant) {
  return deps_.database.read([&](db::Session& session) { return credential_store::list(session, tenant); });
}

Result<ApiCredential> KeyService::find(const Tenant& tenant, CredentialId id) {
  return deps_.database.read([&](db::Session& session) { return credential_store::find(session, tenant, id); });
}

Result<ApiCredential> KeyService::update(const Actor& actor, CredentialId id, const KeyChange& change) {
  const Timestamp now = deps_.clock.now();
  std::vector<FieldError> wrong;
  if (change.name) check_name(*change.name, wrong);
  if (change.expires_at) check_expiry(*change.expires_at, now, wrong);
  if (change.scopes && change.scopes->empty()) wrong.push_back({"permissions", "must name at least one scope"});
  if (auto valid = verdict(std::move(wrong)); !valid) return fail(valid.error());
  return deps_.database.write([&](db::Session& session) -> Result<ApiCredential> {
    auto key = credential_store::find(session, actor.tenant, id);
    if (!key) return key;
    if (key->status == KeyStatus::revoked) return fail(Errc::not_found, "No such API key.");
    if (change.name) key->name = std::string(text::trim(*change.name));
    if (change.expires_at) key->expires_at = *change.expires_at;
    if (change.scopes) {
      std::vector<std::string> allowed = actor.scopes;  // and what the key has already: it may keep that
      allowed.insert(allowed.end(), key->permissions.begin(), key->permissions.end());
      std::ranges::sort(allowed);
      auto scopes = chosen_scopes({.name = key->name, .scopes = change.scopes, .expires_at = {}, .created_by = {}}, allowed);
      if (!scopes) return fail(scopes.error());
      key->permissions = *std::move(scopes);
    }
    key->updated_at = now;
    if (auto stored = credential_store::update(session, *key); !stored) return fail(stored.error());
    if (auto noted = deps_.cache.changed(session, Change::of(id)); !noted) return fail(noted.error());
    return key;
  });
}

Result<KeyService::Created> KeyService::rotate(const Actor& actor, CredentialId id) {
  const Timestamp now = deps_.clock.now();
  return deps_.database.write([&](db::Session& session) -> Result<Created> {
    auto key = credential_store::find(session, actor.tenant, id);
    if (!key) return fail(key.error());
    if (status_at(*key, now) != KeyStatus::active) return fail(Errc::not_found, "No such active API key.");
    if (auto allowed = may_grant(actor, key->permissions); !allowed) return fail(allowed.error());
    auto printed = print(*key, deps_.settings, deps_.rng);
    seal(*key, printed);
    key->updated_at = now;
    if (auto stored = credential_store::update(session, *key); !stored) return fail(stored.error());
    if (auto noted = deps_.cache.changed(session, Change::of(id)); !noted) return fail(noted.error());
    return Created{.credential = *std::move(key), .key = std::move(printed.key)};
  });
}

Result<std::optional<ApiCredential>> KeyService::find_client(std::string_view client_id, std::string_view secret) {
  auto key = deps_.database.read([&](db::Session& session) { return credential_store::find_by_client(session, client_id); });
  if (!key || !*key) return key;
  const bool right = crypto::equal_constant_time((*key)->secret_hash, crypto::hex(crypto::sha256(secret)));
  if (!right || status_at(**key, deps_.clock.now()) != KeyStatus::active) return std::optional<ApiCredential>{};
  return key;
}

Status KeyService::warn(db::Session& session, mail::Mailer& mailer, const ApiCredential& key, int days) {
  const Tenant tenant{key.team_id};
  const auto team = user_store::find_team(session, tenant);
  if (!team) return fail(team.error());
  const auto administrators = member_store::administrators(session, tenant);
  if (!administrators) return fail(administrators.error());
  for (const Member& to : *administrators) {
    Attributes fields{{"key_name", key.name}, {"team_name", team->name}, {"expires_at", to_iso8601(*key.expires_at)},
                      {"days", std::int64_t{days}}, {"keys_link", deps_.settings.keys_link()}};
    if (key.last_used_at) fields.set("last_used_at", to_iso8601(*key.last_used_at));
    auto sent = mailer.send(session, {.to = to.email, .to_name = to.name, .template_name = "api_key_expiring", .fields = std::move(fields),
                                      .locale = to.locale, .timezone = to.timezone, .customer_id = key.team_id});
    if (!sent) return sent;
  }
  return credential_store::set_warned(session, tenant, key.id, days);
}

Status KeyService::warn_of_expiry(mail::Mailer& mailer) {
  const Timestamp now = deps_.clock.now();
  for (const int days : kWarnDays) {
    while (true) {
      const auto keys = deps_.database.read([&](db::Session& session) {
        return credential_store::expiring(session, now, now + std::chrono::days(days), days, kWarnStep);
      });
      if (!keys) return fail(keys.error());
      for (const ApiCredential& key : *keys) {
        auto warned = deps_.database.write([&](db::Session& session) { return warn(session, mailer, key, days); });
        if (!warned) return warned;
      }
      if (static_cast<int>(keys->size()) < kWarnStep) break;
    }
  }
  return {};
}

Status KeyService::revoke(const Tenant& tenant, CredentialId id) {
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto revoked = credential_store::revoke(session, tenant, id, deps_.clock.now());
    if (!revoked) return fail(revoked.error());
    if (!*revoked) return fail(Errc::not_found, "No such API key.");
    return deps_.cache.changed(session, Change::of(id));
  });
}

}  // namespace openstrat::identity
