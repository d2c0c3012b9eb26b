// Everything that keeps attackers from accounts, wired.
#pragma once

#include "app/instance.hpp"
#include "app/settings.hpp"
#include "protection/allow_list.hpp"
#include "protection/announcer.hpp"
#include "protection/attempt_memory.hpp"
#include "protection/blocks.hpp"
#include "protection/breach_lookup.hpp"
#include "protection/mfa_demand.hpp"
#include "protection/policies.hpp"
#include "protection/sign_in_guard.hpp"

namespace openstrat::app {

struct ProtectionParts {
  /// What protection asks of other rooms.
  struct Needs {
    identity::UserService& users;
    identity::SessionService& sessions;
    audit::AuditLog& audit;
    mail::Mailer& mailer;
    bus::Bus& bus;
    tasks::Queue& tasks;
    const http::Client& client;
  };
  ProtectionParts(Instance& instance, const PublicUrls& urls, const Needs& needs);

  const protection::Settings settings;
  protection::Policies policies;
  protection::MfaDemand mfa_demand;
  protection::AllowList allowed;
  protection::AttemptMemory attempts;
  protection::Blocks blocks;
  protection::Announcer announcer;
  protection::BreachLookup breaches;
  protection::SignInGuard guard;
};

}  // namespace openstrat::app
