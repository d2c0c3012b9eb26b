// Everything of the live streams, wired.
#pragma once

#include <memory>

#include "app/instance.hpp"
#include "base/secrets.hpp"
#include "fleet/site_service.hpp"
#include "identity/authenticator.hpp"
#include "identity/credential_cache.hpp"
#include "realtime/credential_watch.hpp"
#include "realtime/hub.hpp"
#include "realtime/pulse_tap.hpp"
#include "realtime/relay.hpp"
#include "realtime/ticket_keeper.hpp"

namespace openstrat::bus {
class Bus;
}

namespace openstrat::app {

struct RealtimeParts {
  /// What the streams ask of other rooms.
  struct Needs {
    identity::CredentialCache& credentials;
    identity::BearerAuthenticator::Dependencies authentication;
    fleet::LiveSites& live;
    fleet::SiteService& sites;
  };
  RealtimeParts(Instance& instance, const Needs& needs);

  /// Finds out where the numbers of frames stand. Before subscribe().
  Status prepare();
  void subscribe(bus::Bus& bus);
  void start();
  /// Ends every stream, so that the server has none to wait for.
  void end_streams();
  /// After the bus has stopped.
  void stop();

  Instance& instance;
  fleet::LiveSites& live;
  const SecretBox secrets;
  realtime::TicketKeeper tickets;
  realtime::Sights sights;
  const std::unique_ptr<realtime::Relay> relay;  ///< null: this is the only process
  realtime::Hub hub;
  realtime::PulseTap tap;
  /// A page that lies open is no use of its session.
  identity::BearerAuthenticator authenticator;
  realtime::CredentialWatch watch;
};

}  // namespace openstrat::app
