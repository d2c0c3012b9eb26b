#include "mfa/passkey_service.hpp"

#include <algorithm>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "identity/user_service.hpp"
#include "mfa/challenges.hpp"
#include "mfa/code_store.hpp"
#include "mfa/factor_state.hpp"
#include "mfa/identity_proof.hpp"
#include "mfa/notices.hpp"
#include "mfa/passkey_store.hpp"
#include "mfa/recovery_codes.hpp"
#include "mfa/webauthn.hpp"

namespace openstrat::mfa {
namespace {

using sign_in::SecondFactors;

constexpr std::size_t kLongestName = 100;

std::unexpected<Error> refuse(std::string message) { return fail(Errc::unauthenticated, "passkey_invalid", std::move(message)); }
std::unexpected<Error> stale() { return refuse("The challenge is not ours, has expired or was answered before. Start again."); }

/// While signed in, a wrong answer is a wrong field and not a wrong credential.
Error as_field(const Error& error) {
  return Error(Errc::invalid, error.reason(), error.message()).with_field("credential", "does not hold: " + error.message());
}

std::string handle_of(UserId user) { return {reinterpret_cast<const char*>(user.value.bytes.data()), user.value.bytes.size()}; }

Result<std::string> checked_name(std::string_view name) {
  const auto trimmed = text::trim(name);
  if (trimmed.empty() || text::length_utf8(trimmed) > kLongestName) return invalid_field("name", "must have 1 to 100 characters");
  return std::string(trimmed);
}

std::vector<webauthn::Descriptor> descriptors_of(const std::vector<Passkey>& passkeys) {
  std::vector<webauthn::Descriptor> out;
  for (const auto& passkey : passkeys) out.push_back({passkey.credential_id, passkey.transports});
  return out;
}

std::unexpected<Error> too_many_passkeys() {
  return fail(Errc::conflict, "limit_reached", "A user may have " + std::to_string(kMaxPasskeys) + " passkeys. Delete one first.");
}

}  // namespace

webauthn::RelyingParty PasskeyService::party() const { return {deps_.settings.rp_id, deps_.settings.origins}; }

Status PasskeyService::check_host_name() const {
  if (!deps_.settings.rp_id.empty()) return {};
  return fail(Errc::conflict, "not_configured", "Passkeys need a host name: public_url.auth has none, and auth.passkey_rp_id is not set.");
}

Result<std::string> PasskeyService::creation_options(const Caller& caller, const Proof& proof) {
  if (auto possible = check_host_name(); !possible) return fail(possible.error());
  const auto user = deps_.users.find_user(caller.user_id);
  if (!user) return fail(user.error());
  const auto known = list(user->id);
  if (!known) return fail(known.error());
  if (known->size() >= kMaxPasskeys) return too_many_passkeys();
  if (auto proven = deps_.proof.check(*user, caller, proof); !proven) return fail(proven.error());
  return webauthn::to_json(webauthn::CreationOptions{
      .rp_id = deps_.settings.rp_id, .rp_name = deps_.settings.brand, .user_handle = handle_of(user->id), .user_name = user->email,
      .user_display_name = user->name, .challenge = deps_.challenges.issue(Purpose::registration, user->id), .exclude = descriptors_of(*known)});
}

Result<PasskeyService::Added> PasskeyService::add(const Caller& caller, const std::optional<std::string>& name, std::string_view response) {
  if (auto possible = check_host_name(); !possible) return fail(possible.error());
  std::string wanted_name;
  if (name) {
    auto checked = checked_name(*name);
    if (!checked) return fail(checked.error());
    wanted_name = *std::move(checked);
  }
  const auto parsed = webauthn::parse_attestation(response);
  if (!parsed) return fail(as_field(parsed.error()));
  const auto made = webauthn::verify_attestation(party(), *parsed);
  if (!made) return fail(as_field(made.error()));
  const auto challenge = deps_.challenges.open(Purpose::registration, made->challenge);
  if (!challenge || challenge->user != caller.user_id) return fail(as_field(stale().error()));
  const auto user = deps_.users.find_user(caller.user_id);
  if (!user) return fail(user.error());

  Added added{.recovery_codes = make_recovery_codes(deps_.rng)};
  bool codes_kept = false;
  auto stored = store(caller, *user,
                      {.user_id = user->id, .id = PasskeyId(uuid_v4(deps_.rng)), .name = std::move(wanted_name), .credential_id = parsed->credential_id,
                       .rp_id = deps_.settings.rp_id, .algorithm = made->key.algorithm, .public_key = made->key.bytes,
                       .sign_count = made->sign_count, .aaguid = made->aaguid, .transports = parsed->transports,
                       .discoverable = parsed->discoverable, .backup_eligible = made->backup_eligible, .backed_up = made->backed_up,
                       .created_at = deps_.clock.now()},
                      made->challenge, challenge->expires_at, added.recovery_codes, codes_kept);
  if (!stored) return fail(stored.error());
  added.passkey = *std::move(stored);
  if (!codes_kept) added.recovery_codes.clear();
  return added;
}

Result<Passkey> PasskeyService::store(const Caller& caller, const identity::User& user, Passkey passkey, std::string_view challenge,
                                      Timestamp expires_at, const std::vector<std::string>& codes, bool& codes_kept) {
  const auto stored = deps_.database.write([&](db::Session& session) -> Result<Passkey> {
    const auto is_new = spend_challenge(session, challenge, expires_at);
    if (!is_new) return fail(is_new.error());
    if (!*is_new) return fail(as_field(stale().error()));
    const auto before = factor_state(session, user.id);
    if (!before) return fail(before.error());
    if (before->passkeys >= kMaxPasskeys) return too_many_passkeys();
    Passkey row = passkey;
    if (row.name.empty()) row.name = "Passkey " + std::to_string(before->passkeys + 1);
    if (auto inserted = passkey_store::insert(session, row); !inserted) return fail(inserted.error());
    codes_kept = before->recovery_codes == 0;
    if (codes_kept) {
      std::vector<std::string> hashes;
      for (const auto& code : codes) hashes.push_back(recovery_code_hash(user.id, *normalise_recovery_code(code)));
      if (auto put = code_store::replace_recovery_codes(session, user.id, hashes, row.created_at); !put) return fail(put.error());
    }
    if (auto settled = settle(session, deps_.users, user.id); !settled) return fail(settled.error());
    const Notice notice{.event = "mfa.passkey_added", .change = "passkey_added", .factor = row.name};
    if (auto told = deps_.notices.tell(session, user, caller, notice); !told) return fail(told.error());
    return row;
  });
  if (!stored && stored.error().reason() == "already_exists") return fail(Errc::conflict, "already_exists", "This passkey is registered already.");
  return stored;
}

Result<std::vector<Passkey>> PasskeyService::list(UserId user) {
  return deps_.database.read([&](db::Session& session) { return passkey_store::list(session, user); });
}

Result<Passkey> PasskeyService::rename(UserId user, PasskeyId id, const std::string& name) {
  const auto checked = checked_name(name);
  if (!checked) return fail(checked.error());
  const auto renamed = deps_.database.write([&](db::Session& session) { return passkey_store::rename(session, user, id, *checked); });
  if (!renamed) return fail(renamed.error());
  const auto all = list(user);
  if (!all) return fail(all.error());
  const auto found = std::ranges::find(*all, id, &Passkey::id);
  if (found == all->end()) return fail(Errc::not_found, "No such passkey.");
  return *found;
}

Status PasskeyService::remove(const Caller& caller, PasskeyId id, const Proof& proof) {
  const auto user = deps_.users.find_user(caller.user_id);
  if (!user) return fail(user.error());
  const auto all = list(user->id);
  if (!all) return fail(all.error());
  const auto found = std::ranges::find(*all, id, &Passkey::id);
  if (found == all->end()) return fail(Errc::not_found, "No such passkey.");
  if (auto proven = deps_.proof.check(*user, caller, proof); !proven) return proven;
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto removed = passkey_store::remove(session, user->id, id);
    if (!removed) return fail(removed.error());
    if (!*removed) return fail(Errc::not_found, "No such passkey.");
    if (auto settled = settle(session, deps_.users, user->id); !settled) return settled;
    return deps_.notices.tell(session, *user, caller, {.event = "mfa.passkey_removed", .change = "passkey_removed", .factor = found->name});
  });
}

