#include "backups/routes.hpp"

#include "backups/backup_service.hpp"
#include "backups/dto.hpp"
#include "base/text.hpp"
#include "fleet/site_service.hpp"
#include "http/router.hpp"
#include "routeros/diff.hpp"
#include "routeros/export.hpp"

namespace openstrat::backups {
namespace {

using http::Auth;
using http::Call;
using http::Method;
using http::Principal;
using http::Text;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr std::string_view kFamily = "Backups";
constexpr int kWholeList = 5000;
constexpr std::size_t kBulkBytes = 32 * 1024 * 1024;

bool is_on(const std::optional<std::string>& header) {
  if (!header) return false;
  const std::string value = text::lower(text::trim(*header));
  return !value.empty() && value != "0" && value != "false" && value != "no" && value != "off";
}

/// Whether secrets are shown: asked for, and allowed.
Result<Secrets> secrets_for(const Call& call, const std::optional<std::string>& reveal) {
  if (!is_on(reveal)) return Secrets::hidden;
  if (!call.principal.may("backup:update"))
    return fail(Error(Errc::forbidden, "Showing the secrets of a backup needs the scope backup:update.").with_required_scope("backup:update"));
  return Secrets::shown;
}

const char* revealed(Secrets secrets) { return secrets == Secrets::shown ? " with its secrets" : ""; }

/// Users see their own local time; keys, which sit nowhere, that of the site.
std::string timezone_for(const Call& call, const fleet::Site& site) {
  return call.principal.kind == Principal::Kind::user ? call.principal.timezone : site.timezone.value_or("UTC");
}

Timestamp taken_at(FileName file) { return from_unix_us(file.unix_time * 1'000'000); }

template <class View>
void fill(View& view, const Backup& backup, const std::string& timezone) {
  view.filename = backup.file.to_string();
  view.size = text::human_size(static_cast<std::uint64_t>(backup.size));
  view.date = format_in_zone(taken_at(backup.file), timezone, "%Y-%m-%d");
  view.time = format_in_zone(taken_at(backup.file), timezone, "%H:%M:%S");
  view.created_at = backup.created_at;
  view.trigger = backup.cause;
  view.unchanged = backup.unchanged;
}

Result<Backup> find_backup(const Services& s, const fleet::Site& site, const std::string& name, const char* field) {
  if (name == "latest") {
    auto latest = s.backups.latest(site.tenant(), site.id);
    if (!latest) return fail(latest.error());
    if (!*latest) return fail(Errc::not_found, "no_backup", "The site has no backup yet.");
    return **std::move(latest);
  }
  const auto file = FileName::parse(name);
  if (!file) return invalid_field(field, "must be a file name such as 1738301400.rsc");
  return s.backups.find(site.tenant(), site.id, *file);
}

void attach(Call& call, const std::string& name) { call.reply.headers.set("Content-Disposition", "attachment; filename=\"" + name + "\""); }

Result<Text> show_backup(const Services& s, Call& call, const BackupFileRequest& request) {
  const auto site = s.sites.find(call.tenant(), request.site.text);
  if (!site) return fail(site.error());
  const auto secrets = secrets_for(call, request.reveal);
  if (!secrets) return fail(secrets.error());
  const auto backup = find_backup(s, *site, request.file, "file");
  if (!backup) return fail(backup.error());
  auto raw = s.backups.text(*backup);
  if (!raw) return fail(raw.error());
  const std::string name = backup->file.to_string();
  const bool download = is_on(request.download);
  call.audit_note = std::string(download ? "downloaded " : "viewed ") + backup->storage_key() + revealed(*secrets);
  call.reply.headers.set("Cache-Control", "no-store");
  if (download) {
    attach(call, text::slug(site->name) + "-" + name);
    if (*secrets == Secrets::hidden) *raw = routeros::redact_export(*raw, s.settings.brand);
    return Text{"application/octet-stream", *std::move(raw)};
  }
  std::string content = readable(*raw, *secrets, s.settings.brand);
  if (is_on(request.view)) return Text{"text/plain; charset=utf-8", std::move(content)};
  if (is_on(request.highlight)) return Text{"text/html; charset=utf-8", routeros::highlight_export(content)};
  BackupFileView view;
  fill(view, *backup, timezone_for(call, *site));
  view.requested_by = backup->requested_by;
  view.job_id = backup->job_id;
  view.content = std::move(content);
  const ExportFacts& facts = backup->facts;
  view.metadata = {facts.exported_at, facts.routeros_version, facts.software_id, facts.model, facts.serial_number};
  return Text{"application/json", http::to_json(view)};
}

Result<Text> show_diff(const Services& s, Call& call, const DiffRequest& request) {
  const auto site = s.sites.find(call.tenant(), request.site.text);
  if (!site) return fail(site.error());
  const auto secrets = secrets_for(call, request.reveal);
  if (!secrets) return fail(secrets.error());
  const auto from = find_backup(s, *site, request.from, "from");
  if (!from) return fail(from.error());
  const auto to = find_backup(s, *site, request.to, "to");
  if (!to) return fail(to.error());
  auto diff = s.backups.diff(site->tenant(), site->id, from->file, to->file, *secrets);
  if (!diff) return fail(diff.error());
  call.audit_note = "compared " + from->storage_key() + " with " + to->file.to_string() + revealed(*secrets);
  call.reply.headers.set("Cache-Control", "no-store");
  if (is_on(request.download)) {
    attach(call, from->file.to_string() + "-" + to->file.to_string() + ".diff");
    return Text{"application/octet-stream", *std::move(diff)};
  }
  if (is_on(request.highlight)) return Text{"text/html; charset=utf-8", routeros::highlight_diff(*diff)};
  return Text{"text/plain; charset=utf-8", *std::move(diff)};
}

Result<LatestItemView> latest_of(const Services& s, Call& call, const std::string& reference, Secrets secrets, std::size_t& room) {
  const auto site = s.sites.find(call.tenant(), reference);
  if (!site && site.error().code() == Errc::not_found) return LatestItemView{.status = LatestStatus::not_found};
  if (!site) return fail(site.error());
  const auto backup = s.backups.latest(site->tenant(), site->id);
  if (!backup) return fail(backup.error());
  if (!*backup) return LatestItemView{.status = LatestStatus::no_backup};
  LatestItemView item{.status = LatestStatus::ok, .filename = (*backup)->file.to_string(), .created_at = (*backup)->created_at};
  if (static_cast<std::size_t>((*backup)->size) > room) {
    item.status = LatestStatus::too_large;
    return item;
  }
  room -= static_cast<std::size_t>((*backup)->size);
  const auto raw = s.backups.text(**backup);
  if (!raw) return fail(raw.error());
  item.content = readable(*raw, secrets, s.settings.brand);
  return item;
}

Result<LatestView> show_latest(const Services& s, Call& call, const LatestRequest& request) {
  const auto secrets = secrets_for(call, request.reveal);
  if (!secrets) return fail(secrets.error());
  LatestView view{.total_sites = static_cast<std::int64_t>(request.sites.size())};
  std::size_t room = kBulkBytes;
  for (const std::string& reference : request.sites) {
    auto item = latest_of(s, call, reference, *secrets, room);
    if (!item) return fail(item.error());
    ++(item->status == LatestStatus::ok ? view.successful : view.errors);
    view.results.insert_or_assign(reference, *std::move(item));
  }
  call.audit_note = "viewed the latest backups of " + std::to_string(view.successful) + " sites" + revealed(*secrets);
  call.reply.headers.set("Cache-Control", "no-store");
  return view;
}

void add_reading(http::Router& router, const Services& s) {
  router.add<ListBackupsRequest, std::vector<BackupView>>(Method::get, "/backups/{site}", {
      .family = kFamily, .summary = "List backups for a site", .description = "Newest first. Dates are in your time zone; for API keys in the site's.",
      .aliases = {"/backup/{site}", "/sites/{site}/backups"}, .auth = kUsers, .scope = "backup:view", .errors = {Errc::not_found},
      .handle = [s](Call& call, ListBackupsRequest request) -> Result<std::vector<BackupView>> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto backups = s.backups.list(site->tenant(), site->id, request.before, request.limit.value_or(kWholeList));
        if (!backups) return fail(backups.error());
        const std::string timezone = timezone_for(call, *site);
        std::vector<BackupView> views(backups->size());
        for (std::size_t i = 0; i < views.size(); ++i) fill(views[i], (*backups)[i], timezone);
        return views;
      }});

