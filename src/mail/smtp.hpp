// How a letter leaves: over SMTP, through curl. Blocking: worker threads only.
#pragma once

#include "base/error.hpp"
#include "mail/mime.hpp"
#include "mail/settings.hpp"

namespace openstrat::mail {

class Transport {
 public:
  virtual ~Transport() = default;
  /// invalid `mail_refused`: the server will never take this letter. Any other error: later, perhaps.
  virtual Status deliver(const Letter& letter) = 0;
};

/// One connection a letter. STARTTLS is demanded, not tried; the server's certificate and name are checked.
class SmtpTransport final : public Transport {
 public:
  explicit SmtpTransport(const SmtpSettings& settings) : settings_(settings) {}
  Status deliver(const Letter& letter) override;
  /// Connects, encrypts and signs in, without a letter: for `openstrat doctor`.
  Status probe();

 private:
  const SmtpSettings& settings_;
};

}  // namespace openstrat::mail
