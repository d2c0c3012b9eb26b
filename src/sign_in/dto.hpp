// Requests and responses of the sign-in routes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "http/dto.hpp"
#include "sign_in/second_factor_service.hpp"
#include "sign_in/sign_in_service.hpp"

namespace openstrat::sign_in {

/// What the pages add to their forms, so that programs are told from people.
struct FormSigns {
  std::optional<std::string> proof;
  std::optional<std::string> website;
  std::optional<std::int64_t> form_ms;
};

struct RegisterRequest {
  std::string name, email, password;
  bool terms = false;
  std::string timezone = "UTC";
  std::string team_name, invitation;
  FormSigns signs;
};
enum class RegisterStatus { verify_email, active, challenge };
struct RegisterView {
  RegisterStatus status = RegisterStatus::verify_email;
  std::optional<http::Json> challenge;
};

struct LoginRequest {
  std::string email, password;
  bool remember = false;
  FormSigns signs;
};
struct LoginStepRequest {
  std::string ticket;
  std::optional<std::string> code, password;
  std::optional<http::Json> passkey;
};
struct PasskeyLoginRequest { http::Json passkey; };
struct StepView {
  Step::Kind status = Step::Kind::signed_in;
  std::optional<std::string> ticket;
  std::optional<std::vector<Factor>> factors;
  std::optional<http::Json> passkey_options, challenge;
  std::optional<std::string> reason;
  std::optional<UserId> user_id;
  std::optional<Timestamp> expires_at;
};

struct AddressRequest {
  std::string email;
  FormSigns signs;
};
struct AcceptedView {
  std::string message;
  std::optional<http::Json> challenge;
};

struct ResetRequest { std::string token, password; };
struct PasswordRequest { std::string current_password, password; };
struct VerifyRequest { UserId id; std::string hash; };

struct SessionIdRequest { std::string id; };
struct SessionView {
  std::string id;
  bool current = false;
  std::optional<std::string> ip, user_agent, device;
  std::vector<std::string> methods;
  Timestamp created_at{}, last_seen_at{}, expires_at{};
};

struct MobileView { std::string e164, local, country; };
struct MobileRequest { std::string local, country; };
struct ProfileRequest {
  std::optional<std::string> name, email, current_password, timezone, date_format, time_format, locale;
  std::optional<std::optional<MobileRequest>> mobile;
  std::optional<std::optional<std::string>> country, picture;
};
struct ProfileView {
  UserId id;
  std::string idp, name, email;
  bool email_verified = false;
  std::optional<std::string> pending_email;
  std::optional<MobileView> mobile;
  bool mobile_verified = false;
  std::optional<std::string> country, picture;
  std::string timezone, date_format, time_format, locale;
  bool mfa_enabled = false;
  bool is_operator = false;
  std::optional<CustomerId> team_id;
  Timestamp created_at{};
  std::vector<std::string> scopes;
  bool mfa_missing = false;
};

}  // namespace openstrat::sign_in

