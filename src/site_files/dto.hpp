// Files of sites on the wire.
#pragma once

#include <optional>
#include <string>

#include "fleet/types.hpp"
#include "http/dto.hpp"
#include "http/pagination.hpp"

namespace openstrat::site_files {

struct ListFilesRequest { fleet::SiteRef site; http::CursorQuery paging; };
struct FileRequest { fleet::SiteRef site; std::string key; };
struct UploadRequest { fleet::SiteRef site; std::optional<std::string> name; std::string body; };
struct DownloadRequest { std::string key; };
struct FileView {
  std::string name, key, content_type;
  std::int64_t size = 0;
  Timestamp last_modified{};
  std::string download_url, created_by;
};

}  // namespace openstrat::site_files

namespace openstrat {

template <>
struct http::Fields<site_files::ListFilesRequest> {
  using V = site_files::ListFilesRequest;
  static constexpr auto table = fields<V>("ListSiteFiles", path<&V::site>("site", "UUID or `site_…`"), include<&V::paging>());
};
template <>
struct http::Fields<site_files::FileRequest> {
  using V = site_files::FileRequest;
  static constexpr auto table = fields<V>("SiteFileRequest", path<&V::site>("site", "UUID or `site_…`"), path<&V::key>("key", "of the file"));
};
template <>
struct http::Fields<site_files::UploadRequest> {
  using V = site_files::UploadRequest;
  static constexpr auto table = fields<V>("UploadSiteFile", path<&V::site>("site", "UUID or `site_…`"),
      query<&V::name>("name", "name of the file when the body is the file itself").length(1, 255),
      text_body<&V::body>("application/octet-stream", "the file itself, or a form (multipart/form-data) with one part `file`"));
};
template <>
struct http::Fields<site_files::DownloadRequest> {
  using V = site_files::DownloadRequest;
  static constexpr auto table = fields<V>("DownloadSiteFile", path<&V::key>("key", "of the file"));
};
template <>
struct http::Fields<site_files::FileView> {
  using V = site_files::FileView;
  static constexpr auto table = fields<V>("SiteFile", body<&V::name>("name", "as uploaded, without path"), body<&V::key>("key", "names the file in URLs"),
      body<&V::content_type>("content_type", "what the bytes are"), body<&V::size>("size", "bytes"), body<&V::last_modified>("last_modified", "upload"),
      body<&V::download_url>("download_url", "works without a token for ten minutes"), body<&V::created_by>("created_by", "`user:<id>` or `key:<id>`"));
};

}  // namespace openstrat