Result<std::string> PasskeyService::request_options(std::optional<UserId> user) {
  if (auto possible = check_host_name(); !possible) return fail(possible.error());
  webauthn::RequestOptions options{.rp_id = deps_.settings.rp_id, .challenge = deps_.challenges.issue(Purpose::sign_in, user),
                                   .must_verify_user = !user};  // alone, a passkey has to be two factors in one
  if (user) {
    auto all = list(*user);
    if (!all) return fail(all.error());
    std::erase_if(*all, [&](const Passkey& passkey) { return !is_usable(passkey); });
    options.allow = descriptors_of(*all);
  }
  return webauthn::to_json(options);
}

Result<SecondFactors::PasskeyProof> PasskeyService::check(std::string_view response) {
  if (auto possible = check_host_name(); !possible) return fail(possible.error());
  const auto parsed = webauthn::parse_assertion(response);
  if (!parsed) return fail(parsed.error());
  const auto found = deps_.database.read([&](db::Session& session) { return passkey_store::find_by_credential(session, parsed->credential_id); });
  if (!found) return fail(found.error());
  if (!*found) return refuse("This passkey is not known here. It may have been deleted.");
  const Passkey& passkey = **found;
  const auto assertion = webauthn::verify_assertion(party(), *parsed, {.algorithm = passkey.algorithm, .bytes = passkey.public_key});
  if (!assertion) return fail(assertion.error());
  const auto challenge = deps_.challenges.open(Purpose::sign_in, assertion->challenge);
  if (!challenge) return stale();
  if (challenge->user && challenge->user != passkey.user_id) return refuse("The passkey belongs to somebody else.");
  // Without a user named before, the passkey itself has to say whose it is (WebAuthn §7.2 step 6).
  if (parsed->user_handle ? *parsed->user_handle != handle_of(passkey.user_id) : !challenge->user)
    return refuse("The passkey names another user than the one it was made for.");
  if (!challenge->user && !assertion->user_verified) return refuse("The passkey did not verify its user (PIN, fingerprint or face).");
  if (auto noted = note_use(passkey, *assertion, challenge->expires_at); !noted) return fail(noted.error());
  return SecondFactors::PasskeyProof{.user_id = passkey.user_id, .user_verified = assertion->user_verified};
}

