// Whoever's second factors change hears of it by mail, and the audit log does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "identity/types.hpp"
#include "mfa/settings.hpp"
#include "mfa/types.hpp"

namespace openstrat::db {
class Session;
}
namespace openstrat::audit {
class AuditLog;
}
namespace openstrat::mail {
class Mailer;
}

namespace openstrat::mfa {

struct Notice {
  std::string_view event;                      ///< in the audit log: `mfa.totp_enabled` …
  std::string_view change = {};                ///< in the mail `mfa_changed`; empty: no mail
  std::optional<std::string> factor = {};      ///< "authenticator app", or the name of a passkey
  std::optional<std::int64_t> codes_left = {};
  std::string note = {};                       ///< for the audit log
  std::optional<UserId> actor = {};            ///< somebody else than the user
  bool by_operator = false;                    ///< on the command line of the server
  int status = 200;                            ///< what was refused has 401
};

class Notices {
 public:
  struct Dependencies {
    audit::AuditLog& audit;
    mail::Mailer& mailer;
    const Clock& clock;
    const Settings& settings;
  };
  explicit Notices(Dependencies dependencies) : deps_(dependencies) {}

  /// Mails in the transaction of the change and writes the audit log once it has committed.
  Status tell(db::Session& session, const identity::User& user, const Caller& caller, const Notice& notice);

 private:
  void audit(const identity::User& user, const Caller& caller, const Notice& notice) const;

  Dependencies deps_;
};

}  // namespace openstrat::mfa
