#include "federation/federation_service.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/rng.hpp"
#include "federation/urls.hpp"

namespace openstrat::federation {
namespace {

constexpr std::string_view kStatePrefix = "p.";  // the callback is shared: other letters belong to other areas
constexpr std::size_t kNameLength = 8;

std::string_view to_string(Purpose purpose) {
  switch (purpose) {
    case Purpose::sign_in: return "sign_in";
    case Purpose::link: return "link";
    case Purpose::test: return "test";
  }
  std::unreachable();
}

std::optional<Purpose> parse_purpose(std::string_view text) {
  for (const auto purpose : {Purpose::sign_in, Purpose::link, Purpose::test})
    if (to_string(purpose) == text) return purpose;
  return std::nullopt;
}

std::unexpected<Error> no_provider() { return fail(Errc::not_found, "No such identity provider."); }

std::unexpected<Error> state_invalid() {
  return fail(Errc::forbidden, "state_invalid", "This sign-in was not started in this browser, or too long ago. Start again.");
}

metrics::Counter& counter(metrics::Registry& registry, const char* outcome) {
  return registry.counter("openstrat_federation_sign_ins_total", "Returns from identity providers by outcome", {{"outcome", outcome}});
}

identity::Origin origin_of(const sign_in::Attempt& attempt) { return {.ip = attempt.remote.to_string(), .user_agent = attempt.user_agent}; }

}  // namespace

struct FederationService::Flow {
  Handshake handshake;
  std::string provider_id;
  Purpose purpose = Purpose::sign_in;
  std::optional<UserId> user;
  std::string return_to;
  bool remember = false;

