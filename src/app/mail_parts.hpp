// Everything behind mail::Mailer, wired.
#pragma once

#include "app/instance.hpp"
#include "app/settings.hpp"
#include "mail/capture.hpp"
#include "mail/outbox.hpp"
#include "tasks/queue.hpp"
#include "templates/library.hpp"

namespace openstrat::app {

struct MailParts {
  MailParts(Instance& instance, const PublicUrls& urls, tasks::Queue& tasks, const templates::Library& library);

  const mail::Settings settings;
  const SecretBox secrets;
  const mail::Composer composer;
  mail::CaptureMailbox mailbox;
  mail::SmtpTransport smtp;
  mail::Outbox outbox;  ///< the Mailer
};

}  // namespace openstrat::app
