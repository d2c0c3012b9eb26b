// The atoms of JSON text. For .cpp files of this module.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace openstrat::http {

void append_json_string(std::string_view text, std::string& out);
void append_json_number(std::int64_t value, std::string& out);
void append_json_number(double value, std::string& out);  ///< shortest form; null for what JSON cannot say
/// Like boost::json::serialize, but 2.5 stays 2.5 (that prints 2.5E0).
void append_json(const boost::json::value& value, std::string& out);

}  // namespace openstrat::http
