// A sign-in through another provider, from the button to the session.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audit/audit_service.hpp"
#include "base/metrics.hpp"
#include "federation/account_linker.hpp"
#include "federation/github_protocol.hpp"
#include "federation/oidc_protocol.hpp"
#include "federation/provider_service.hpp"
#include "sign_in/sign_in_service.hpp"

namespace openstrat::federation {

enum class Purpose {
  sign_in,
  link,  ///< a signed-in user adds the account
  test,  ///< an administrator looks at what the provider tells; nobody is signed in
};

class FederationService {
 public:
  struct Dependencies {
    ProviderService& providers;
    AccountLinker& linker;
    sign_in::SignInService& sign_in;
    audit::AuditLog& audit;
    Web& web;
    const SealedNotes& notes;
    metrics::Registry& metrics;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit FederationService(Dependencies dependencies);

  /// For the portal: a URL on the auth host that goes on with the purpose in the user's browser. not_found for a disabled provider
  /// (but it may be tested).
  Result<std::string> url_for(Purpose purpose, std::string_view provider_id, UserId user, std::string_view return_to);

  struct StartRequest {
    std::string provider_id;
    std::string ticket;                  ///< of url_for(); empty: a sign-in
    std::string return_to;               ///< a path of ours; empty: the portal
    bool remember = false;
    std::optional<UserId> browser_user;  ///< who is signed in with this browser
  };
  struct Started {
    std::string authorization_url;
    std::string cookie_name;             ///< of the sealed state; the part after the room's prefix
    std::string cookie;
  };
  /// not_found; unauthenticated `ticket_invalid`; forbidden `resource_blocked` when the browser is not the linking user's; upstream.
  Result<Started> start(const StartRequest& request);

  struct Callback {
    std::string state, code, error, error_description;
    std::optional<std::string> issuer;
  };
  struct Finished {
    enum class Kind { signed_in, linked, tested, confirmation_sent };
    Kind kind = Kind::signed_in;
    sign_in::Step step;        ///< kind signed_in
    std::string return_to;     ///< empty: the portal
    std::string provider_name;
    std::string email;
    std::string claims_json;   ///< kind tested
    bool remember = false;
  };
  /// Which cookie belongs to a state.
  static std::string cookie_name_for(std::string_view state);
  /// forbidden `state_invalid` when this browser did not start it (or too long ago), `provider_refused`; else as Protocol and AccountLinker.
  Result<Finished> finish(const Callback& callback, std::string_view cookie, const sign_in::Attempt& attempt);

 private:
  struct Flow;
  struct Counters {
    metrics::Counter& signed_in;
    metrics::Counter& linked;
    metrics::Counter& provisioned;
    metrics::Counter& confirmation;
    metrics::Counter& refused;
    metrics::Counter& failed;
  };
  Protocol& protocol_of(const Provider& provider);
  std::optional<Flow> open_flow(std::string_view cookie) const;
  Result<Flow> flow_of(const StartRequest& request, const Provider& provider);
  Result<Finished> complete(const Flow& flow, const Provider& provider, const Callback& callback, const sign_in::Attempt& attempt);
  Result<Finished> sign_in(const Flow& flow, const Provider& provider, const ExternalPerson& person, const sign_in::Attempt& attempt);
  void record_failure(const Provider& provider, const Error& error, const sign_in::Attempt& attempt);

  Dependencies deps_;
  OidcProtocol oidc_;
  GithubProtocol github_;
  Counters counters_;
};

}  // namespace openstrat::federation
