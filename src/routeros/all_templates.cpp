// Every script with representative parameters: long values, characters that need escaping, each option on and off.
#include "routeros/scripts.hpp"

namespace openstrat::routeros {
namespace {

const std::string kHost = "https://cloud.example.net";
const std::string kSite = "0f4c6c5e-2a35-4c26-9d0f-6a1f1d4b7e21";
const std::string kPayload = "/ip firewall address-list add list=test address=192.0.2.1 comment=\"a \\\"quoted\\\" $name?\"\n:put done\n";

PollParams poll(const Brand& brand, bool tls) {
  return {.brand = brand, .poll_url = kHost + "/poll", .device_token = "AaBbCc-DdEe_FfGgHh0123456789", .tls_verify = tls};
}

BackupParams sftp_backup(const Brand& brand, bool show_sensitive) {
  return {.brand = brand,
          .unix_time = 1795286220,
          .show_sensitive = show_sensitive,
          .upload = SftpUpload{.host = "backup.example.net", .port = 2222, .user = kSite, .password = "q8ZrT1vYb3NwK6mLx0PsD4hJ7gFcA2eU"},
          .tls_verify = false};
}

BackupParams http_backup(const Brand& brand, bool tls) {
  return {.brand = brand,
          .unix_time = 1795286220,
          .show_sensitive = false,
          .upload = HttpUpload{kHost + "/backup-upload/3b0c9c52?signature=5f1d"},
          .tls_verify = tls};
}

JobParams job(const Brand& brand) {
  return {.brand = brand,
          .token = "aZ19bY28cX",
          .payload = kPayload,
          .busy_url = kHost + "/job/1b9d/update?status=busy&signature=aa01",
          .done_url = kHost + "/job/1b9d/update?status=done&signature=bb02",
          .fail_url = kHost + "/job/1b9d/update?status=fail&signature=cc03",
          .acknowledge = true,
          .remaining = 0,
          .backup = std::nullopt,
          .tls_verify = false};
}

AdoptionParams adoption(const Brand& brand) {
  return {.poll = poll(brand, false),
          .site_name = "Zürich \"HQ\" - 21st Nov 26",
          .runbook_name = "Default Policy",
          .portal_url = kHost + "/app/deployments/" + kSite + "/overview",
          .quote = "Simplicity is a great virtue.",
          .backup = sftp_backup(brand, false),
          .quiet_fetch_log = false};
}

BootstrapParams bootstrap(const Brand& brand) {
  return {.brand = brand, .adopt_url = kHost + "/adopt/7N42dgm5tFLK9N8MT7fHC7", .dns_name = "cloud.example.net", .tls_verify = false, .ca_pem = {}};
}

std::string with_backup(BackupParams backup, Style style) {
  JobParams params = job(backup.brand);
  params.backup = std::move(backup);
  params.remaining = 3;
  return render_job(params, style);
}

}  // namespace

std::vector<TemplateInfo> all_templates(const Brand& brand) {
  const std::string ca = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ0E=\n-----END CERTIFICATE-----\n";
  const std::string notify = kHost + "/notify/delete?expires=1795886220&signature=dd04";
  return {
      {"bootstrap-command", [brand](Style) { return render_bootstrap_command({.brand = brand, .url = kHost + "/7N42dgm5tFLK9N8MT7fHC7"}) + '\n'; }},
      {"bootstrap", [brand](Style style) { return render_bootstrap(bootstrap(brand), style); }},
      {"bootstrap-by-address", [brand](Style style) {
         return render_bootstrap({.brand = brand, .adopt_url = "https://192.0.2.10:8444/adopt/7N42dgm5tFLK9N8MT7fHC7"}, style);
       }},
      {"bootstrap-tls", [brand, ca](Style style) {
         BootstrapParams params = bootstrap(brand);
         params.tls_verify = true;
         params.ca_pem = ca;
         return render_bootstrap(params, style);
       }},
      {"adoption", [brand](Style style) { return render_adoption(adoption(brand), style); }},
      {"adoption-tls-quiet", [brand](Style style) {
         AdoptionParams params = adoption(brand);
         params.poll.tls_verify = true;
         params.quiet_fetch_log = true;
         params.backup = http_backup(brand, true);
         return render_adoption(params, style);
       }},
      {"adoption-without-backup", [brand](Style style) {
         AdoptionParams params = adoption(brand);
         params.backup.reset();
         params.quote.clear();
         return render_adoption(params, style);
       }},
      {"scheduler-install", [brand](Style style) { return render_scheduler_install(poll(brand, false), style); }},
      {"poll", [brand](Style style) { return render_poll(poll(brand, false), style); }},
      {"poll-tls", [brand](Style style) { return render_poll(poll(brand, true), style); }},
      {"job", [brand](Style style) { return render_job(job(brand), style); }},
      {"job-without-acknowledgement", [brand](Style style) {
         JobParams params = job(brand);
         params.acknowledge = false;
         params.tls_verify = true;
         return render_job(params, style);
       }},
      {"job-with-backup", [brand](Style style) { return with_backup(sftp_backup(brand, false), style); }},
      {"job-with-http-backup", [brand](Style style) { return with_backup(http_backup(brand, true), style); }},
      {"job-stub", [brand](Style style) { return render_job_stub(job(brand), kHost + "/job/1b9d/payload?signature=ee05", style); }},
      {"payload-file", [brand](Style) { return render_payload_file(brand, "aZ19bY28cX", kPayload); }},
      {"backup-sftp", [brand](Style style) { return render_backup(sftp_backup(brand, false), style); }},
      {"backup-sftp-sensitive", [brand](Style style) { return render_backup(sftp_backup(brand, true), style); }},
      {"backup-http", [brand](Style style) { return render_backup(http_backup(brand, false), style); }},
      {"removal", [brand, notify](Style style) {
         return render_removal({.brand = brand, .notify_url = notify, .device_token = "AaBbCc-DdEe_Ff", .quiet_fetch_log = true, .tls_verify = true}, style);
       }},
      {"tombstone-removal", [brand](Style style) { return render_tombstone_removal({.brand = brand}, style); }},
      {"refused-capacity", [brand](Style style) {
         return render_refusal({.brand = brand, .reason = Refusal::capacity, .portal_url = kHost + "/app/settings/plan", .reference = {}}, style);
       }},
      {"refused-online-site", [brand](Style style) {
         return render_refusal({.brand = brand, .reason = Refusal::online_site, .portal_url = kHost + "/app/sites", .reference = "req_2aYc"}, style);
       }},
      {"refused-support", [brand](Style style) {
         return render_refusal({.brand = brand, .reason = Refusal::support, .portal_url = {}, .reference = "req_2aYd"}, style);
       }},
  };
}

}  // namespace openstrat::routeros
