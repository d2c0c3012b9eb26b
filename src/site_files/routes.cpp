#include "site_files/routes.hpp"

#include "base/text.hpp"
#include "base/url_signer.hpp"
#include "fleet/site_service.hpp"
#include "http/multipart.hpp"
#include "http/router.hpp"
#include "http/url_text.hpp"
#include "site_files/content_type.hpp"
#include "site_files/dto.hpp"
#include "site_files/file_service.hpp"

namespace openstrat::site_files {
namespace {

using http::Auth;
using http::Call;
using http::Method;

constexpr Auth kUsers = Auth::bearer | Auth::api_key;
constexpr std::string_view kFamily = "Site files";
constexpr auto kLinkLife = std::chrono::minutes(10);
constexpr std::size_t kFormOverhead = 64 * 1024;

FileView to_view(const Services& s, const Call& call, const File& file) {
  return {.name = file.name, .key = file.key, .content_type = file.content_type, .size = file.size, .last_modified = file.created_at,
          .download_url = std::string(call.base_url) + s.signer.sign("/site-files/" + file.key, call.now + kLinkLife), .created_by = file.created_by};
}

/// RFC 6266: the name in ASCII for old clients, and as it is.
std::string disposition(const File& file) {
  std::string ascii;
  for (const char c : file.name) ascii += static_cast<unsigned char>(c) < 0x80 ? c : '_';
  return std::string(opens_in_place(file.content_type) ? "inline" : "attachment") + "; filename=\"" + ascii + "\"; filename*=UTF-8''" +
         http::percent_encode(file.name);
}

/// Bytes that somebody uploaded: nothing in them may run in our origin.
Result<http::Text> deliver(const Services& s, Call& call, const File& file) {
  auto bytes = s.files.bytes_of(file);
  if (!bytes) return fail(bytes.error());
  auto& headers = call.reply.headers;
  headers.set("Content-Disposition", disposition(file));
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Content-Security-Policy", "default-src 'none'; sandbox");
  headers.set("Cache-Control", "private, max-age=600");
  return http::Text{file.content_type, *std::move(bytes)};
}

struct Upload {
  std::string name;
  std::string_view bytes;
};

/// The file of a form, or the body itself.
Result<Upload> upload_of(const Call& call, const UploadRequest& request) {
  const auto type = call.request.headers.find("Content-Type").value_or("");
  if (!text::starts_with_ignoring_case(type, "multipart/form-data")) return Upload{request.name.value_or(""), request.body};
  const auto parts = http::parse_multipart(type, request.body);
  if (!parts) return fail(parts.error());
  for (const auto& part : *parts)
    if (part.name == "file") return Upload{request.name.value_or(part.filename), part.data};
  return invalid_field("file", "is required: the form needs one part of this name");
}

Result<std::optional<file_store::Position>> position(const Services& s, const std::optional<std::string>& cursor, const std::string& list) {
  if (!cursor) return std::optional<file_store::Position>{};
  const auto opened = s.cursors.open(*cursor, list);
  if (!opened) return fail(opened.error());
  return std::optional(file_store::Position{from_unix_us(text::parse_int(opened->sort_key).value_or(0)), opened->id});
}

Result<http::CursorView<FileView>> list_files(const Services& s, Call& call, const ListFilesRequest& request, Kind kind) {
  const auto site = s.sites.find(call.tenant(), request.site.text);
  if (!site) return fail(site.error());
  const std::string list = "files " + site->id.to_string() + " " + std::string(to_string(kind));
  const auto before = position(s, request.paging.cursor, list);
  if (!before) return fail(before.error());
  auto files = s.files.list(call.tenant(), site->id, kind, *before, request.paging.limit + 1);
  if (!files) return fail(files.error());
  http::CursorView<FileView> view;
  view.meta.has_more = static_cast<int>(files->size()) > request.paging.limit;
  if (view.meta.has_more) files->pop_back();
  for (const File& file : *files) view.data.push_back(to_view(s, call, file));
  view.meta.count = static_cast<std::int64_t>(view.data.size());
  if (view.meta.has_more) view.meta.cursor = s.cursors.sign({std::to_string(to_unix_us(files->back().created_at)), files->back().key}, list);
  return view;
}

struct Words { Kind kind; std::string_view things, thing, what; std::size_t body_limit; };

void add_kind(http::Router& router, const Services& s, const Words& words) {
  const Kind kind = words.kind;
  const std::string path = "/sites/{site}/" + std::string(plural(kind));
  const std::string one = path + "/{key}";
  const bool is_note = kind == Kind::note;
  const std::string list_summary = "List site " + std::string(words.things), add_summary = "Add to site " + std::string(words.things);
  const std::string get_summary = "Get one of site " + std::string(words.things), delete_summary = "Delete one of site " + std::string(words.things);

  router.add<ListFilesRequest, http::CursorView<FileView>>(Method::get, path, {
      .family = kFamily, .summary = list_summary, .description = "Newest first, each with a download link that works for ten minutes.",
      .aliases = is_note ? std::vector<std::string_view>{"/metadata/{site}/notes"} : std::vector<std::string_view>{},
      .auth = kUsers, .scope = "site:view", .errors = {Errc::not_found},
      .handle = [s, kind](Call& call, ListFilesRequest request) { return list_files(s, call, request, kind); }});

  router.add<UploadRequest, FileView>(Method::post, path, {
      .family = kFamily, .summary = add_summary, .description = words.what, .auth = kUsers, .scope = "site:update", .status = 201,
      .body_limit = words.body_limit + kFormOverhead, .errors = {Errc::not_found, Errc::conflict, Errc::too_large},
      .handle = [s, kind](Call& call, UploadRequest request) -> Result<FileView> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto upload = upload_of(call, request);
        if (!upload) return fail(upload.error());
        const auto file = s.files.put(call.tenant(), site->id, {.kind = kind, .name = upload->name, .bytes = upload->bytes, .created_by = call.principal.subject});
        if (!file) return fail(file.error());
        return to_view(s, call, *file);
      }});

