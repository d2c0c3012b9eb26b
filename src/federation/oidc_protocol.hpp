// OpenID Connect Core 1.0, authorization code flow: Google, Microsoft Entra and any provider that speaks it.
#pragma once

#include "federation/metadata.hpp"
#include "federation/protocol.hpp"

namespace openstrat::federation {

class OidcProtocol final : public Protocol {
 public:
  OidcProtocol(Web& web, const Clock& clock, const Settings& settings) : web_(web), clock_(clock), settings_(settings), metadata_(web, clock, settings) {}

  Result<std::string> authorization_url(const Provider& provider, const Handshake& handshake) override;
  Result<ExternalPerson> redeem(const Provider& provider, const Handshake& handshake, const Answer& answer) override;

 private:
  struct Tokens {
    std::string id_token;
    std::string access_token;
  };
  Result<Tokens> exchange(const Provider& provider, const Metadata& metadata, const Handshake& handshake, const std::string& code);
  Result<jose::Claims> verified_claims(const Provider& provider, const Metadata& metadata, const Handshake& handshake, const Tokens& tokens);
  /// Only what the ID token lacks is asked for.
  Result<jose::Claims> userinfo(const Provider& provider, const Metadata& metadata, const Tokens& tokens, const std::string& subject);

  Web& web_;
  const Clock& clock_;
  const Settings& settings_;
  MetadataCache metadata_;
};

}  // namespace openstrat::federation
