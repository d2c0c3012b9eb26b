// What the operators of the language do to values. No scopes, no host.
#pragma once

#include <compare>
#include <memory>
#include <string>

#include "ros_language/ast.hpp"
#include "ros_language/value.hpp"
#include "sim/lang/names.hpp"

namespace re2 {
class RE2;
}

namespace openstrat::sim {

/// Two operands; n-ary operators apply it from the left. Throws ScriptError. Not for and, or, apply, match, juxtapose.
Value apply_operator(Operator op, const Value& left, const Value& right);
Value apply_prefix(Operator op, const Value& operand);

/// The language's `=`: after conversion where one side is text.
bool compare_equal(const Value& left, const Value& right);
/// Order for `<` and the like; nothing comes first.
std::strong_ordering compare_order(const Value& left, const Value& right);
/// As a condition; throws ScriptError when the value cannot be one.
bool truth(const Value& value);
/// `in`: address or prefix in a prefix, element of an array.
bool is_in(const Value& item, const Value& set);
Value element_of(const Value& container, const Value& key);

/// `~`, POSIX extended regular expressions in linear time. Keeps the last pattern: a search asks for one again and again.
class Matcher {
 public:
  Matcher();
  ~Matcher();
  bool matches(const std::string& text, const std::string& pattern);

 private:
  std::string pattern_;
  std::unique_ptr<re2::RE2> compiled_;
};

// Conversions of `:tonum` and its like: nil when there is no answer.
Value to_num(const Value& value);
Value to_bool(const Value& value);
Value to_ip(const Value& value);
Value to_ip6(const Value& value);
Value to_time(const Value& value);
Value to_id(const Value& value);
Value to_array(const Value& value, char separator = ',');

}  // namespace openstrat::sim
