// Jobs: accepted once, handed out one at a time, ended by the router's reports or a time-out.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "base/attributes.hpp"
#include "base/error.hpp"
#include "base/rng.hpp"
#include "fleet/backup_fragments.hpp"
#include "fleet/settings.hpp"
#include "fleet/types.hpp"

namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat::tasks {
class Queue;
}
namespace openstrat {
class UrlSigner;
}

namespace openstrat::fleet {

class LiveSites;

struct NewJob {
  Uuid idempotency_key;                    ///< nil = made here
  std::string kind = "user";
  std::string description;                 ///< 1–100 characters; the dashboard's operations ask for 3
  std::string script;
  bool express = false;
  bool needs_ack = true;
  bool should_backup = false;
  std::optional<std::string> notify_url;
  std::optional<std::string> notify_key;
  std::optional<BatchId> batch_id;
  std::optional<JobId> retry_of;
  std::optional<Timestamp> expires_at;
  std::string created_by;
};

struct CreatedJob {
  Job job;
  bool existed = false;                    ///< the idempotency key was known: nothing was created
};

/// Sends one webhook; wired to the outgoing HTTP client, which refuses private addresses and redirects.
class Webhooks {
 public:
  virtual ~Webhooks() = default;
  /// `signature_key` empty: no X-Signature header. An answer outside 2xx is an error.
  virtual Status post(const std::string& url, const std::string& json, const std::string& signature_key) = 0;
};

class JobService {
 public:
  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    tasks::Queue& tasks;
    const UrlSigner& signer;
    Webhooks& webhooks;
    BackupFragments& backups;
    LiveSites& live;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit JobService(Dependencies dependencies);

  // --- operators
  /// conflict `site_deleting`; a known idempotency key of the site answers the first job.
  Result<CreatedJob> create(const Tenant& tenant, SiteId site, NewJob job);
  /// The same inside a caller's transaction (platform jobs; allowed while deleting when kind != user).
  Result<CreatedJob> create_in(db::Session& session, const Site& site, NewJob job);
  Result<Job> find(const Tenant& tenant, SiteId site, JobId job);
  /// The job of a kind that waits or runs, pending before sent before busy.
  Result<std::optional<Job>> find_open_in(db::Session& session, const Site& site, std::string_view kind);
  Result<std::vector<JobEvent>> events(const Tenant& tenant, JobId job);
  struct ListFilter {
    std::optional<JobState> state;
    std::optional<Timestamp> from, to;
    int offset = 0, limit = 50;
  };
  struct JobPage { std::vector<Job> jobs; std::int64_t total = 0; };
  Result<JobPage> list(const Tenant& tenant, SiteId site, const ListFilter& filter);
  /// Pending only: conflict `job_already_started`.
  Status remove(const Tenant& tenant, SiteId site, JobId job);
  /// A new pending job with the failed one's script and metadata; conflict unless failed.
  Result<Job> retry(const Tenant& tenant, SiteId site, JobId job, std::string created_by);

  struct BatchItem { SiteId site; std::string name; std::optional<Job> job; std::optional<std::string> refusal; };
  struct Batch { BatchId id; std::string description; Timestamp created_at{}; std::vector<BatchItem> items; };
  /// One job on many sites: every accepted site gets its job, every refused one its reason; a repeated key answers the first batch.
  Result<Batch> create_batch(const Tenant& tenant, const std::vector<SiteId>& sites, NewJob job);
  Result<Batch> find_batch(const Tenant& tenant, BatchId batch);

  // --- routers
  /// Moves the next job of the site to `sent` (or `completed` without acknowledgement) and renders its finished script.
  /// nullopt when nothing is pending or a job is in flight. Runs inside the poll's transaction.
  struct Handout { JobId job; std::string script; };
  Result<std::optional<Handout>> hand_out(db::Session& session, const Site& site, bool readable);
  /// busy/done/fail of a signed URL. Idempotent; unknown job: not_found.
  enum class Report { busy, done, fail };
  Status report(JobId job, Report report, std::optional<std::string> error_text);
  /// The finished payload file of a job that is too big for one answer (signed URL).
  Result<std::string> payload_file(JobId job);
  /// After an upload for this job was stored: sets associated_backup.
  Status attach_backup(db::Session& session, const Tenant& tenant, JobId job, std::string storage_key);

  /// Redeliveries and execution time-outs; every few seconds.
  Status sweep_timeouts();
  /// Deletes ended jobs older than the retention, in bounded steps.
  Status purge();
  /// Binds task handlers (notify_url call-backs) and schedules; before the queue starts.
  void register_tasks();

 private:
  /// Now, but later than any moment given before: events of one transaction keep their order.
  Timestamp next_moment();
  Status append_event(db::Session& session, const Job& job, const char* kind, const std::string& message, const Attributes& context = {});
  /// The bus event, the webhook and the wake-up that follow a change of state, in the caller's transaction.
  Status announce(db::Session& session, const Job& job, const char* event_name);
  Result<std::string> render(db::Session& session, const Site& site, const Job& job, int remaining, bool readable);
  Result<BatchId> write_batch(db::Session& session, const Tenant& tenant, const std::vector<SiteId>& sites, const NewJob& request, BatchId fresh, Timestamp now);
  Status create_many(db::Session& session, const std::vector<Job>& jobs);
  Status apply_report(db::Session& session, JobId id, Report report, const std::optional<std::string>& error_text);
  Status give_up(db::Session& session, Job job, const char* code, const std::string& reason);
  Status send_webhook(const Attributes& payload);

  Dependencies deps_;
  std::atomic<std::int64_t> last_event_us_{0};
  Timestamp started_at_;  ///< our own downtime must not time jobs out
};

}  // namespace openstrat::fleet
