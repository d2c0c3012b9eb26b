#include "app/mfa_parts.hpp"

namespace openstrat::app {

MfaParts::MfaParts(Instance& i, const PublicUrls& urls, const Needs& needs)
    : settings(mfa_settings(i.config(), urls)),
      secrets("second factors", i.key()),
      challenges(crypto::derive_key(i.key().bytes(), "passkey challenges"), i.clock(), i.rng()),
      notices({needs.audit, needs.mailer, i.clock(), settings}),
      checker({i.database(), needs.users, needs.passwords, secrets, notices, i.clock()}),
      proof({i.database(), needs.sessions, checker, i.clock()}),
      codes({i.database(), needs.users, checker, proof, notices, i.clock(), i.rng(), settings}),
      passkeys({i.database(), needs.users, challenges, proof, notices, i.clock(), i.rng(), settings}),
      factors({i.database(), needs.users, checker, passkeys, notices, i.clock()}) {}

}  // namespace openstrat::app
