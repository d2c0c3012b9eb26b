#include "app/mail_parts.hpp"

namespace openstrat::app {

MailParts::MailParts(Instance& i, const PublicUrls& urls, tasks::Queue& tasks, const templates::Library& library)
    : settings(mail_settings(i.config(), urls)), secrets("mail", i.key()), composer(library, settings), mailbox(i.database(), secrets, i.clock()),
      smtp(settings.smtp),
      outbox({i.database(), tasks, composer, settings.captures() ? static_cast<mail::Transport&>(mailbox) : smtp, secrets,
              crypto::derive_key(i.key().bytes(), "mail recipients"), i.metrics(), i.clock(), i.rng(), settings}) {}

}  // namespace openstrat::app