  Attributes to_fields() const {
    Attributes out{{"state", handshake.state}, {"nonce", handshake.nonce}, {"verifier", handshake.verifier}, {"provider", provider_id},
                   {"purpose", std::string(to_string(purpose))}, {"return_to", return_to}, {"remember", remember}};
    if (user) out.set("user", user->to_string());
    return out;
  }
};

FederationService::FederationService(Dependencies dependencies)
    : deps_(dependencies), oidc_(deps_.web, deps_.clock, deps_.settings), github_(deps_.web, deps_.settings),
      counters_{counter(deps_.metrics, "signed_in"), counter(deps_.metrics, "linked"), counter(deps_.metrics, "provisioned"),
                counter(deps_.metrics, "confirmation"), counter(deps_.metrics, "refused"), counter(deps_.metrics, "failed")} {}

Protocol& FederationService::protocol_of(const Provider& provider) {
  if (provider.type == ProviderType::github) return github_;
  return oidc_;
}

Result<std::string> FederationService::url_for(Purpose purpose, std::string_view provider_id, UserId user, std::string_view return_to) {
  const auto provider = deps_.providers.find_for_sign_in(provider_id);
  if (!provider) return fail(provider.error());
  if (!*provider || (!(*provider)->enabled && purpose != Purpose::test)) return no_provider();
  const auto ticket = deps_.notes.seal(NoteKind::ticket, {{"provider", (*provider)->id}, {"purpose", std::string(to_string(purpose))},
                                                          {"user", user.to_string()}, {"return_to", std::string(return_to)}});
  return deps_.settings.auth_url + "/login/provider/" + encode((*provider)->id) + "?ticket=" + ticket;
}

Result<FederationService::Flow> FederationService::flow_of(const StartRequest& request, const Provider& provider) {
  Flow flow{.handshake = {}, .provider_id = provider.id, .user = std::nullopt, .return_to = request.return_to, .remember = request.remember};
  if (!request.ticket.empty()) {
    const auto ticket = deps_.notes.open(NoteKind::ticket, request.ticket);
    const auto purpose = ticket ? parse_purpose(ticket->text("purpose").value_or("")) : std::nullopt;
    if (!purpose || ticket->text("provider") != provider.id) return fail(Errc::unauthenticated, "ticket_invalid", "This link is not valid any more. Start again.");
    flow.purpose = *purpose;
    flow.user = ticket->id<UserId>("user");
    flow.return_to = ticket->text("return_to").value_or("");
    // Else somebody could have a stranger's browser add the stranger's account to his own user.
    if (flow.purpose == Purpose::link && (!flow.user || flow.user != request.browser_user))
      return fail(Errc::forbidden, "resource_blocked", "Sign in with this browser as the user whose account you want to extend.");
  }
  if (!provider.enabled && flow.purpose != Purpose::test) return no_provider();
  flow.handshake.state = std::string(kStatePrefix) + random_base62(32, deps_.rng);
  flow.handshake.nonce = random_base62(32, deps_.rng);
  flow.handshake.verifier = random_base62(64, deps_.rng);
  return flow;
}

Result<FederationService::Started> FederationService::start(const StartRequest& request) {
  const auto provider = deps_.providers.find_for_sign_in(request.provider_id);
  if (!provider) return fail(provider.error());
  if (!*provider) return no_provider();
  const auto flow = flow_of(request, **provider);
  if (!flow) return fail(flow.error());
  auto url = protocol_of(**provider).authorization_url(**provider, flow->handshake);
  if (!url) {
    log::warning("an identity provider does not answer", {{"provider", (*provider)->id}, {"reason", url.error().message()}});
    return fail(url.error());
  }
  return Started{.authorization_url = *std::move(url), .cookie_name = cookie_name_for(flow->handshake.state),
                 .cookie = deps_.notes.seal(NoteKind::flow, flow->to_fields())};
}

std::string FederationService::cookie_name_for(std::string_view state) {
  const auto random = state.substr(std::min(state.size(), kStatePrefix.size()));
  const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  if (!state.starts_with(kStatePrefix) || random.size() < kNameLength || !std::ranges::all_of(random.substr(0, kNameLength), fits)) return {};
  return std::string(random.substr(0, kNameLength));
}

std::optional<FederationService::Flow> FederationService::open_flow(std::string_view cookie) const {
  const auto fields = deps_.notes.open(NoteKind::flow, cookie);
  if (!fields) return std::nullopt;
  const auto text = [&](const char* name) { return fields->text(name).value_or(""); };
  return Flow{.handshake = {text("state"), text("nonce"), text("verifier")}, .provider_id = text("provider"),
              .purpose = parse_purpose(text("purpose")).value_or(Purpose::sign_in), .user = fields->id<UserId>("user"),
              .return_to = text("return_to"), .remember = fields->flag("remember").value_or(false)};
}

Result<FederationService::Finished> FederationService::finish(const Callback& callback, std::string_view cookie, const sign_in::Attempt& attempt) {
  const auto flow = open_flow(cookie);
  if (!flow || !crypto::equal_constant_time(flow->handshake.state, callback.state)) {
    counters_.refused.add();
    return state_invalid();
  }
  const auto provider = deps_.providers.find_for_sign_in(flow->provider_id);
  if (!provider) return fail(provider.error());
  if (!*provider || (!(*provider)->enabled && flow->purpose != Purpose::test)) {
    counters_.refused.add();
    return no_provider();
  }
  auto finished = complete(*flow, **provider, callback, attempt);
  if (!finished) {
    const bool is_theirs = finished.error().code() == Errc::upstream || finished.error().code() == Errc::timeout;
    (is_theirs ? counters_.failed : counters_.refused).add();
    record_failure(**provider, finished.error(), attempt);
  }
  return finished;
}

Result<FederationService::Finished> FederationService::complete(const Flow& flow, const Provider& provider, const Callback& callback,
                                                                const sign_in::Attempt& attempt) {
  if (!callback.error.empty()) {
    const std::string why = one_line(callback.error_description.empty() ? callback.error : callback.error_description);
    return fail(Errc::forbidden, "provider_refused", provider.name + " refused the sign-in: " + why);
  }
  if (callback.code.empty()) return fail(Errc::forbidden, "provider_refused", provider.name + " sent no code.");
  const auto person = protocol_of(provider).redeem(provider, flow.handshake, {callback.code, callback.issuer});
  if (!person) return fail(person.error());
  switch (flow.purpose) {
    case Purpose::test:
      return Finished{.kind = Finished::Kind::tested, .step = {}, .provider_name = provider.name, .email = person->email, .claims_json = person->claims_json};
    case Purpose::link: {
      const auto linked = deps_.linker.link(provider, *person, flow.user.value_or(UserId()), origin_of(attempt));
      if (!linked) return fail(linked.error());
      counters_.linked.add();
      return Finished{.kind = Finished::Kind::linked, .step = {}, .return_to = flow.return_to, .provider_name = provider.name, .email = person->email};
    }
    case Purpose::sign_in: return sign_in(flow, provider, *person, attempt);
  }
  std::unreachable();
}

Result<FederationService::Finished> FederationService::sign_in(const Flow& flow, const Provider& provider, const ExternalPerson& person,
                                                               const sign_in::Attempt& attempt) {
  using Kind = AccountLinker::Found::Kind;
  const auto found = deps_.linker.find(provider, person, origin_of(attempt));
  if (!found) return fail(found.error());
  if (found->kind == Kind::confirmation_sent) {
    counters_.confirmation.add();
    return Finished{.kind = Finished::Kind::confirmation_sent, .step = {}, .provider_name = provider.name, .email = found->email};
  }
  std::vector<std::string> methods = person.methods;
  methods.insert(methods.begin(), "fed");
  sign_in::Attempt by_whom = attempt;
  by_whom.email = found->email;
  auto step = deps_.sign_in.with_provider(found->user_id, std::move(methods), flow.remember, by_whom);
  if (!step) return fail(step.error());
  (found->kind == Kind::provisioned ? counters_.provisioned : found->kind == Kind::linked ? counters_.linked : counters_.signed_in).add();
  return Finished{.kind = Finished::Kind::signed_in, .step = *std::move(step), .return_to = flow.return_to, .provider_name = provider.name,
                  .email = found->email, .remember = flow.remember};
}

void FederationService::record_failure(const Provider& provider, const Error& error, const sign_in::Attempt& attempt) {
  const Attributes what{{"provider", provider.id}, {"code", error.reason()}, {"message", error.message()}};
  deps_.audit.record({.team_id = provider.team ? std::optional(provider.team->customer_id) : std::nullopt, .endpoint = "identity.sign_in_failed",
                      .status_code = 403, .ip_address = attempt.remote.to_string(), .user_agent = attempt.user_agent, .request_payload = what.to_json()});
}

}  // namespace openstrat::federation
