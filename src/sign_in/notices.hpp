// The mails and audit entries of a person's own account.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audit/audit_service.hpp"
#include "base/error.hpp"
#include "identity/session_service.hpp"
#include "mail/mail_service.hpp"
#include "sign_in/settings.hpp"

namespace openstrat {
class UrlSigner;
}

namespace openstrat::sign_in {

/// Mails become part of the caller's transaction. An address that cannot be mailed to is logged, not an error: the answer to a
/// stranger must not depend on it.
class Notices {
 public:
  struct Dependencies {
    mail::Mailer& mailer;
    audit::AuditLog& audit;
    const UrlSigner& signer;
    const Clock& clock;
    const Settings& settings;
  };
  explicit Notices(Dependencies dependencies) : deps_(dependencies) {}

  /// The link confirms `email`, the user's own or the one he wants to have.
  Status verify_email(db::Session& session, const identity::User& user, const std::string& email);
  Status account_exists(db::Session& session, const identity::User& user, const identity::Origin& origin);
  Status password_link(db::Session& session, const identity::User& user, const std::string& token, const identity::Origin& origin);
  Status password_changed(db::Session& session, const identity::User& user, const identity::Origin& origin);
  /// To the address that `user` had.
  Status email_changed(db::Session& session, const identity::User& user, const std::string& new_email, const identity::Origin& origin);
  Status new_sign_in(db::Session& session, const identity::User& user, const identity::Origin& origin);

  struct Event {
    std::string name;                       ///< `user.signed_in` …
    std::optional<UserId> user_id;
    std::string email;
    std::optional<CustomerId> team_id;
    std::string session_id;
    int status_code = 200;
    std::string note;
  };
  void record(const Event& event, const identity::Origin& origin) noexcept;

  /// What stands in the path of a link that confirms `email`.
  static std::string hash_of_email(std::string_view email);

 private:
  Status send(db::Session& session, const identity::User& user, const std::string& to, std::string_view template_name, Attributes fields,
              std::optional<Timestamp> useless_after = {});

  Dependencies deps_;
};

/// "Firefox on Windows"; empty when the browser is none that many people have.
std::string device_name(std::string_view user_agent);

}  // namespace openstrat::sign_in
