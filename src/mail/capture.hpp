// The capture mailbox: where mails go when there is no SMTP server. Bounded: the newest 500, for a week.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "base/ids.hpp"
#include "mail/smtp.hpp"

namespace openstrat {
class SecretBox;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::mail {

class CaptureMailbox final : public Transport {
 public:
  static constexpr int kMost = 500;
  static constexpr std::chrono::days kKept{7};

  CaptureMailbox(db::Database& database, const SecretBox& secrets, const Clock& clock) : database_(database), secrets_(secrets), clock_(clock) {}

  /// Keeps the letter under the id that its Message-ID begins with.
  Status deliver(const Letter& letter) override;

  struct Mail {
    Uuid id;
    Timestamp captured_at{};
    Letter letter;
  };
  /// Newest first.
  Result<std::vector<Mail>> list(int limit);
  Result<std::optional<Mail>> find(const Uuid& id);

 private:
  db::Database& database_;
  const SecretBox& secrets_;
  const Clock& clock_;
};

}  // namespace openstrat::mail
