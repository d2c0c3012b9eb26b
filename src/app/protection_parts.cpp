#include "app/protection_parts.hpp"

namespace openstrat::app {

ProtectionParts::ProtectionParts(Instance& i, const PublicUrls& urls, const Needs& needs)
    : settings(protection_settings(i.config(), urls)),
      policies({i.database(), needs.users, i.clock()}),
      mfa_demand({policies, needs.sessions, i.clock()}),
      allowed({i.database(), needs.users, i.clock(), i.rng()}),
      attempts(i.clock()),
      blocks({i.database(), attempts, needs.audit, i.clock(), settings, crypto::derive_key(i.key().bytes(), "unblock links")}),
      announcer({i.database(), needs.bus, needs.tasks, needs.mailer, needs.audit, needs.users, blocks, i.clock(), settings}),
      breaches(needs.client, i.clock(), settings),
      guard({i.database(), attempts, allowed, announcer, blocks, breaches, policies, i.metrics(), i.clock(), i.rng(), settings,
             crypto::derive_key(i.key().bytes(), "sign-in accounts"), crypto::derive_key(i.key().bytes(), "sign-in challenges")}) {}

}  // namespace openstrat::app
