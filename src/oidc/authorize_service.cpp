#include "oidc/authorize_service.hpp"

#include <algorithm>
#include <set>

#include "audit/audit_service.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "identity/user_service.hpp"
#include "oidc/client_service.hpp"
#include "oidc/consent_store.hpp"
#include "oidc/form_tickets.hpp"
#include "oidc/grant_store.hpp"
#include "oidc/id_tokens.hpp"
#include "oidc/parameters.hpp"
#include "oidc/redirect_uri.hpp"

namespace openstrat::oidc {
namespace {

constexpr std::string_view kAsked = "&asked=";
constexpr std::chrono::hours kSignInTime{1};
constexpr std::chrono::minutes kConsentTime{10};
constexpr std::size_t kLongestState = 2000;
constexpr std::size_t kLongestNonce = 500;
constexpr std::size_t kLongestHint = 320;

std::string bound_to_query(std::string_view query) { return "sign-in:" + crypto::hex(crypto::sha256(query)); }
std::string bound_to_session(std::string_view session_id) { return "consent:" + std::string(session_id); }

/// RFC 7636 §4.1: 43 to 128 unreserved characters.
bool is_challenge(std::string_view text) {
  return text.size() >= 43 && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-._~").contains(c);
         });
}

bool covers(const std::vector<std::string>& granted, const std::vector<std::string>& asked) { return std::ranges::includes(granted, asked); }

}  // namespace

/// A request whose client and redirect URI are known, so that errors can be sent back.
struct AuthorizeService::Request {
  std::string query;                     ///< without our own mark
  std::optional<Timestamp> asked_at;     ///< when the person was sent to sign in
  std::shared_ptr<const Client> client;
  std::string redirect_uri;
  std::optional<std::string> state, nonce, challenge;
  bool challenge_is_plain = false;
  std::vector<std::string> scopes;       ///< those that the client may ask for, sorted
  std::set<std::string, std::less<>> prompts;
  std::optional<std::chrono::seconds> max_age;
  std::string login_hint, connection, id_token_hint;
};

Outcome AuthorizeService::send_error(const Request& request, std::string_view code, std::string_view description) const {
  std::vector<std::pair<std::string, std::string>> answer{{"error", std::string(code)}, {"error_description", std::string(description)}};
  if (request.state) answer.emplace_back("state", *request.state);
  answer.emplace_back("iss", deps_.settings.issuer);  // RFC 9207
  return SendBack{with_query(request.redirect_uri, answer)};
}

