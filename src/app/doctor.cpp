#include "app/doctor.hpp"

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
using Findings = std::vector<Finding>;

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

void check_database(const LoadedConfig& config, const Paths& paths, Findings& out) {
  if (config.fixed.db.url.empty() && !fs::exists(paths.data_dir / "openstrat.db"))
    return out.push_back({Level::note, "database", "there is none yet", "It is made at the first start."});
  auto database = db::open({.url = paths.database_url}, system_clock());
  if (!database) return out.push_back({Level::error, "database", database.error().message(), "Check db.url and that the server runs."});
  if (auto ping = (*database)->ping(); !ping)
    return out.push_back({Level::error, "database", ping.error().message(), "Check db.url and that the server runs."});
  const auto pending = db::pending(**database, all_migrations());
  if (!pending) return out.push_back({Level::error, "schema", pending.error().message(), "This program is older than the database: install the newer one."});
  if (!pending->empty())
    out.push_back({Level::note, "schema", std::to_string(pending->size()) + " migrations are pending", "They run at the next start, or with: openstrat migrate"});
  else
    out.push_back({Level::good, "schema", "up to date", ""});
  const auto whole = (*database)->check_integrity();
  out.push_back(whole ? Finding{Level::good, "database", "whole", ""}
                      : Finding{Level::error, "database", whole.error().message(), "Restore the newest backup (openstrat restore)."});
  if (!pending->empty()) return;
  const auto chain = audit::verify_chain(**database);
  if (!chain) return;
  out.push_back(chain->problem.empty() ? Finding{Level::good, "audit log", std::to_string(chain->rows) + " entries, the chain is whole", ""}
                                       : Finding{Level::error, "audit log", chain->problem, "Somebody changed it outside the program, or the database is damaged."});
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

void check_mail(const LoadedConfig& config, Findings& out) {
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

}  // namespace

std::vector<Finding> examine(const LoadedConfig& config) {
  const Paths paths = paths_of(config.fixed);
  Findings out;
  check_data_dir(paths, out);
  check_key(paths, out);
  check_database(config, paths, out);
  check_certificates(config, paths, out);
  check_settings(config, out);
  check_mail(config, out);
  return out;
}

}  // namespace openstrat::app
