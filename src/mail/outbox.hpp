// The Mailer over the database and the task queue: accepted with the caller's transaction, delivered with retries, never forgotten.
#pragma once

#include <set>
#include <vector>

#include "base/crypto.hpp"
#include "base/guarded.hpp"
#include "base/metrics.hpp"
#include "base/secrets.hpp"
#include "db/database.hpp"
#include "mail/composer.hpp"
#include "mail/mail_service.hpp"
#include "mail/mail_store.hpp"
#include "mail/smtp.hpp"
#include "tasks/queue.hpp"

namespace openstrat::mail {

/// A mail goes out once: its row says when it has gone. Only a crash between the server's "250" and the commit after it repeats one
/// (with the same Message-ID). Temporary failures are tried for about two days, then the mail is failed, as at once when it is refused.
class Outbox final : public Mailer {
 public:
  static constexpr int kMaxAttempts = 60;
  static constexpr std::chrono::days kRemembered{90};

  struct Deps {
    db::Database& database;
    tasks::Queue& tasks;
    const Composer& composer;
    Transport& transport;
    const SecretBox& secrets;
    crypto::Key32 recipient_key;
    metrics::Registry& metrics;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit Outbox(const Deps& deps);

  Status send(db::Session& session, const Message& message) override;
  Result<std::int64_t> accepted_since(db::Session& session, std::string_view template_name, std::string_view to, Timestamp since) override;

  /// Delivers on this thread, past queue and tables: for an operator who wants to know whether it works, and why not.
  Status send_now(const Message& message);

  /// Before the queue starts.
  void register_tasks();
  /// Sets the gauge of waiting mails.
  Status sample();

  struct FailedMail {
    Uuid id;
    std::string template_name, to;
    Timestamp accepted_at{};
    std::string error;
  };
  Result<std::vector<FailedMail>> failed(int limit);
  /// Queues the failed mails again; answers how many.
  Result<int> retry_failed();

 private:
  Status carry_out(const tasks::Task& task);
  Result<Letter> letter_of(const Uuid& id, const mail_store::Waiting& row);
  Result<Letter> letter_of(const Uuid& id, const Message& message);
  Status finish(const Uuid& id, mail_store::Ending ending, const std::string& error = "");
  Status give_up(const Uuid& id, const std::string& template_name, const std::string& error);
  Status enqueue(db::Session& session, const Uuid& id, const std::optional<CustomerId>& customer);
  std::string recipient_hash(std::string_view address) const;

  const Deps deps_;
  metrics::Counter& sent_;
  metrics::Counter& captured_;
  metrics::Counter& failed_;
  metrics::Counter& deferred_;
  metrics::Gauge& waiting_;
  Guarded<std::set<Uuid>> handed_over_;  ///< taken by the server, not yet recorded: a failed commit must not send again
};

}  // namespace openstrat::mail