  router.add<SiteOfBackupsRequest, std::vector<SubnetView>>(Method::get, "/backups/{site}/subnets", {
      .family = kFamily, .summary = "Retrieve subnets from latest backup",
      .description = "Private networks on the router's interfaces (RFC 1918, /30 and shorter), by number. 404 `no_backup` without a backup.",
      .aliases = {"/backup/{site}/subnets", "/sites/{site}/backups/subnets"}, .auth = kUsers | Auth::internal, .scope = "backup:view",
      .errors = {Errc::not_found},
      .handle = [s](Call& call, SiteOfBackupsRequest request) -> Result<std::vector<SubnetView>> {
        const auto id = SiteId::parse(request.site.text);
        const bool internal = call.principal.kind == Principal::Kind::internal;
        const auto site = internal && id ? s.sites.find_internal(*id) : s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto subnets = s.backups.subnets(site->tenant(), site->id);
        if (!subnets) return fail(subnets.error());
        std::vector<SubnetView> views;
        for (const routeros::Subnet& subnet : **subnets) {
          SubnetView view{.subnet = subnet.subnet.to_string(), .address = subnet.address.to_string(),
                          .interface = text::to_clean_utf8(subnet.interface), .comment = {}};
          if (subnet.comment) view.comment = text::to_clean_utf8(*subnet.comment);
          views.push_back(std::move(view));
        }
        return views;
      }});

