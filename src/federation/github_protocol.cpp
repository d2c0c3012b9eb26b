#include "federation/github_protocol.hpp"

#include "federation/urls.hpp"
#include "identity/types.hpp"

namespace openstrat::federation {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

}  // namespace

Result<std::string> GithubProtocol::authorization_url(const Provider& provider, const Handshake& handshake) {
  const Fields fields{{"client_id", provider.client_id},
                      {"redirect_uri", redirect_uri(settings_)},
                      {"scope", "read:user user:email"},
                      {"state", handshake.state},
                      {"code_challenge", code_challenge(handshake.verifier)},
                      {"code_challenge_method", "S256"}};
  return with_query(site(provider) + "/login/oauth/authorize", fields);
}

Result<std::string> GithubProtocol::exchange(const Provider& provider, const Handshake& handshake, const std::string& code) {
  const Fields form{{"client_id", provider.client_id}, {"client_secret", provider.client_secret}, {"code", code},
                    {"redirect_uri", redirect_uri(settings_)}, {"code_verifier", handshake.verifier}};
  const auto answer = web_.send({.method = WebRequest::Method::post, .url = site(provider) + "/login/oauth/access_token",
                                 .headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}},
                                 .body = encode_form(form), .named_by_operator = !provider.team});
  if (!answer) return fail(provider_unavailable(provider, answer.error()));
  const auto body = jose::Claims::parse(answer->body);
  // A refused code comes with status 200, too.
  if (const auto error = body ? body->text("error") : std::nullopt) return fail(provider_failed(provider, "the code was refused (" + one_line(*error) + ")."));
  auto token = body ? body->text("access_token") : std::nullopt;
  if (answer->status != 200 || !token || token->empty())
    return fail(provider_failed(provider, "its answer to the code holds no token (status " + std::to_string(answer->status) + ")."));
  return *std::move(token);
}

Result<std::string> GithubProtocol::get(const Provider& provider, const std::string& path, const std::string& token) {
  auto answer = web_.send({.url = api(provider) + path,
                           .headers = {{"Authorization", "Bearer " + token}, {"Accept", "application/vnd.github+json"}, {"X-GitHub-Api-Version", "2022-11-28"}},
                           .body = "", .named_by_operator = !provider.team});
  if (!answer) return fail(provider_unavailable(provider, answer.error()));
  if (answer->status != 200) return fail(provider_failed(provider, path + " was answered with status " + std::to_string(answer->status) + "."));
  return std::move(answer->body);
}

Result<ExternalPerson> GithubProtocol::redeem(const Provider& provider, const Handshake& handshake, const Answer& answer) {
  const auto token = exchange(provider, handshake, answer.code);
  if (!token) return fail(token.error());
  const auto profile = get(provider, "/user", *token);
  if (!profile) return fail(profile.error());
  const auto user = jose::Claims::parse(*profile);
  const auto id = user ? user->number("id") : std::nullopt;  // the login can be renamed and taken by another
  if (!id) return fail(provider_failed(provider, "it does not say who signed in."));
  const auto list = get(provider, "/user/emails", *token);
  if (!list) return fail(list.error());
  const auto emails = jose::Claims::parse("{\"emails\":" + *list + "}");
  if (!emails) return fail(provider_failed(provider, "the list of e-mail addresses is garbled."));
  ExternalPerson person{.issuer = site(provider), .subject = std::to_string(*id), .name = one_line(user->text("name").value_or("")), .claims_json = user->to_json()};
  for (const auto& entry : emails->objects("emails")) {
    if (!entry.flag("primary").value_or(false)) continue;
    person.email = identity::normalise_email(entry.text("email").value_or("")).value_or("");
    if (person.email.empty()) break;
    const bool is_ours = !provider.team || provider.issuer.empty();  // a team's own server could say anything
    person.email_trust = !entry.flag("verified").value_or(false) ? EmailTrust::unverified : is_ours ? EmailTrust::authoritative : EmailTrust::asserted;
    break;
  }
  return person;
}

}  // namespace openstrat::federation
