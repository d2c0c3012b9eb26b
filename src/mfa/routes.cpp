#include "mfa/routes.hpp"

#include "http/router.hpp"
#include "mfa/code_service.hpp"
#include "mfa/dto.hpp"
#include "mfa/factor_service.hpp"
#include "mfa/passkey_service.hpp"
#include "mfa/qr_code.hpp"

namespace openstrat::mfa {
namespace {

using http::Auth;
using http::Call;
using http::JsonText;
using http::Method;
using http::NoContent;
using http::NoFields;
using http::Router;

constexpr std::size_t kCredentialLimit = 128 * 1024;

Caller caller_of(const Call& call) {
  Caller caller{.user_id = call.principal.user_id.value_or(UserId()), .session_id = call.principal.session_id,
                .ip = call.request.remote.to_string(), .request_id = call.request.request_id};
  if (!call.tenant().customer_id.value.is_nil()) caller.team_id = call.tenant().customer_id;
  if (const auto agent = call.request.headers.find("User-Agent")) caller.user_agent = std::string(*agent);
  return caller;
}

EnrolmentView to_view(const Enrolment& enrolment) {
  return {.secret = enrolment.secret, .otpauth_uri = enrolment.otpauth_uri, .qr_svg = qr_svg(enrolment.otpauth_uri), .expires_at = enrolment.expires_at};
}

std::string algorithm_name(int cose) { return cose == -7 ? "ES256" : cose == -8 ? "EdDSA" : "RS256"; }

PasskeyView to_view(const Passkey& p, const PasskeyService& passkeys) {
  return {.id = p.id, .name = p.name, .rp_id = p.rp_id, .usable = passkeys.is_usable(p), .algorithm = algorithm_name(p.algorithm),
          .transports = p.transports, .discoverable = p.discoverable, .backup_eligible = p.backup_eligible, .backed_up = p.backed_up,
          .aaguid = p.aaguid.is_nil() ? std::nullopt : std::optional(p.aaguid), .created_at = p.created_at, .last_used_at = p.last_used_at};
}

/// Secrets that are shown once stay out of every cache.
void keep_private(Call& call) { call.reply.headers.set("Cache-Control", "no-store"); }

Result<EnrolmentView> shown(Call& call, const Result<Enrolment>& enrolment) {
  if (!enrolment) return fail(enrolment.error());
  keep_private(call);
  return to_view(*enrolment);
}

Result<RecoveryCodesView> shown(Call& call, Result<std::vector<std::string>> codes) {
  if (!codes) return fail(codes.error());
  keep_private(call);
  return RecoveryCodesView{*std::move(codes)};
}

Result<NoContent> done(const Status& status) {
  if (!status) return fail(status.error());
  return NoContent{};
}

void add_code_routes(Router& router, CodeService& codes) {
  router.add<ProofRequest, EnrolmentView>(Method::post, "/oauth/2fa", {
      .family = "Sign-in", .summary = "Start two-factor enrolment",
      .description = "Makes a secret for an authenticator app. It counts once it was confirmed with a code. Needs the password or a code.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true, .errors = {Errc::conflict, Errc::forbidden, Errc::rate_limited},
      .handle = [&codes](Call& call, ProofRequest request) { return shown(call, codes.start(caller_of(call), {request.password, request.code})); }});
  router.add<NoFields, EnrolmentView>(Method::get, "/oauth/2fa-secret-key", {
      .family = "Sign-in", .summary = "Two-factor secret", .description = "The secret that waits for its confirmation; never one that was confirmed.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true, .errors = {Errc::not_found},
      .handle = [&codes](Call& call, NoFields) { return shown(call, codes.pending(caller_of(call))); }});
  router.add<ConfirmRequest, RecoveryCodesView>(Method::post, "/oauth/2fa/confirm", {
      .family = "Sign-in", .summary = "Confirm two-factor", .description = "Switches the authenticator app on and gives ten recovery codes, shown this time only.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true, .errors = {Errc::not_found},
      .handle = [&codes](Call& call, ConfirmRequest request) { return shown(call, codes.confirm(caller_of(call), request.code)); }});
  router.add<ProofRequest, NoContent>(Method::delete_, "/oauth/2fa", {
      .family = "Sign-in", .summary = "Disable two-factor",
      .description = "Switches the authenticator app off. Needs the password (of accounts that have one) and a code. With the last factor the recovery codes go, too.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true, .errors = {Errc::not_found, Errc::forbidden, Errc::rate_limited},
      .handle = [&codes](Call& call, ProofRequest request) { return done(codes.disable(caller_of(call), {request.password, request.code})); }});
  router.add<NoFields, RecoveryStatusView>(Method::get, "/oauth/2fa-recovery-codes", {
      .family = "Sign-in", .summary = "Recovery codes",
      .description = "How many are left. The codes themselves are kept as hashes only and cannot be shown again; make new ones instead.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true,
      .handle = [&codes](Call& call, NoFields) -> Result<RecoveryStatusView> {
        const auto status = codes.recovery(caller_of(call).user_id);
        if (!status) return fail(status.error());
        return RecoveryStatusView{.remaining = status->remaining, .created_at = status->created_at};
      }});
  router.add<ProofRequest, RecoveryCodesView>(Method::post, "/oauth/2fa-recovery-codes", {
      .family = "Sign-in", .summary = "Regenerate recovery codes", .description = "Ten new ones; the old ones no longer count. Needs the password or a code.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true, .errors = {Errc::conflict, Errc::forbidden, Errc::rate_limited},
      .handle = [&codes](Call& call, ProofRequest request) { return shown(call, codes.renew_recovery(caller_of(call), {request.password, request.code})); }});
}

void add_passkey_routes(Router& router, PasskeyService& passkeys) {
  router.add<NoFields, std::vector<PasskeyView>>(Method::get, "/me/passkeys", {
      .family = "Sign-in", .summary = "List passkeys", .description = "The own ones, oldest first; there may be twenty.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true,
      .handle = [&passkeys](Call& call, NoFields) -> Result<std::vector<PasskeyView>> {
        const auto all = passkeys.list(caller_of(call).user_id);
        if (!all) return fail(all.error());
        std::vector<PasskeyView> views;
        for (const auto& passkey : *all) views.push_back(to_view(passkey, passkeys));
        return views;
      }});
  router.add<ProofRequest, JsonText>(Method::post, "/me/passkeys/options", {
      .family = "Sign-in", .summary = "Start adding a passkey",
      .description = "PublicKeyCredentialCreationOptions as JSON, for PublicKeyCredential.parseCreationOptionsFromJSON() and navigator.credentials.create(). "
                     "The challenge lives five minutes. Needs the password or a code.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true, .errors = {Errc::conflict, Errc::forbidden, Errc::rate_limited},
      .handle = [&passkeys](Call& call, ProofRequest request) -> Result<JsonText> {
        auto options = passkeys.creation_options(caller_of(call), {request.password, request.code});
        if (!options) return fail(options.error());
        keep_private(call);
        return JsonText{*std::move(options)};
      }});
  router.add<AddPasskeyRequest, AddedPasskeyView>(Method::post, "/me/passkeys", {
      .family = "Sign-in", .summary = "Add a passkey", .description = "With what the browser answered to the options.",
      .auth = Auth::bearer, .scope = "-", .status = 201, .needs_team = false, .without_mfa = true, .body_limit = kCredentialLimit, .errors = {Errc::conflict},
      .handle = [&passkeys](Call& call, AddPasskeyRequest request) -> Result<AddedPasskeyView> {
        auto added = passkeys.add(caller_of(call), request.name, request.credential.text);
        if (!added) return fail(added.error());
        keep_private(call);
        return AddedPasskeyView{.passkey = to_view(added->passkey, passkeys), .recovery_codes = std::move(added->recovery_codes)};
      }});
  router.add<RenamePasskeyRequest, PasskeyView>(Method::put, "/me/passkeys/{id}", {
      .family = "Sign-in", .summary = "Rename a passkey", .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true,
      .errors = {Errc::not_found},
      .handle = [&passkeys](Call& call, RenamePasskeyRequest request) -> Result<PasskeyView> {
        const auto renamed = passkeys.rename(caller_of(call).user_id, request.id, request.name);
        if (!renamed) return fail(renamed.error());
        return to_view(*renamed, passkeys);
      }});
  router.add<DeletePasskeyRequest, NoContent>(Method::delete_, "/me/passkeys/{id}", {
      .family = "Sign-in", .summary = "Delete a passkey", .description = "Needs the password or a code. With the last factor the recovery codes go, too.",
      .auth = Auth::bearer, .scope = "-", .needs_team = false, .without_mfa = true, .errors = {Errc::not_found, Errc::forbidden, Errc::rate_limited},
      .handle = [&passkeys](Call& call, DeletePasskeyRequest request) {
        return done(passkeys.remove(caller_of(call), request.id, {request.password, request.code}));
      }});
}

}  // namespace

void add_routes(Router& router, CodeService& codes, PasskeyService& passkeys, FactorService& factors) {
  add_code_routes(router, codes);
  add_passkey_routes(router, passkeys);
  router.add<ResetRequest, NoContent>(Method::post, "/users/{user}/reset-mfa", {
      .family = "Users", .summary = "Reset MFA of a user",
      .description = "Takes authenticator app, passkeys and recovery codes away from a member of the team who has lost them, and tells that person by mail. "
                     "Not for oneself, and not for the owner of the team.",
      .auth = Auth::bearer, .scope = "user:update", .errors = {Errc::not_found, Errc::forbidden},
      .handle = [&factors](Call& call, ResetRequest request) { return done(factors.reset(caller_of(call), call.tenant(), request.user)); }});
}

}  // namespace openstrat::mfa
