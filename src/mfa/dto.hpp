// Second factors on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/dto.hpp"
#include "mfa/types.hpp"

namespace openstrat::mfa {

struct ProofRequest { std::optional<std::string> password, code; };
struct EnrolmentView { std::string secret, otpauth_uri, qr_svg; Timestamp expires_at{}; };
struct ConfirmRequest { std::string code; };
struct RecoveryCodesView { std::vector<std::string> recovery_codes; };
struct RecoveryStatusView { int remaining = 0, total = kRecoveryCodes; std::optional<Timestamp> created_at; };

struct PasskeyView {
  PasskeyId id;
  std::string name;
  std::string rp_id;
  bool usable = true;
  std::string algorithm;
  std::vector<std::string> transports;
  std::optional<bool> discoverable;
  bool backup_eligible = false, backed_up = false;
  std::optional<Uuid> aaguid;
  Timestamp created_at{};
  std::optional<Timestamp> last_used_at;
};
struct AddPasskeyRequest { std::optional<std::string> name; http::Json credential; };
struct AddedPasskeyView { PasskeyView passkey; std::vector<std::string> recovery_codes; };
struct RenamePasskeyRequest { PasskeyId id; std::string name; };
struct DeletePasskeyRequest { PasskeyId id; std::optional<std::string> password, code; };
struct ResetRequest { UserId user; };

}  // namespace openstrat::mfa

namespace openstrat {

template <>
struct http::Fields<mfa::ProofRequest> {
  using V = mfa::ProofRequest;
  static constexpr auto table = fields<V>("IdentityProof", body<&V::password>("password", "The own password").secret().length(1, 1000),
      body<&V::code>("code", "Six digits of the authenticator app, or a recovery code").secret().length(1, 40))
      .describe("That it is really you who asks.");
};
template <>
struct http::Fields<mfa::EnrolmentView> {
  using V = mfa::EnrolmentView;
  static constexpr auto table = fields<V>("TwoFactorEnrolment", body<&V::secret>("secret", "Base32, for apps that cannot scan").example("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
      body<&V::otpauth_uri>("otpauth_uri", "What the QR code says"), body<&V::qr_svg>("qr_svg", "The QR code as an SVG picture"),
      body<&V::expires_at>("expires_at", "Until when it has to be confirmed"));
};
template <>
struct http::Fields<mfa::ConfirmRequest> {
  using V = mfa::ConfirmRequest;
  static constexpr auto table = fields<V>("ConfirmTwoFactor", body<&V::code>("code", "The six digits that the app shows").required().secret().pattern("[0-9]{6}").example("123456"));
};
template <>
struct http::Fields<mfa::RecoveryCodesView> {
  using V = mfa::RecoveryCodesView;
  static constexpr auto table = fields<V>("RecoveryCodes", body<&V::recovery_codes>("recovery_codes", "Ten codes, each good once; shown this time only"));
};
template <>
struct http::Fields<mfa::RecoveryStatusView> {
  using V = mfa::RecoveryStatusView;
  static constexpr auto table = fields<V>("RecoveryCodesStatus", body<&V::remaining>("remaining", "How many were not used yet"),
      body<&V::total>("total", "How many are made at a time"), body<&V::created_at>("created_at", "When they were made; null: there are none"));
};
template <>
struct http::Fields<mfa::PasskeyView> {
  using V = mfa::PasskeyView;
  static constexpr auto table = fields<V>("Passkey", body<&V::id>("id", "UUID"), body<&V::name>("name", "As its owner calls it"),
      body<&V::rp_id>("rp_id", "The host name it was made for"), body<&V::usable>("usable", "false: made for another host name than the present one"),
      body<&V::algorithm>("algorithm", "`ES256`, `EdDSA` or `RS256`"), body<&V::transports>("transports", "How the browser reaches it: `internal`, `usb`, `hybrid` …"),
      body<&V::discoverable>("discoverable", "Signs in without an e-mail address; null: not told"),
      body<&V::backup_eligible>("backup_eligible", "May be copied to other devices of its owner"), body<&V::backed_up>("backed_up", "Is copied now"),
      body<&V::aaguid>("aaguid", "Model of the authenticator; null: not told"), body<&V::created_at>("created_at", "When it was added"),
      body<&V::last_used_at>("last_used_at", "When it last signed in"));
};
template <>
struct http::Fields<mfa::AddPasskeyRequest> {
  using V = mfa::AddPasskeyRequest;
  static constexpr auto table = fields<V>("AddPasskey", body<&V::name>("name", "How to call it; by default `Passkey 1` and so on").length(1, 100).example("Laptop"),
      body<&V::credential>("credential", "What navigator.credentials.create() gave, as JSON (`toJSON()`)").required());
};
template <>
struct http::Fields<mfa::AddedPasskeyView> {
  using V = mfa::AddedPasskeyView;
  static constexpr auto table = fields<V>("AddedPasskey", body<&V::passkey>("passkey", "The new passkey"),
      body<&V::recovery_codes>("recovery_codes", "Ten codes, each good once, when there were none; shown this time only"));
};
template <>
struct http::Fields<mfa::RenamePasskeyRequest> {
  using V = mfa::RenamePasskeyRequest;
  static constexpr auto table = fields<V>("RenamePasskey", path<&V::id>("id", "UUID"), body<&V::name>("name", "The new name").required().length(1, 100));
};
template <>
struct http::Fields<mfa::DeletePasskeyRequest> {
  using V = mfa::DeletePasskeyRequest;
  static constexpr auto table = fields<V>("DeletePasskey", path<&V::id>("id", "UUID"), body<&V::password>("password", "The own password").secret().length(1, 1000),
      body<&V::code>("code", "Six digits of the authenticator app, or a recovery code").secret().length(1, 40));
};
template <>
struct http::Fields<mfa::ResetRequest> {
  using V = mfa::ResetRequest;
  static constexpr auto table = fields<V>("ResetMfa", path<&V::user>("user", "UUID of the user"));
};

}  // namespace openstrat
