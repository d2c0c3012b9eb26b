#include "app/checks.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/endpoints.hpp"
#include "app/instance.hpp"
#include "app/settings.hpp"
#include "audit/verifier.hpp"
#include "base/text.hpp"
#include "db/migrations.hpp"
#include "http/certificates.hpp"
#include "mail/smtp.hpp"

namespace openstrat::app {
namespace fs = std::filesystem;
namespace {

using Level = Finding::Level;

constexpr Duration kLate = std::chrono::minutes(5);

void check_data_dir(const Paths& paths, Findings& out) {
  std::error_code error;
  if (!fs::exists(paths.data_dir, error)) {
    out.push_back({Level::note, "data_dir", paths.data_dir.string() + " does not exist yet", "It is made at the first start."});
    return;
  }
  const auto space = fs::space(paths.data_dir, error);
  if (error) return out.push_back({Level::error, "data_dir", "cannot look at " + paths.data_dir.string() + ": " + error.message(), "Check its owner and mode."});
  const bool tight = space.available < 1024ull * 1024 * 1024;
  out.push_back({tight ? Level::warning : Level::good, "disk", text::human_size(space.available) + " free in " + paths.data_dir.string(),
                 tight ? "Below 1 GB: a full disk answers 503 until there is space again." : ""});
}

void check_key(const Paths& paths, Findings& out) {
  if (!fs::exists(paths.key_file)) {
    out.push_back({Level::note, "key", paths.key_file.string() + " does not exist yet", "It is made at the first start; keep a copy apart from the database."});
    return;
  }
  const auto key = MasterKey::load(paths.key_file);
  if (!key) return out.push_back({Level::error, "key", key.error().message(), ""});
  out.push_back({Level::good, "key", paths.key_file.string() + " is readable by its owner only", ""});
}

void check_certificates(const LoadedConfig& config, const Paths& paths, Findings& out) {
  std::vector<fs::path> files(config.fixed.tls.certificates.begin(), config.fixed.tls.certificates.end());
  std::error_code error;
  if (files.empty() && fs::exists(paths.tls_dir, error))
    for (const auto& entry : fs::directory_iterator(paths.tls_dir))
      if (entry.path().string().ends_with(".crt") || (entry.path().string().ends_with(".pem") && !entry.path().string().contains("key"))) files.push_back(entry.path());
  for (const auto& file : files) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    const auto info = http::inspect_certificate(text.str());
    if (!info) {
      out.push_back({Level::error, "certificate", file.string() + ": " + info.error().message(), ""});
      continue;
    }
    const auto left = info->not_after - system_clock().now();
    const bool soon = left < std::chrono::days(21);
    out.push_back({left < Duration{} ? Level::error : soon ? Level::warning : Level::good, "certificate",
                   file.filename().string() + " (" + info->key_type + (info->self_signed ? ", self-signed" : "") + ") is valid until " + to_iso8601(info->not_after),
                   soon ? "Renew it; the running server takes a new file by itself." : ""});
  }
}

void check_settings(const LoadedConfig& config, Findings& out) {
  if (config.fixed.public_url.api.empty())
    out.push_back({Level::warning, "public_url.api", "is not set: links and scripts name the listener's address", "Set it to the URL under which routers and people reach this server."});
  if (!config.runtime.ratelimit.enabled)
    out.push_back({Level::warning, "ratelimit.enabled", "every rate limit is off", "Right for load tests and simulated fleets only."});
  if (!config.fixed.device.tls_verify)
    out.push_back({Level::note, "device.tls_verify", "routers do not check the server's certificate: whoever sits on the path owns them",
                   "Once clocks and certificate are right: device.tls_verify=true. New scripts then check; adopt again to renew old ones."});
}

std::string seconds_text(Duration age) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(age).count();
  return minutes < 120 ? std::to_string(minutes) + " minutes" : std::to_string(minutes / 60) + " hours";
}

void check_tasks(const std::vector<tasks::KindCensus>& kinds, Timestamp now, Findings& out) {
  std::int64_t dead = 0;
  std::string which;
  std::optional<Timestamp> oldest;
  for (const auto& kind : kinds) {
    if (kind.oldest_ready && (!oldest || *kind.oldest_ready < *oldest)) oldest = kind.oldest_ready;
    if (kind.dead == 0) continue;
    dead += kind.dead;
    which += (which.empty() ? "" : ", ") + kind.kind;
  }
  if (dead > 0)
    out.push_back({Level::warning, "tasks", std::to_string(dead) + " background tasks were given up: " + which,
                   "The server's log says why, at \"task failed\"."});
  if (oldest && now - *oldest > kLate)
    out.push_back({Level::warning, "tasks", "background work has waited for " + seconds_text(now - *oldest), "Is a server with the role worker running? Is the database slow?"});
  if (dead == 0 && (!oldest || now - *oldest <= kLate)) out.push_back({Level::good, "tasks", "background work keeps up", ""});
}

