#include "backups/grant_fragments.hpp"

#include "backups/grant_store.hpp"
#include "backups/site_settings.hpp"
#include "backups/store.hpp"
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "base/url_signer.hpp"
#include "db/database.hpp"

namespace openstrat::backups {
namespace {

constexpr std::size_t kPasswordLength = 32;
constexpr int kFailuresBeforeHttp = 2;

std::string hash_of(std::string_view password) { return crypto::hex(crypto::sha256(password)); }

Purpose to_purpose(fleet::BackupFragments::Purpose purpose) {
  switch (purpose) {
    case fleet::BackupFragments::Purpose::adopt: return Purpose::adopt;
    case fleet::BackupFragments::Purpose::job: return Purpose::job;
    case fleet::BackupFragments::Purpose::backup: return Purpose::backup;
  }
  std::unreachable();
}

}  // namespace

bool can_upload_by_http(const std::optional<std::string>& routeros_version) {
  if (!routeros_version) return false;
  const auto number_at = [](std::string_view& rest) {
    std::int64_t number = -1;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9' && number < 10'000) {
      number = std::max<std::int64_t>(number, 0) * 10 + (rest.front() - '0');
      rest.remove_prefix(1);
    }
    return number;
  };
  std::string_view rest = *routeros_version;
  const auto major = number_at(rest);
  if (rest.starts_with('.')) rest.remove_prefix(1);
  const auto minor = number_at(rest);
  return major > 7 || (major == 7 && minor >= 13);
}

Result<routeros::BackupParams> GrantFragments::prepare(db::Session& session, const fleet::Site& site, std::optional<JobId> job, Purpose purpose) {
  const Timestamp now = deps_.clock.now();
  const auto record = store::find_record(session, site.tenant(), site.id);
  if (!record) return fail(record.error());
  const auto settings = effective_settings(session, site.tenant(), site.id, deps_.settings);
  if (!settings) return fail(settings.error());
  const auto file = store::free_name(session, site.tenant(), site.id, to_unix_seconds(now));
  if (!file) return fail(file.error());

  const bool by_http = *record && (*record)->sftp_failures >= kFailuresBeforeHttp && can_upload_by_http(site.facts.software_version);
  const std::string password = random_base62(kPasswordLength, deps_.rng);
  const Grant grant{.customer_id = site.customer_id, .id = GrantId(uuid_v4(deps_.rng)), .site_id = site.id, .file = *file,
                    .password_hash = hash_of(password), .purpose = to_purpose(purpose),
                    .method = by_http ? UploadMethod::http : UploadMethod::sftp, .job_id = job, .expires_at = now + kGrantLife};
  if (auto stored = grant_store::insert(session, grant); !stored) return fail(stored.error());

  routeros::BackupParams params{.brand = deps_.settings.brand, .unix_time = file->unix_time, .show_sensitive = settings->show_sensitive,
                                .upload = {}, .tls_verify = deps_.settings.tls_verify};
  if (by_http) {
    params.upload = routeros::HttpUpload{
        .url = deps_.settings.device_url + deps_.signer.sign("/backup-upload/" + grant.id.to_string(), grant.expires_at)};
  } else {
    params.upload = routeros::SftpUpload{.host = deps_.settings.sftp_host, .port = deps_.settings.sftp_port, .user = site.id.to_string(),
                                         .password = password};
  }
  return params;
}

Result<std::optional<Grant>> GrantFragments::check(std::string_view user, std::string_view password) {
  const auto site = SiteId::parse(user);
  if (!site || password.size() != kPasswordLength) return std::optional<Grant>{};
  const std::string hash = hash_of(password);
  return deps_.database.read(
      [&](db::Session& session) { return grant_store::find_login(session, *site, hash, deps_.clock.now()); });
}

Result<Grant> GrantFragments::find_for_http(GrantId id) {
  const auto grant =
      deps_.database.read([&](db::Session& session) { return grant_store::find_usable(session, id, deps_.clock.now()); });
  if (!grant) return fail(grant.error());
  if (!*grant) return fail(Errc::not_found, "This upload is not granted, was already made, or has run out.");
  return **grant;
}

}  // namespace openstrat::backups
