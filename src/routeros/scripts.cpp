#include "routeros/scripts.hpp"

#include <algorithm>

#include "routeros/escape.hpp"
#include "routeros/template.hpp"

namespace openstrat::routeros {
namespace {

/// Jobs run arbitrary commands, so the scheduler has every policy that a full user can hand on.
constexpr std::string_view kSchedulerPolicy = "ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon";

Layout layout_of(Style style) { return style == Style::minified ? Layout::minified : Layout::readable; }

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// The prefix as the beginning of a script variable: letters and digits only, so that `$name` needs no quotes.
std::string variable_prefix(const Brand& brand) {
  std::string out;
  std::ranges::copy_if(brand.prefix, std::back_inserter(out), is_alnum);
  return out;
}

/// `text` as a POSIX extended expression that matches it literally.
std::string pattern_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view(".[]()*+?{}|^$\\").contains(c)) out += '\\';
    out += c;
  }
  return out;
}

/// What every template may use.
Values common(const Brand& brand, Style style, bool tls_verify) {
  Values values;
  values.text("name", brand.name).text("prefix", brand.prefix).text("comment", brand.comment);
  values.text("comment_pattern", pattern_of(brand.comment)).text("var", variable_prefix(brand));
  values.flag("trace", style == Style::readable).flag("tls", tls_verify);
  return values;
}

void add_poll(Values& values, const PollParams& params) {
  values.text("poll_url", params.poll_url).text("device_token", params.device_token);
  values.text("poll_interval", duration(params.interval)).text("policy", kSchedulerPolicy);
}

void add_backup(Values& values, const std::optional<BackupParams>& params) {
  values.flag("backup", params.has_value());
  if (!params) return;
  values.number("backup_time", params->unix_time).flag("show_sensitive", params->show_sensitive);
  values.flag("by_http", std::holds_alternative<HttpUpload>(params->upload));
  if (const auto* http = std::get_if<HttpUpload>(&params->upload)) values.text("upload_url", http->url);
  if (const auto* sftp = std::get_if<SftpUpload>(&params->upload)) {
    values.text("sftp_host", sftp->host).number("sftp_port", sftp->port);
    values.text("sftp_user", sftp->user).text("sftp_password", sftp->password);
  }
}

Values job_values(const JobParams& params, Style style) {
  Values values = common(params.brand, style, params.tls_verify);
  values.text("token", params.token).text("busy_url", params.busy_url);
  values.text("done_url", params.done_url).text("fail_url", params.fail_url);
  values.flag("acknowledge", params.acknowledge);
  values.number("remaining", params.remaining).flag("more", params.remaining > 0);
  add_backup(values, params.backup);
  return values;
}

bool printable(std::string_view text) {
  return !text.empty() && text.size() <= 40 &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F && c != '"'; });
}

}  // namespace

Status validate(const Brand& brand) {
  const std::string_view prefix = brand.prefix;
  const bool prefix_ok = prefix.size() >= 2 && prefix.size() <= 24 && prefix.front() != '-' && prefix.back() != '-' &&
                         std::ranges::all_of(prefix, [](char c) { return is_alnum(c) || c == '-'; });
  if (!prefix_ok) return invalid_field("brand.prefix", "must be 2 to 24 letters, digits and inner dashes");
  if (!printable(brand.name)) return invalid_field("brand.name", "must be 1 to 40 printable ASCII characters without quotes");
  if (!printable(brand.comment)) return invalid_field("brand.comment", "must be 1 to 40 printable ASCII characters without quotes");
  return {};
}

std::string render_bootstrap_command(const BootstrapCommandParams& params) {
  Values values = common(params.brand, Style::minified, false);
  std::string line = render("command", values.text("url", params.url), Layout::minified);
  line.pop_back();
  return line;
}

std::string render_bootstrap(const BootstrapParams& params, Style style) {
  Values values = common(params.brand, style, params.tls_verify);
  values.text("adopt_url", params.adopt_url);
  values.text("dns_name", params.dns_name).flag("dns", !params.dns_name.empty());
  values.text("ca_pem", params.ca_pem).flag("ca", params.tls_verify && !params.ca_pem.empty());
  return render("bootstrap", values, layout_of(style));
}

std::string render_poll(const PollParams& params, Style style) {
  Values values = common(params.brand, style, params.tls_verify);
  add_poll(values, params);
  return render("poll", values, layout_of(style));
}

SchedulerItem poll_scheduler(const PollParams& params) {
  return {.name = params.brand.prefix + "-poll",
          .on_event = render_poll(params, Style::minified),
          .policy = std::string(kSchedulerPolicy),
          .comment = params.brand.comment + "core scheduler",
          .start_time = "startup",
          .interval = duration(params.interval)};
}

std::string render_scheduler_install(const PollParams& params, Style style) {
  Values values = common(params.brand, style, params.tls_verify);
  add_poll(values, params);
  return render("scheduler", values, layout_of(style));
}

std::string render_backup(const BackupParams& params, Style style) {
  Values values = common(params.brand, style, params.tls_verify);
  add_backup(values, params);
  return render("backup", values, layout_of(style));
}

std::string render_adoption(const AdoptionParams& params, Style style) {
  Values values = common(params.poll.brand, style, params.poll.tls_verify);
  add_poll(values, params.poll);
  add_backup(values, params.backup);
  values.text("site_name", params.site_name).text("runbook_name", params.runbook_name);
  values.text("portal_url", params.portal_url);
  values.text("quote_text", params.quote).flag("closing", !params.quote.empty());
  values.flag("quiet", params.quiet_fetch_log);
  return render("adoption", values, layout_of(style));
}

std::string render_refusal(const RefusalParams& params, Style style) {
  Values values = common(params.brand, style, false);
  values.text("portal_url", params.portal_url).flag("portal", !params.portal_url.empty());
  values.text("reference", params.reference).flag("referenced", !params.reference.empty());
  switch (params.reason) {
    case Refusal::capacity: return render("refused-capacity", values, layout_of(style));
    case Refusal::online_site: return render("refused-online-site", values, layout_of(style));
    case Refusal::support: return render("refused-support", values, layout_of(style));
  }
  std::unreachable();
}

std::string render_job(const JobParams& params, Style style) {
  Values values = job_values(params, style);
  values.text("payload", params.payload).flag("stub", false);
  return render("job", values, layout_of(style));
}

std::string render_job_stub(const JobParams& params, std::string_view payload_url, Style style) {
  Values values = job_values(params, style);
  values.text("payload_url", payload_url).flag("stub", true);
  return render("job", values, layout_of(style));
}

std::string render_payload_file(const Brand& brand, std::string_view job_token, std::string_view payload) {
  Values values = common(brand, Style::minified, false);
  return std::string(payload) + '\n' + render("payload-end", values.text("token", job_token), Layout::minified);
}

std::string render_removal(const RemovalParams& params, Style style) {
  Values values = common(params.brand, style, params.tls_verify);
  values.text("notify_url", params.notify_url).text("device_token", params.device_token);
  values.flag("notify", true).flag("quiet", params.quiet_fetch_log);
  return render("removal", values, layout_of(style));
}

std::string render_tombstone_removal(const TombstoneParams& params, Style style) {
  Values values = common(params.brand, style, false);
  values.flag("notify", false).flag("quiet", params.quiet_fetch_log);
  return render("removal", values, layout_of(style));
}

std::string script_part_begin(const Brand& brand) { return '#' + brand.comment + "begin"; }
std::string script_part_end(const Brand& brand) { return '#' + brand.comment + "end"; }

}  // namespace openstrat::routeros