namespace openstrat {

template <>
struct http::EnumNames<sign_in::RegisterStatus> {
  static constexpr EnumName table[] = {{"verify_email", sign_in::RegisterStatus::verify_email},
                                       {"active", sign_in::RegisterStatus::active},
                                       {"challenge", sign_in::RegisterStatus::challenge}};
};
template <>
struct http::EnumNames<sign_in::Step::Kind> {
  using Kind = sign_in::Step::Kind;
  static constexpr EnumName table[] = {{"signed_in", Kind::signed_in}, {"challenge", Kind::challenge}, {"second_factor", Kind::second_factor},
                                       {"new_password", Kind::new_password}, {"verify_email", Kind::verify_email}};
};
template <>
struct http::EnumNames<sign_in::Factor> {
  using Factor = sign_in::Factor;
  static constexpr EnumName table[] = {{"totp", Factor::totp}, {"recovery_code", Factor::recovery_code}, {"passkey", Factor::passkey}};
};

template <>
struct http::Fields<sign_in::FormSigns> {
  using T = sign_in::FormSigns;
  static constexpr auto table = http::fields<T>(
      "FormSigns", http::body<&T::proof>("proof", "The solution of the challenge that an earlier answer carried").length(0, 2000),
      http::body<&T::website>("website", "Stays empty: a field that people do not see").length(0, 500),
      http::body<&T::form_ms>("form_ms", "Milliseconds between showing and sending of the form").range(0, 1e12));
};
template <>
struct http::Fields<sign_in::RegisterRequest> {
  using T = sign_in::RegisterRequest;
  static constexpr auto table = http::fields<T>(
      "Register", http::body<&T::name>("name", "How others see the user").required().length(1, 100),
      http::body<&T::email>("email", "Address to sign in with").required().length(1, 254),
      http::body<&T::password>("password", "At least 8 characters with an upper-case and a lower-case letter, a digit and a special character").required().length(1, 1000).secret(),
      http::body<&T::terms>("terms", "Must be true: the terms of the installation are accepted").required(),
      http::body<&T::timezone>("timezone", "IANA time zone").length(1, 64).example("Europe/Berlin"),
      http::body<&T::team_name>("team_name", "Name of the first team; counts for the first account of an installation only").length(0, 200),
      http::body<&T::invitation>("invitation", "Token of the mailed invitation, where accounts need one").length(0, 200).secret(), http::include<&T::signs>());
};
template <>
struct http::Fields<sign_in::RegisterView> {
  using T = sign_in::RegisterView;
  static constexpr auto table = http::fields<T>(
      "Registered", http::body<&T::status>("status", "`verify_email`: open the mailed link; `active`: sign in; `challenge`: solve it and send the same again"),
      http::body<&T::challenge>("challenge", "What has to be solved").omit_null());
};
template <>
struct http::Fields<sign_in::LoginRequest> {
  using T = sign_in::LoginRequest;
  static constexpr auto table = http::fields<T>(
      "Login", http::body<&T::email>("email", "Address of the account").required().length(1, 254),
      http::body<&T::password>("password", "Its password").required().length(1, 1000).secret(),
      http::body<&T::remember>("remember", "Stay signed in for thirty days on this browser"), http::include<&T::signs>());
};
template <>
struct http::Fields<sign_in::LoginStepRequest> {
  using T = sign_in::LoginStepRequest;
  static constexpr auto table = http::fields<T>(
      "LoginStep", http::body<&T::ticket>("ticket", "From the step before; ten minutes").required().length(1, 100).secret(),
      http::body<&T::code>("code", "Code of the authenticator app, or a recovery code").length(1, 40).secret(),
      http::body<&T::passkey>("passkey", "The PublicKeyCredential that the browser returned").secret(),
      http::body<&T::password>("password", "The new password, where one is needed").length(1, 1000).secret());
};
template <>
struct http::Fields<sign_in::PasskeyLoginRequest> {
  using T = sign_in::PasskeyLoginRequest;
  static constexpr auto table = http::fields<T>(
      "PasskeyLogin", http::body<&T::passkey>("passkey", "The PublicKeyCredential that the browser returned").required().secret());
};
template <>
struct http::Fields<sign_in::StepView> {
  using T = sign_in::StepView;
  static constexpr auto table = http::fields<T>(
      "LoginResult", http::body<&T::status>("status", "What is next: `signed_in` (the cookie is set), `challenge` (solve, then send again with `proof`), `second_factor` and `new_password` (POST /login/mfa with the ticket), `verify_email` (open the mailed link)"),
      http::body<&T::ticket>("ticket", "For POST /login/mfa").omit_null(),
      http::body<&T::factors>("factors", "Second factors of the user").omit_null(),
      http::body<&T::passkey_options>("passkey_options", "For navigator.credentials.get()").omit_null(),
      http::body<&T::challenge>("challenge", "What has to be solved").omit_null(),
      http::body<&T::reason>("reason", "Why a new password is needed: `temporary`, `expired`, `breached`").omit_null(),
      http::body<&T::user_id>("user_id", "Who is signed in now").omit_null(),
      http::body<&T::expires_at>("expires_at", "When the session ends").omit_null());
};
template <>
struct http::Fields<sign_in::AddressRequest> {
  using T = sign_in::AddressRequest;
  static constexpr auto table = http::fields<T>("Address", http::body<&T::email>("email", "Address of the account").required().length(1, 254), http::include<&T::signs>());
};
template <>
struct http::Fields<sign_in::AcceptedView> {
  using T = sign_in::AcceptedView;
  static constexpr auto table = http::fields<T>("Accepted", http::body<&T::message>("message", "The same for every address"),
                                                http::body<&T::challenge>("challenge", "What has to be solved first").omit_null());
};
template <>
struct http::Fields<sign_in::ResetRequest> {
  using T = sign_in::ResetRequest;
  static constexpr auto table = http::fields<T>("PasswordReset", http::body<&T::token>("token", "From the mailed link").required().length(1, 100).secret(),
                                                http::body<&T::password>("password", "The new password").required().length(1, 1000).secret());
};
template <>
struct http::Fields<sign_in::PasswordRequest> {
  using T = sign_in::PasswordRequest;
  static constexpr auto table = http::fields<T>("PasswordChange", http::body<&T::current_password>("current_password", "The password until now").required().length(1, 1000).secret(),
                                                http::body<&T::password>("password", "The new password").required().length(1, 1000).secret());
};
template <>
struct http::Fields<sign_in::VerifyRequest> {
  using T = sign_in::VerifyRequest;
  static constexpr auto table = http::fields<T>("VerifyEmail", http::path<&T::id>("id", "The user"), http::path<&T::hash>("hash", "What address the link confirms"));
};
template <>
struct http::Fields<sign_in::SessionIdRequest> {
  using T = sign_in::SessionIdRequest;
  static constexpr auto table = http::fields<T>("SessionId", http::path<&T::id>("id", "`sess_…`"));
};
template <>
struct http::Fields<sign_in::SessionView> {
  using T = sign_in::SessionView;
  static constexpr auto table = http::fields<T>(
      "Session", http::body<&T::id>("id", "`sess_…`"), http::body<&T::current>("current", "Whether this request belongs to it"),
      http::body<&T::ip>("ip", "Where it was started"), http::body<&T::user_agent>("user_agent", "What the browser called itself"),
      http::body<&T::device>("device", "The same in words").example("Firefox on Windows"),
      http::body<&T::methods>("methods", "How the user proved who they are (RFC 8176)"), http::body<&T::created_at>("created_at", "Start"),
      http::body<&T::last_seen_at>("last_seen_at", "Last use, to the minute"), http::body<&T::expires_at>("expires_at", "End, used or not"));
};
template <>
struct http::Fields<sign_in::MobileView> {
  using T = sign_in::MobileView;
  static constexpr auto table = http::fields<T>("ProfileMobile", http::body<&T::e164>("e164", "International form"), http::body<&T::local>("local", "As written in the country"),
                                                http::body<&T::country>("country", "ISO 3166 code"));
};
template <>
struct http::Fields<sign_in::MobileRequest> {
  using T = sign_in::MobileRequest;
  static constexpr auto table = http::fields<T>("ProfileMobileInput", http::body<&T::local>("local", "Number as written in the country, or with `+`").required().length(3, 40),
                                                http::body<&T::country>("country", "ISO 3166 code of two letters").required().length(2, 2));
};
template <>
struct http::Fields<sign_in::ProfileRequest> {
  using T = sign_in::ProfileRequest;
  static constexpr auto table = http::fields<T>(
      "ProfileChange", http::body<&T::name>("name", "How others see the user").length(1, 100),
      http::body<&T::email>("email", "A link is mailed to the new address; the old one counts until it was opened").length(1, 254),
      http::body<&T::current_password>("current_password", "Needed to change the address").length(1, 1000).secret(),
      http::body<&T::mobile>("mobile", "Mobile telephone; null clears"), http::body<&T::country>("country", "ISO 3166 code; null clears").length(2, 2),
      http::body<&T::picture>("picture", "https:// address, or a PNG, JPEG, GIF or WebP of at most 16 KiB as data: URI; null clears").length(9, 16384),
      http::body<&T::timezone>("timezone", "IANA time zone").length(1, 64), http::body<&T::date_format>("date_format", "As PHP's date()").length(1, 32).pattern("[A-Za-z .,/:-]*"),
      http::body<&T::time_format>("time_format", "As PHP's date()").length(1, 32).pattern("[A-Za-z .,/:-]*"),
      http::body<&T::locale>("locale", "Language").pattern("[a-z]{2}(-[A-Z]{2})?").example("de-DE"));
};
template <>
struct http::Fields<sign_in::ProfileView> {
  using T = sign_in::ProfileView;
  static constexpr auto table = http::fields<T>(
      "Profile", http::body<&T::id>("id", "UUID of the user"), http::body<&T::idp>("idp", "Who vouches for the user; `local`: a password here"),
      http::body<&T::name>("name", "How others see the user"), http::body<&T::email>("email", "Address to sign in with"),
      http::body<&T::email_verified>("email_verified", "Whether the address was confirmed"),
      http::body<&T::pending_email>("pending_email", "An address that waits for its confirmation").omit_null(), http::body<&T::mobile>("mobile", "Mobile telephone"),
      http::body<&T::mobile_verified>("mobile_verified", "Whether the number is known to be the user's"), http::body<&T::country>("country", "ISO 3166 code"),
      http::body<&T::picture>("picture", "Address of a picture, or a small one as data: URI"), http::body<&T::timezone>("timezone", "IANA time zone"),
      http::body<&T::date_format>("date_format", "As PHP's date()"), http::body<&T::time_format>("time_format", "As PHP's date()"),
      http::body<&T::locale>("locale", "Language"), http::body<&T::mfa_enabled>("mfa_enabled", "Whether there is a second factor"),
      http::body<&T::is_operator>("operator", "Whether the user runs the installation: sees `/system`"),
      http::body<&T::team_id>("team_id", "The active team").omit_null(), http::body<&T::created_at>("created_at", "Since when"),
      http::body<&T::scopes>("scopes", "What the caller may do in the active team, sorted"),
      http::body<&T::mfa_missing>("mfa_missing", "The team demands a second factor, and there is none yet"));
};

}  // namespace openstrat
