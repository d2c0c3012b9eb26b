// Fills members of described structs from JSON values or from texts, and collects every complaint with its path.
// For .cpp files of this module.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "http/type_info.hpp"

namespace openstrat::http {

class ValueReader {
 public:
  /// `field` holds the constraints; its type need not be `type` (elements of a list share the list's constraints).
  void read(const boost::json::value& json, const TypeInfo& type, const FieldInfo& field, void* out);
  /// The JSON body's fields of an object; other locations are not touched.
  void read_object(const boost::json::value& json, const TypeInfo& type, void* out);
  /// A value from a path, query, header or form. False when a complaint was made.
  bool read_text(std::string_view text, const TypeInfo& type, const FieldInfo& field, void* out);

  void complain(std::string text);                         ///< about the current path
  void complain(std::string_view name, std::string text);  ///< about a field below the current path

  bool ok() const { return errors_.empty(); }
  std::vector<FieldError>& errors() { return errors_; }
  /// 422 `validation_failed` with everything found, or success.
  Status finish();

  /// Enters `name` (dotted) or `[index]` for its lifetime.
  class Step {
   public:
    Step(ValueReader& reader, std::string_view name);
    Step(ValueReader& reader, std::size_t index);
    ~Step() { reader_.path_.resize(length_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    ValueReader& reader_;
    std::size_t length_;
  };

 private:
  void read_integer(const boost::json::value& json, const TypeInfo& type, const FieldInfo& field, void* out);
  void read_list(const boost::json::value& json, const TypeInfo& type, const FieldInfo& field, void* out);
  void read_map(const boost::json::value& json, const TypeInfo& type, const FieldInfo& field, void* out);
  void read_attributes(const boost::json::value& json, void* out);
  void read_fields(const boost::json::object& object, const ObjectInfo& info, void* out);
  void refuse_unknown(const boost::json::object& object, const ObjectInfo& info);
  bool store_number(double value, const FieldInfo& field);

  std::string path_;
  std::vector<FieldError> errors_;
};

}  // namespace openstrat::http
