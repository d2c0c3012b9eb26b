#include "site_files/file_service.hpp"

#include <array>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "site_files/content_type.hpp"
#include "storage/blob_vault.hpp"
#include "tasks/queue.hpp"

namespace openstrat::site_files {
namespace {

constexpr auto kOrphanAge = std::chrono::days(1);  // longer than any upload between its bytes and its row

std::unexpected<Error> wrong_file(std::string text) { return invalid_field("file", std::move(text)); }

/// Notes are Markdown whatever libmagic makes of them; the other kinds are what they are.
Result<std::string> checked_type(const NewFile& file) {
  const auto size = static_cast<std::int64_t>(file.bytes.size());
  if (size == 0) return wrong_file("must not be empty");
  if (size > FileService::kLargest) return fail(Errc::too_large, "A file may have 25 MiB.");
  if (file.kind == Kind::note) {
    if (size > FileService::kLargestNote) return fail(Errc::too_large, "A note may have 1 MiB.");
    if (!text::is_utf8(file.bytes) || file.bytes.find('\0') != file.bytes.npos) return wrong_file("must be UTF-8 text");
    return std::string("text/markdown; charset=utf-8");
  }
  auto type = sniff_type(file.bytes);
  if (type && file.kind == Kind::media && !is_photo(*type)) return wrong_file("must be a photo (PNG, JPEG, GIF, WebP, HEIC or AVIF); this is " + *type);
  return type;
}

std::string_view fallback_name(Kind kind) {
  switch (kind) {
    case Kind::note: return "note.md";
    case Kind::media: return "photo";
    case Kind::document: return "document";
  }
  std::unreachable();
}

std::string new_key(Rng& rng) {
  std::array<std::uint8_t, 20> bytes{};
  rng.fill(bytes);
  return crypto::hex(bytes);
}

}  // namespace

void FileService::subscribe(bus::Bus& bus) {
  bus.subscribe("site_files", "site.deleted", [this](const bus::Event& event) -> Status {
    if (!event.site_id) return {};
    return deps_.database.write([&](db::Session& session) { return file_store::remove_of_site(session, {event.customer_id}, *event.site_id); });
  });
}

void FileService::register_tasks(tasks::Queue& queue) {
  queue.handle("site_files.collect_orphans", {}, [this](const tasks::Task&) { return collect_orphans(); });
  queue.schedule("collect orphaned files", "17 4 * * *", "site_files.collect_orphans");
}

Result<File> FileService::put(const Tenant& tenant, SiteId site, NewFile request) {
  const auto type = checked_type(request);
  if (!type) return fail(type.error());
  const auto blob = deps_.vault.put(tenant.customer_id, request.bytes);
  if (!blob) return fail(blob.error());
  const File file{.customer_id = tenant.customer_id, .site_id = site, .kind = request.kind, .key = new_key(deps_.rng),
                  .name = clean_name(request.name, fallback_name(request.kind)), .content_type = *type,
                  .size = static_cast<std::int64_t>(request.bytes.size()), .blob_key = *blob, .created_by = std::move(request.created_by),
                  .created_at = deps_.clock.now()};
  const auto stored = deps_.database.write([&](db::Session& session) -> Status {
    const auto use = file_store::use_of(session, tenant, site);
    if (!use) return fail(use.error());
    if (use->bytes + file.size > kLargestSite) return fail(Errc::conflict, "limit_reached", "The files of a site may have 500 MiB. Delete what is not needed.");
    if (use->files >= kMostFiles) return fail(Errc::conflict, "limit_reached", "A site may have 1,000 files. Delete what is not needed.");
    return file_store::insert(session, file);
  });
  if (!stored) return fail(stored.error());
  return file;
}

Result<std::vector<File>> FileService::list(const Tenant& tenant, SiteId site, Kind kind, const std::optional<file_store::Position>& before, int limit) {
  return deps_.database.read([&](db::Session& session) { return file_store::list(session, tenant, site, kind, before, limit); });
}

Result<File> FileService::find(const Tenant& tenant, SiteId site, Kind kind, std::string_view key) {
  return deps_.database.read([&](db::Session& session) { return file_store::find(session, tenant, site, kind, key); });
}

Result<File> FileService::find_signed(std::string_view key) {
  return deps_.database.read([&](db::Session& session) { return file_store::find_signed(session, key); });
}

Result<std::string> FileService::bytes_of(const File& file) { return deps_.vault.get(file.customer_id, file.blob_key); }

Status FileService::remove(const Tenant& tenant, SiteId site, Kind kind, std::string_view key) {
  return deps_.database.write([&](db::Session& session) -> Status {
    const auto removed = file_store::remove(session, tenant, site, kind, key);
    if (!removed) return fail(removed.error());
    return *removed ? Status{} : fail(Errc::not_found, "No such file.");
  });
}

Status FileService::collect_orphans() {
  const Timestamp older_than = deps_.clock.now() - kOrphanAge;
  std::int64_t removed = 0;
  auto walked = deps_.vault.blobs().list(older_than, [&](CustomerId customer, const std::string& key) -> Status {
    const auto used = deps_.database.read([&](db::Session& session) { return file_store::references_blob(session, customer, key); });
    if (!used) return fail(used.error());
    if (*used) return {};
    const auto gone = deps_.vault.blobs().remove(customer, key, older_than);
    if (!gone) return fail(gone.error());
    removed += *gone;
    return {};
  });
  if (removed > 0) log::info("unused files removed", {{"count", removed}});
  return walked;
}

}  // namespace openstrat::site_files
