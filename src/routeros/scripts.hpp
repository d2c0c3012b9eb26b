// Every script that the platform gives to a router: a struct of plain parameters and one function a script.
// The texts are templates/*.rsc; values enter them typed and escaped. All scripts run on RouterOS 6.49 and every 7.x.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace openstrat::routeros {

/// The words we leave on routers. Scripts and parsers take them as parameters, so that an installation can rename itself.
struct Brand {
  std::string name = "OpenStrat";       ///< in sentences
  std::string prefix = "openstrat";     ///< object and file names: `openstrat-poll`
  std::string comment = "OpenStrat:";   ///< start of every comment: `OpenStrat:core scheduler`
};
/// Prefix: letters, digits, inner dashes, 2–24; name and comment: printable ASCII without `"`, 1–40. Configuration checks it at start.
Status validate(const Brand& brand);

/// minified goes to routers; readable (header `x-ros-debug`) keeps comments and layout and adds `trace:` log lines.
enum class Style { minified, readable };

/// An answer longer than this must be replaced by render_job_stub(): a router's variable ends at 64 KiB, cut without an error.
inline constexpr std::size_t kMaxInlineAnswer = 60'000;
inline constexpr std::chrono::seconds kPollInterval{30};

/// The line that the user pastes: fetch to a file, import it, remove it. Holds no `?` and no `$` (console help, variables).
struct BootstrapCommandParams {
  Brand brand;
  std::string url;  ///< `https://host/<runbook token>`
};
std::string render_bootstrap_command(const BootstrapCommandParams& params);

/// GET /{token}: checks version, clock and DNS, collects the facts, posts them to `adopt_url`, runs the answer.
/// The token of an existing poll scheduler travels as `X-Device-Token`, which authorises taking over an online site.
struct BootstrapParams {
  Brand brand;
  std::string adopt_url;  ///< `https://host/adopt/<runbook token>`
  std::string dns_name;   ///< host of adopt_url when it is a name; empty when it is an address and needs no DNS
  bool tls_verify = false;
  std::string ca_pem;     ///< imported before the first verified fetch; empty: the router knows the CA already
};
std::string render_bootstrap(const BootstrapParams& params, Style style);

/// The text of the poll scheduler's on-event.
struct PollParams {
  Brand brand;
  std::string poll_url;
  std::string device_token;
  bool tls_verify = false;
  std::chrono::seconds interval = kPollInterval;
};
std::string render_poll(const PollParams& params, Style style);

/// The scheduler as values, for callers that create it over the RouterOS API.
struct SchedulerItem {
  std::string name, on_event, policy, comment, start_time, interval;
};
SchedulerItem poll_scheduler(const PollParams& params);
/// Removes and re-adds the poll scheduler; part of the adoption answer, and a job of its own.
std::string render_scheduler_install(const PollParams& params, Style style);

/// Upload by SFTP: every version can.
struct SftpUpload {
  std::string host;
  std::uint16_t port = 2222;
  std::string user;      ///< the site's UUID
  std::string password;  ///< one-time
};
/// Upload as HTTP posts of 32 KiB: 7.13 and later only (`/file read`); older ones fail with a readable error.
struct HttpUpload {
  std::string url;  ///< signed, with a query: `&part=N&of=M` is appended
};
/// Exports the configuration and uploads it; raises an error naming the step that failed. Also usable as a job's payload.
struct BackupParams {
  Brand brand;
  std::int64_t unix_time = 0;   ///< names the file `<unix_time>.rsc`
  bool show_sensitive = false;  ///< secrets in the export
  std::variant<SftpUpload, HttpUpload> upload;
  bool tls_verify = false;      ///< HTTP only
};
std::string render_backup(const BackupParams& params, Style style);

/// POST /adopt/{token}: announces the site, installs the scheduler, takes the first backup, polls once.
struct AdoptionParams {
  PollParams poll;
  std::string site_name;
  std::string runbook_name;
  std::string portal_url;  ///< link to the site's page
  std::string quote;       ///< closing line; empty: none
  std::optional<BackupParams> backup;
  bool quiet_fetch_log = false;  ///< adds `!fetch` to the default info logging rule
};
std::string render_adoption(const AdoptionParams& params, Style style);

/// 200 answer of POST /adopt that installs nothing and raises a readable error (RouterOS shows no error bodies).
enum class Refusal {
  capacity,     ///< no licence or limit left; paste again after raising it
  online_site,  ///< the hardware belongs to a site that is online and nothing proves that this is the same router
  support,      ///< anything a user cannot solve alone
};
struct RefusalParams {
  Brand brand;
  Refusal reason = Refusal::support;
  std::string portal_url;  ///< where to act; empty: not named
  std::string reference;   ///< what to tell support (request id); empty: not named
};
std::string render_refusal(const RefusalParams& params, Style style);

/// Answer of /poll with a job: busy call, guarded payload, done or fail call (five tries), log line.
/// From 7.13 the fail URL gets `&error=` with the first 300 characters. The router remembers the last job token and its
/// outcome: a job handed out again repeats the report, not the payload (until a reboot; per RouterOS user).
struct JobParams {
  Brand brand;
  std::string token;
  std::string payload;   ///< any bytes; a syntax error in it fails the job, not the wrapper
  std::string busy_url;  ///< each signed on its own, each with a query
  std::string done_url;
  std::string fail_url;
  bool acknowledge = true;            ///< false: neither done nor fail call
  int remaining = 0;                  ///< jobs still queued; above zero the wrapper polls once at its end
  std::optional<BackupParams> backup; ///< taken first; its failure fails the job without running the payload
  bool tls_verify = false;
};
std::string render_job(const JobParams& params, Style style);
/// The same wrapper for a payload that is too long: it fetches `payload_url` to a file and imports it. `params.payload` is ignored.
std::string render_job_stub(const JobParams& params, std::string_view payload_url, Style style);
/// What `payload_url` must answer: the payload and a last line by which the stub knows that it ran to its end.
std::string render_payload_file(const Brand& brand, std::string_view job_token, std::string_view payload);

/// Last job of a site: removes everything with our comment or name, then the scheduler, then calls the notify URL.
struct RemovalParams {
  Brand brand;
  std::string notify_url;  ///< signed
  std::string device_token;
  bool quiet_fetch_log = false;  ///< adoption had added `!fetch`: restore the rule
  bool tls_verify = false;
};
std::string render_removal(const RemovalParams& params, Style style);
/// The same for a site whose record is gone: nobody is notified.
struct TombstoneParams {
  Brand brand;
  bool quiet_fetch_log = false;
};
std::string render_tombstone_removal(const TombstoneParams& params, Style style);

/// Our lines in a script that belongs to the customer (that of a DHCP client) stand between these two lines; the removal
/// script cuts them out.
std::string script_part_begin(const Brand& brand);
std::string script_part_end(const Brand& brand);

/// Every script with representative parameters, for tests that parse, run or inspect all of them.
struct TemplateInfo {
  std::string name;  ///< `job-with-backup`
  std::function<std::string(Style)> render;
};
std::vector<TemplateInfo> all_templates(const Brand& brand = {});

}  // namespace openstrat::routeros
