// multipart/form-data (RFC 7578), as browsers and `curl -F` send files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace openstrat::http {

/// One field of the form. `data` points into the body.
struct FormPart {
  std::string name;
  std::string filename;      ///< as sent, empty for a plain field; never a path to trust
  std::string content_type;  ///< as sent, empty if absent
  std::string_view data;
};

/// At most 16 parts with headers of at most 4 KiB each. malformed `parameter_invalid` with what is wrong.
Result<std::vector<FormPart>> parse_multipart(std::string_view content_type, std::string_view body);

}  // namespace openstrat::http