  router.add<FileRequest, http::Text>(Method::get, one, {
      .family = kFamily, .summary = get_summary, .description = is_note ? "The Markdown text." : "The bytes as they were uploaded.",
      .aliases = is_note ? std::vector<std::string_view>{"/metadata/{site}/notes/{key}"} : std::vector<std::string_view>{},
      .auth = kUsers, .scope = "site:view", .media_type = is_note ? "text/markdown" : "application/octet-stream", .errors = {Errc::not_found},
      .handle = [s, kind](Call& call, FileRequest request) -> Result<http::Text> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        const auto file = s.files.find(call.tenant(), site->id, kind, request.key);
        if (!file) return fail(file.error());
        return deliver(s, call, *file);
      }});

  router.add<FileRequest, http::NoContent>(Method::delete_, one, {
      .family = kFamily, .summary = delete_summary, .auth = kUsers, .scope = "site:update", .errors = {Errc::not_found},
      .handle = [s, kind](Call& call, FileRequest request) -> Result<http::NoContent> {
        const auto site = s.sites.find(call.tenant(), request.site.text);
        if (!site) return fail(site.error());
        if (auto removed = s.files.remove(call.tenant(), site->id, kind, request.key); !removed) return fail(removed.error());
        return http::NoContent{};
      }});
}

}  // namespace

void add_routes(http::Router& router, const Services& s) {
  add_kind(router, s, {Kind::note, "notes", "note", "Markdown, at most 1 MiB: as the body itself, or as the part `file` of a form.", FileService::kLargestNote});
  add_kind(router, s, {Kind::media, "media", "photo", "A photo (PNG, JPEG, GIF, WebP, HEIC, AVIF), at most 25 MiB: as the body itself, or as the part `file` of a form.", FileService::kLargest});
  add_kind(router, s, {Kind::document, "documents", "document", "A diagram, PDF or any other file, at most 25 MiB: as the body itself, or as the part `file` of a form.", FileService::kLargest});

  router.add<DownloadRequest, http::Text>(Method::get, "/site-files/{key}", {
      .family = kFamily, .summary = "Download a site file", .description = "What `download_url` points to.", .auth = Auth::signed_url, .scope = "-",
      .media_type = "application/octet-stream", .errors = {Errc::not_found},
      .handle = [s](Call& call, DownloadRequest request) -> Result<http::Text> {
        const auto file = s.files.find_signed(request.key);
        if (!file) return fail(file.error());
        return deliver(s, call, *file);
      }});
}

}  // namespace openstrat::site_files