Status PasskeyService::note_use(const Passkey& passkey, const webauthn::Assertion& assertion, Timestamp challenge_expires_at) {
  enum class Outcome { fine, replayed, cloned };
  const auto outcome = deps_.database.write([&](db::Session& session) -> Result<Outcome> {
    const auto is_new = spend_challenge(session, assertion.challenge, challenge_expires_at);
    if (!is_new) return fail(is_new.error());
    if (!*is_new) return Outcome::replayed;
    const auto went_on = passkey_store::note_use(session, passkey.user_id, passkey.id,
                                                 {.sign_count = assertion.sign_count, .backup_eligible = assertion.backup_eligible,
                                                  .backed_up = assertion.backed_up, .at = deps_.clock.now()});
    if (!went_on) return fail(went_on.error());
    if (*went_on) return Outcome::fine;
    const Notice notice{.event = "mfa.passkey_cloned", .factor = passkey.name,
                        .note = "the counter went back, so the key may have been copied; the sign-in was refused:", .status = 401};
    if (auto told = deps_.notices.tell(session, identity::User{.id = passkey.user_id}, Caller{.user_id = passkey.user_id}, notice); !told)
      return fail(told.error());
    return Outcome::cloned;
  });
  if (!outcome) return fail(outcome.error());
  switch (*outcome) {
    case Outcome::fine: return {};
    case Outcome::replayed: return stale();
    case Outcome::cloned: return refuse("The counter of the passkey went back, so it may have been copied. Delete it and make a new one.");
  }
  std::unreachable();
}

}  // namespace openstrat::mfa