void check_events(const bus::Census& events, Timestamp now, Findings& out) {
  const auto before = out.size();
  for (const auto& one : events.behind) {
    if (one.dead > 0)
      out.push_back({Level::warning, "events", one.subscriber + " refused " + std::to_string(one.dead) + " events too often", "The server's log says why. What it keeps may lack them."});
    if (one.oldest && now - *one.oldest > kLate)
      out.push_back({Level::warning, "events", one.subscriber + " is behind by " + std::to_string(one.backlog) + " events, for " + seconds_text(now - *one.oldest),
                     "The server's log says why."});
  }
  if (out.size() == before) out.push_back({Level::good, "events", "every part of the program keeps up", ""});
}

void check_nodes(const std::vector<platform::Node>& nodes, Timestamp now, Findings& out) {
  std::vector<const platform::Node*> alive;
  for (const auto& node : nodes)
    if (platform::NodeRegistry::is_alive(node, now)) alive.push_back(&node);
    else out.push_back({Level::warning, "nodes", node.id + " has not been seen since " + to_iso8601(node.seen_at), "Start it again; after a week it is forgotten."});
  if (alive.empty()) return out.push_back({Level::note, "nodes", "no server is running", "openstrat serve"});
  const auto differs = std::ranges::find_if(alive, [&](const auto* node) { return node->version != alive.front()->version; });
  if (differs != alive.end())
    out.push_back({Level::warning, "nodes", "different versions run: " + alive.front()->id + " has " + alive.front()->version + ", " + (*differs)->id + " has " + (*differs)->version,
                   "Bring all nodes to the same version."});
  const bool works = std::ranges::any_of(alive, [](const auto* node) { return std::ranges::find(node->roles, "worker") != node->roles.end(); });
  if (!works) out.push_back({Level::error, "nodes", "no running server has the role worker: background work is not done", "Give one of them `worker` in `roles`."});
  if (works && differs == alive.end())
    out.push_back({Level::good, "nodes", alive.size() == 1 ? "one server is running" : std::to_string(alive.size()) + " servers are running", ""});
}

}  // namespace

void check_surroundings(const LoadedConfig& config, Findings& out) {
  const Paths paths = paths_of(config.fixed);
  check_data_dir(paths, out);
  check_key(paths, out);
  check_certificates(config, paths, out);
  check_settings(config, out);
}

bool check_connection(db::Database& database, Findings& out) {
  if (auto ping = database.ping(); !ping) {
    out.push_back({Level::error, "database", ping.error().message(), "Check db.url and that the server runs."});
    return false;
  }
  const auto pending = db::pending(database, all_migrations());
  if (!pending) {
    out.push_back({Level::error, "schema", pending.error().message(), "This program is older than the database: install the newer one."});
    return false;
  }
  if (!pending->empty())
    out.push_back({Level::note, "schema", std::to_string(pending->size()) + " migrations are pending", "They run at the next start, or with: openstrat migrate"});
  else
    out.push_back({Level::good, "schema", "up to date", ""});
  return pending->empty();
}

void check_integrity(db::Database& database, Findings& out) {
  const auto whole = database.check_integrity();
  out.push_back(whole ? Finding{Level::good, "database", "whole", ""}
                      : Finding{Level::error, "database", whole.error().message(), "Restore the newest backup (openstrat restore)."});
}

void check_census(const Census& census, Timestamp now, Findings& out) {
  check_nodes(census.nodes, now, out);
  check_tasks(census.tasks, now, out);
  check_events(census.events, now, out);
  if (census.mails_failed > 0)
    out.push_back({Level::warning, "mails", std::to_string(census.mails_failed) + " mails were refused or given up", "openstrat admin failed-mails says which; openstrat admin retry-mails sends them again."});
  if (census.users > 0 && census.operators == 0)
    out.push_back({Level::warning, "operators", "nobody is an operator: the system page is open to nobody", "openstrat admin set-operator --email YOU"});
}

void check_mail_server(const LoadedConfig& config, Findings& out) {
  const auto listeners = listeners_of(config.fixed);
  if (!listeners) return;
  const auto settings = mail_settings(config.fixed, public_urls_of(config.fixed, *listeners));
  const auto& smtp = settings.smtp;
  if (smtp.host.empty())
    return out.push_back({Level::warning, "mail.smtp.host", "is not set: mails to people stay in the capture mailbox", "Name an SMTP server, then: openstrat admin send-test-mail --to YOU"});
  if (smtp.security == mail::SmtpSettings::Security::none && !smtp.username.empty())
    out.push_back({Level::warning, "mail.smtp.security", "the password goes to the server unencrypted", "Use starttls or tls."});
  if (config.fixed.mail.from.empty())
    out.push_back({Level::note, "mail.from", "is not set: mails come from " + settings.from, "Set an address of a domain whose SPF record allows your SMTP server."});
  const auto reached = mail::SmtpTransport(smtp).probe();
  out.push_back(reached ? Finding{Level::good, "mail", smtp.server() + (smtp.username.empty() ? " answers" : " answers and takes the password"), ""}
                        : Finding{Level::warning, "mail", reached.error().message(), "Mails wait and are tried again for two days. Check mail.smtp.*"});
}

}  // namespace openstrat::app
