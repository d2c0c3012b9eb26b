// JSON Schemas out of type descriptions. For .cpp files of this module.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <set>
#include <string>

#include "http/type_info.hpp"

namespace openstrat::http {

/// Whether a schema says what callers send (fields they must give) or what they get (fields that are always there).
enum class Side { request, response };

class SchemaWriter {
 public:
  /// Everything that answers hold, told before any schema is asked for: a struct used on both sides gets two schemas.
  void note_response(const TypeInfo& type) { note(type, responses_); }

  /// A field's or value's schema; named objects become references to components().
  boost::json::object schema(const TypeInfo& type, const FieldInfo& field, Side side);
  boost::json::object schema(const TypeInfo& type, Side side) { return schema(type, FieldInfo{}, side); }
  /// `components.schemas`, sorted by name.
  boost::json::object components() const;

 private:
  void note(const TypeInfo& type, std::set<const ObjectInfo*>& seen);
  boost::json::object object(const TypeInfo& type, Side side);
  boost::json::object describe_object(const ObjectInfo& info, Side side);
  void add_fields(const ObjectInfo& info, Side side, boost::json::object& properties, boost::json::array& required);
  std::string component_name(const ObjectInfo& info, Side side) const;

  std::set<const ObjectInfo*> responses_;
  std::map<std::string, boost::json::object> components_;
  std::map<std::string, const ObjectInfo*> owners_;  ///< who took a name
};

}  // namespace openstrat::http
