// GitHub: OAuth 2.0 and its REST API, as it knows no OpenID Connect for people. Also an own GitHub Enterprise Server.
#pragma once

#include "base/jose.hpp"
#include "federation/protocol.hpp"

namespace openstrat::federation {

class GithubProtocol final : public Protocol {
 public:
  GithubProtocol(Web& web, const Settings& settings) : web_(web), settings_(settings) {}

  Result<std::string> authorization_url(const Provider& provider, const Handshake& handshake) override;
  Result<ExternalPerson> redeem(const Provider& provider, const Handshake& handshake, const Answer& answer) override;

 private:
  std::string site(const Provider& provider) const { return provider.issuer.empty() ? settings_.github_url : provider.issuer; }
  std::string api(const Provider& provider) const { return provider.issuer.empty() ? settings_.github_api_url : provider.issuer + "/api/v3"; }
  Result<std::string> exchange(const Provider& provider, const Handshake& handshake, const std::string& code);
  Result<std::string> get(const Provider& provider, const std::string& path, const std::string& token);

  Web& web_;
  const Settings& settings_;
};

}  // namespace openstrat::federation
