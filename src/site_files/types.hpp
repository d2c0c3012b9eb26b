// A file that belongs to a site.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace openstrat::site_files {

enum class Kind { note, media, document };
std::string_view to_string(Kind kind);  ///< `note`, as stored
/// `notes`, `media`, `documents`, as URLs have it.
std::string_view plural(Kind kind);

struct File {
  CustomerId customer_id;
  SiteId site_id;
  Kind kind = Kind::document;
  std::string key;           ///< 40 hex digits
  std::string name;
  std::string content_type;
  std::int64_t size = 0;     ///< bytes
  std::string blob_key;
  std::string created_by;
  Timestamp created_at{};
};

}  // namespace openstrat::site_files
