// The capture mailbox over HTTP: a page for people, JSON for tests.
#pragma once

#include <string>

#include "base/rng.hpp"
#include "mail/capture.hpp"
#include "mail/settings.hpp"
#include "templates/library.hpp"

namespace openstrat::http {
class Router;
}

namespace openstrat::mail {

struct MailboxServices {
  CaptureMailbox& mailbox;
  const templates::Library& library;
  const Settings& settings;
  Rng& rng;
};

/// Reachable from this machine (or mailbox_allow) only, and only while mails are captured: they hold links that sign people in.
void add_mailbox_routes(http::Router& router, const MailboxServices& services);

}  // namespace openstrat::mail