  router.add<BackupFileRequest, Text>(Method::get, "/backups/{site}/{file}", {
      .family = kFamily, .summary = "Retrieve a specific backup file",
      .description = "JSON with `filename`, `size`, `date`, `time`, `created_at`, `trigger`, `content` and `metadata`. Of the headers the first one that is set "
                     "wins: `X-Download`, `x-view`, `x-highlight`. Secrets read `****`, unless `X-Reveal: true` and the scope `backup:update` show them.",
      .aliases = {"/backup/{site}/{file}", "/sites/{site}/backups/{file}"}, .auth = kUsers, .scope = "backup:view", .audit = true,
      .media_type = "application/json", .errors = {Errc::not_found, Errc::invalid},
      .handle = [s](Call& call, BackupFileRequest request) { return show_backup(s, call, request); }});

  router.add<DiffRequest, Text>(Method::get, "/backups/{site}/{from}/diff/{to}", {
      .family = kFamily, .summary = "Show diff between two backup files",
      .description = "A unified diff with three lines of context; header comments and the platform's own tokens do not count. Empty when nothing differs. "
                     "Headers: `X-Download`, `x-highlight`, `X-Reveal`. 413 above 5 MiB.",
      .aliases = {"/backups/{site}/{from}/{to}", "/backup/{site}/{from}/diff/{to}", "/sites/{site}/backups/{from}/diff/{to}"}, .auth = kUsers,
      .scope = "backup:view", .audit = true, .media_type = "text/plain", .errors = {Errc::not_found, Errc::invalid, Errc::too_large},
      .handle = [s](Call& call, DiffRequest request) { return show_diff(s, call, request); }});

  router.add<LatestRequest, LatestView>(Method::post, "/backups/latest", {
      .family = "Backups", .summary = "Latest backups of many sites",
      .description = "The newest backup of up to 50 sites, each with a status of its own; 32 MiB in all, what does not fit reads `too_large`.",
      .aliases = {"/api/backups/latest"}, .auth = kUsers, .scope = "backup:view",
      .handle = [s](Call& call, LatestRequest request) { return show_latest(s, call, request); }});
}

void add_requesting(http::Router& router, const Services& s) {
  router.add<RequestBackupRequest, RequestedView>(Method::post, "/backups/{site}", {
      .family = kFamily, .summary = "Request a new backup for a site",
      .description = "A job that the router picks up at its next check-in; the backup appears in the list once it is uploaded. A request while one is open, or "
                     "within a minute of the last, answers the same job. 10 requests a minute and site.",
      .aliases = {"/backup/{site}", "/sites/{site}/backups"}, .auth = kUsers, .scope = "backup:create", .status = 202,
      .errors = {Errc::not_found, Errc::conflict, Errc::rate_limited},
      .handle = [s](Call& call, RequestBackupRequest request) -> Result<RequestedView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto requested = s.backups.request(*site, {.by = call.principal.subject, .express = request.express});
        if (!requested) return fail(requested.error());
        call.audit_note = "requested a backup of " + site->id.to_string() + ", job " + requested->job.to_string();
        return RequestedView{.job_id = requested->job};
      }});
}

}  // namespace

void add_backup_routes(http::Router& router, const Services& services) {
  add_reading(router, services);
  add_requesting(router, services);
}

void add_routes(http::Router& router, Services services) {
  add_backup_routes(router, services);
  add_settings_routes(router, services);
  add_upload_routes(router, services);
}

}  // namespace openstrat::backups
