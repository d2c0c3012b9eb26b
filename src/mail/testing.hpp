// For the tests of areas that send mails: a Mailer that keeps them. Link openstrat_mail_testing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.hpp"
#include "mail/mail_service.hpp"

namespace openstrat::mail {

/// Refuses what the real one refuses. A mail counts once its transaction has committed.
class KeptMails final : public Mailer {
 public:
  explicit KeptMails(const Clock& clock = system_clock()) : clock_(clock) {}
  Status send(db::Session& session, const Message& message) override;
  Result<std::int64_t> accepted_since(db::Session& session, std::string_view template_name, std::string_view to, Timestamp since) override;

  std::vector<Message> all() const;
  std::vector<Message> to(std::string_view address) const;
  /// The newest of this template to this address; fails the running test when there is none.
  Message newest(std::string_view template_name, std::string_view address) const;
  /// Field `link` of it.
  std::string link(std::string_view template_name, std::string_view address) const;
  void clear();

 private:
  struct Kept {
    Timestamp at{};
    Message message;
  };
  const Clock& clock_;
  mutable Guarded<std::vector<Kept>> mails_;
};

}  // namespace openstrat::mail