namespace {

/// The scopes that count: of the person those we know, of the API those that the application registered, all of them if it names none.
std::vector<std::string> effective_scopes(const Client& client, const std::vector<std::string>& asked) {
  std::vector<std::string> out;
  bool names_api_scope = false;
  for (const auto& scope : asked) {
    const bool is_registered = std::ranges::binary_search(client.scopes, scope);
    names_api_scope |= is_registered;
    const bool may_refresh = scope != "offline_access" || client.may_use(GrantType::refresh_token);
    if (is_registered || (is_identity_scope(scope) && may_refresh)) out.push_back(scope);
  }
  if (!names_api_scope) out.insert(out.end(), client.scopes.begin(), client.scopes.end());
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// `code`, or the error that says what is wrong with the response type.
std::optional<std::pair<std::string_view, std::string_view>> complaint_about_kind(const Parameters& given, const Client& client) {
  using Complaint = std::pair<std::string_view, std::string_view>;
  const auto type = given.find("response_type");
  if (!type) return Complaint{"invalid_request", "response_type is missing."};
  if (*type != "code") return Complaint{"unsupported_response_type", "Only response_type=code is supported."};
  if (given.find("request")) return Complaint{"request_not_supported", "Request objects are not supported."};
  if (given.find("request_uri")) return Complaint{"request_uri_not_supported", "Request objects are not supported."};
  if (given.find("registration")) return Complaint{"registration_not_supported", "Self-issued providers are not supported."};
  if (const auto mode = given.find("response_mode"); mode && *mode != "query") return Complaint{"invalid_request", "Only response_mode=query is supported."};
  if (!client.may_use(GrantType::authorization_code)) return Complaint{"unauthorized_client", "This application is not registered for authorization_code."};
  return std::nullopt;
}

}  // namespace

/// A sentence when the request makes no sense.
std::optional<std::string> AuthorizeService::fill(const Parameters& given, Request& request) const {
  if (const auto name = given.repeated()) return "A parameter is given more than once.";
  if (request.state && !is_plain_text(*request.state, kLongestState)) return "state may have 2000 printable ASCII characters.";
  request.nonce = given.find("nonce");
  if (request.nonce && !is_plain_text(*request.nonce, kLongestNonce)) return "nonce may have 500 printable ASCII characters.";
  request.challenge = given.find("code_challenge");
  const auto method = given.find("code_challenge_method").value_or("plain");
  if (request.challenge && !is_challenge(*request.challenge)) return "code_challenge must have 43 to 128 unreserved characters.";
  if (request.challenge && method != "S256" && method != "plain") return "code_challenge_method must be S256.";
  request.challenge_is_plain = method == "plain";
  if (request.client->is_public() && (!request.challenge || request.challenge_is_plain))
    return "This application must use PKCE: code_challenge with code_challenge_method=S256.";
  if (!request.state && !request.challenge) return "state or code_challenge is required, against forged answers.";
  for (const auto& prompt : word_set(given.get("prompt"))) {
    if (prompt != "none" && prompt != "login" && prompt != "consent" && prompt != "select_account") return "prompt knows none, login, consent, select_account.";
    request.prompts.insert(prompt);
  }
  if (request.prompts.contains("none") && request.prompts.size() > 1) return "prompt=none stands alone.";
  if (const auto text = given.find("max_age")) {
    const auto seconds = text::parse_int(*text);
    if (!seconds || *seconds < 0 || *seconds > 1'000'000'000) return "max_age must be a number of seconds.";
    request.max_age = std::chrono::seconds(*seconds);
  }
  request.login_hint = given.get("login_hint").substr(0, kLongestHint);
  request.connection = given.get("connection").substr(0, kLongestHint);
  request.id_token_hint = given.get("id_token_hint");
  request.scopes = effective_scopes(*request.client, word_set(given.get("scope")));
  return std::nullopt;
}

Result<std::variant<Outcome, AuthorizeService::Request>> AuthorizeService::read(std::string_view query) {
  using Read = std::variant<Outcome, Request>;
  const auto show = [](std::string message) { return Read(Outcome(ShowError{std::move(message)})); };
  Request request;
  request.query = query;
  if (const auto mark = query.rfind(kAsked); mark != query.npos) {
    request.query = query.substr(0, mark);
    const auto asked = FormTickets(deps_.settings.form_key).open(query.substr(mark + kAsked.size()), bound_to_query(request.query), deps_.clock.now());
    const auto at = asked ? text::parse_int(*asked) : std::nullopt;
    if (at) request.asked_at = from_unix_us(*at);
  }
  const auto given = Parameters::parse(request.query);
  if (!given) return show("The link that brought you here is damaged.");
  const std::string client_id = given->get("client_id");
  if (client_id.empty()) return show("The link that brought you here does not say which application you want to sign in to (client_id).");
  if (is_plain_text(client_id, 100)) {
    auto client = deps_.clients.look_up(client_id);
    if (!client) return fail(client.error());
    request.client = *std::move(client);
  }
  if (!request.client) return show("The application that sent you here is not registered (client_id).");
  request.redirect_uri = given->get("redirect_uri");
  if (request.redirect_uri.empty()) return show("The application does not say where to send you back to (redirect_uri).");
  if (!is_registered_redirect(request.client->redirect_uris, request.redirect_uri, request.client->is_public()))
    return show("The application wants you sent back to an address that is not registered for it (redirect_uri).");
  request.state = given->find("state");
  if (const auto complaint = complaint_about_kind(*given, *request.client)) return Read(send_error(request, complaint->first, complaint->second));
  if (const auto complaint = fill(*given, request)) {
    if (request.state && !is_plain_text(*request.state, kLongestState)) request.state.reset();
    return Read(send_error(request, "invalid_request", *complaint));
  }
  return Read(std::move(request));
}

Outcome AuthorizeService::sign_in(const Request& request) const {
  const Timestamp now = deps_.clock.now();
  const std::string asked = FormTickets(deps_.settings.form_key).make(std::to_string(to_unix_us(now)), bound_to_query(request.query), now + kSignInTime);
  return SignInFirst{.return_to = "/authorize?" + request.query + std::string(kAsked) + asked, .login_hint = request.login_hint,
                     .connection = request.connection};
}

bool AuthorizeService::is_fresh_enough(const Request& request, const identity::BrowserSession& session) const {
  const bool must_be_new = request.prompts.contains("login") || request.prompts.contains("select_account");
  const bool is_too_old = request.max_age && deps_.clock.now() - session.authenticated_at > *request.max_age;
  if (!must_be_new && !is_too_old) return true;
  return request.asked_at && session.authenticated_at >= *request.asked_at;
}

Result<Outcome> AuthorizeService::authorize(std::string_view query, const std::optional<identity::BrowserSession>& session) {
  auto read_request = read(query);
  if (!read_request) return fail(read_request.error());
  if (auto* outcome = std::get_if<Outcome>(&*read_request)) return std::move(*outcome);
  const Request& request = std::get<Request>(*read_request);
  const bool may_not_ask = request.prompts.contains("none");
  bool is_other_user = false;
  if (session && !request.id_token_hint.empty()) {
    const auto hint = deps_.id_tokens.read_hint(request.id_token_hint);
    if (!hint) return fail(hint.error());
    is_other_user = !*hint || (*hint)->user_id != session->user.id;
  }
  if (!session || is_other_user || !is_fresh_enough(request, *session)) {
    if (may_not_ask) return send_error(request, "login_required", "The person has to sign in.");
    return sign_in(request);
  }
  return for_session(request, *session);
}

Result<Outcome> AuthorizeService::for_session(const Request& request, const identity::BrowserSession& session) {
  if (request.client->is_first_party()) return give_code(request, session);
  const auto teams = deps_.users.teams_of(session.user.id);
  if (!teams) return fail(teams.error());
  if (std::ranges::find(*teams, *request.client->team_id, &identity::Team::id) == teams->end())
    return send_error(request, "access_denied", "The person is not a member of the team that this application belongs to.");
  const auto consented = has_consent(request, session.user.id);
  if (!consented) return fail(consented.error());
  if (*consented && !request.prompts.contains("consent")) return give_code(request, session);
  if (request.prompts.contains("none")) return send_error(request, "consent_required", "The person has to be asked.");
  return ask(request, session);
}

Result<bool> AuthorizeService::has_consent(const Request& request, UserId user) {
  return deps_.database.read([&](db::Session& session) -> Result<bool> {
    const auto consent = consent_store::find(session, user, request.client->id);
    if (!consent) return fail(consent.error());
    return *consent && (*consent)->expires_at > deps_.clock.now() && covers((*consent)->scopes, request.scopes);
  });
}

Result<Outcome> AuthorizeService::ask(const Request& request, const identity::BrowserSession& session) {
  const auto team = deps_.users.find_team(Tenant{*request.client->team_id});
  if (!team) return fail(team.error());
  return Outcome(AskConsent{.client_name = request.client->name, .homepage = request.client->homepage, .team_name = team->name,
                            .user_email = session.user.email, .scopes = request.scopes, .redirect_uri = request.redirect_uri,
                            .ticket = FormTickets(deps_.settings.form_key)
                                          .make(request.query, bound_to_session(session.id), deps_.clock.now() + kConsentTime)});
}

Result<Outcome> AuthorizeService::decide(std::string_view ticket, bool allowed, const std::optional<identity::BrowserSession>& session) {
  const Timestamp now = deps_.clock.now();
  const auto query = session ? FormTickets(deps_.settings.form_key).open(ticket, bound_to_session(session->id), now) : std::nullopt;
  if (!query) return Outcome(ShowError{"This page was open for too long, or you have signed out meanwhile. Go back to the application and try again."});
  auto read_request = read(*query);
  if (!read_request) return fail(read_request.error());
  if (auto* outcome = std::get_if<Outcome>(&*read_request)) return std::move(*outcome);
  const Request& request = std::get<Request>(*read_request);
  const auto record = [&](const char* what, const char* note) {
    deps_.audit.record({.team_id = request.client->team_id, .actor_kind = audit::ActorKind::user, .user_id = session->user.id,
                        .email = session->user.email, .session_id = session->id, .event_time = now, .endpoint = what,
                        .note = request.client->id + " " + note + ": " + join_words(request.scopes)});
  };
  if (!allowed) {
    record("oauth_consent.refused", "refused");
    return send_error(request, "access_denied", "The person said no.");
  }
  const auto done = deps_.database.write([&](db::Session& db_session) -> Status {
    const auto before = consent_store::find(db_session, session->user.id, request.client->id);
    if (!before) return fail(before.error());
    Consent consent{.user_id = session->user.id, .client_id = request.client->id, .scopes = request.scopes, .created_at = now, .updated_at = now,
                    .expires_at = now + deps_.settings.consent_life};
    if (*before) {  // what was allowed before stays allowed
      consent.created_at = (*before)->created_at;
      consent.scopes.insert(consent.scopes.end(), (*before)->scopes.begin(), (*before)->scopes.end());
      consent.scopes = word_set(join_words(consent.scopes));
    }
    if (auto stored = consent_store::put(db_session, consent); !stored) return stored;
    Attributes data;
    data.set("user_id", session->user.id.to_string());
    data.set("scopes", join_words(request.scopes));
    return deps_.bus.append(db_session, {.name = "oauth_consent.granted", .occurred_at = now, .customer_id = *request.client->team_id,
                                         .resource_id = request.client->id, .data = std::move(data)});
  });
  if (!done) return fail(done.error());
  record("oauth_consent.granted", "allowed");
  return give_code(request, *session);
}

Result<Outcome> AuthorizeService::give_code(const Request& request, const identity::BrowserSession& session) {
  const Timestamp now = deps_.clock.now();
  const std::string code = random_base62(43, deps_.rng);
  const Code row{.hash = crypto::hex(crypto::sha256(code)), .grant_id = "grant_" + ksuid(now, deps_.rng), .client_id = request.client->id,
                 .user_id = session.user.id, .session_id = session.id, .redirect_uri = request.redirect_uri, .scopes = request.scopes,
                 .nonce = request.nonce, .challenge = request.challenge, .challenge_is_plain = request.challenge_is_plain,
                 .methods = session.methods, .authenticated_at = session.authenticated_at, .created_at = now,
                 .expires_at = now + deps_.settings.code_life, .used_at = {}};
  const auto stored = deps_.database.write([&](db::Session& db_session) { return grant_store::insert_code(db_session, row); });
  if (!stored) return fail(stored.error());
  std::vector<std::pair<std::string, std::string>> answer{{"code", code}};
  if (request.state) answer.emplace_back("state", *request.state);
  answer.emplace_back("iss", deps_.settings.issuer);
  return Outcome(SendBack{with_query(request.redirect_uri, answer)});
}

}  // namespace openstrat::oidc
