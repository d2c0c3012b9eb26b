#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "audit/audit_service.hpp"
#include "base/secret_names.hpp"

namespace openstrat::audit {
namespace {

namespace json = boost::json;

json::object object_of(std::string_view text) {
  boost::system::error_code error;
  auto value = json::parse(text.empty() ? "{}" : text, error);
  return !error && value.is_object() ? std::move(value.get_object()) : json::object{};
}

void mask(json::value& value) {
  if (value.is_array())
    for (auto& element : value.get_array()) mask(element);
  if (!value.is_object()) return;
  for (auto& [name, member] : value.get_object()) {
    if (names_a_secret(name)) member = "***";
    else mask(member);
  }
}

/// The members of `all` that `other` lacks or has with another value. Compared before masking: a new password is a change.
json::value difference(const json::object& all, const json::object& other) {
  json::object out;
  for (const auto& [name, value] : all) {
    const auto found = other.find(name);
    if (found == other.end() || found->value() != value) out[name] = value;
  }
  json::value masked(std::move(out));
  mask(masked);
  return masked;
}

}  // namespace

std::string change_note(std::string_view before, std::string_view after) {
  const auto was = object_of(before), is = object_of(after);
  const json::object note{{"before", difference(was, is)}, {"after", difference(is, was)}};
  if (note.at("before").get_object().empty() && note.at("after").get_object().empty()) return {};
  return json::serialize(note);
}

}  // namespace openstrat::audit
