// The parts of one HTTP request as the fields of a described struct. For .cpp files of this module.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.hpp"
#include "http/value_reader.hpp"

namespace openstrat::http {

using PathValues = std::vector<std::pair<std::string_view, std::string>>;  ///< name, decoded value
using Pairs = std::vector<std::pair<std::string, std::string>>;

class RequestDecoder {
 public:
  RequestDecoder(const Request& request, const PathValues& path, bool accepts_form)
      : request_(request), path_(path), accepts_form_(accepts_form) {}

  Status decode(const TypeInfo& type, void* out);

 private:
  Status read_body(const ObjectInfo& info, const TypeInfo& type, void* out);
  Status read_json(const TypeInfo& type, const FieldInfo* whole, void* out);
  Status read_form(const ObjectInfo& info, void* out);
  Status read_paths(const ObjectInfo& info, void* out);
  void read_parameters(const ObjectInfo& info, void* out);
  void read_header(const FieldInfo& field, void* out);
  void read_pairs(const Pairs& pairs, const FieldInfo& field, void* out);
  Status read_text_body(const FieldInfo& field, void* out);

  const Request& request_;
  const PathValues& path_;
  const bool accepts_form_;
  Pairs query_;
  ValueReader reader_;
};

}  // namespace openstrat::http
