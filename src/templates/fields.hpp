// What a template is given: named texts, flags and lists. Plain values; the template escapes them for the place where they stand.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace openstrat::templates {

/// In a template: `{{name}}` writes a text, `{{#name}}…{{/name}}` shows its inside when a text is not empty, when a flag is set, or once
/// for each entry of a list (whose fields then come first), and `{{#no_name}}…{{/no_name}}` shows it when there is nothing.
class Fields {
 public:
  using Value = std::variant<std::string, bool, std::vector<Fields>>;

  Fields& text(std::string_view name, std::string value) { return set(name, std::move(value)); }
  Fields& number(std::string_view name, std::int64_t value) { return set(name, std::to_string(value)); }
  Fields& flag(std::string_view name, bool value) { return set(name, value); }
  Fields& list(std::string_view name, std::vector<Fields> entries) { return set(name, std::move(entries)); }

  const Value* find(std::string_view name) const;
  const std::vector<std::pair<std::string, Value>>& entries() const { return entries_; }

 private:
  Fields& set(std::string_view name, Value value);
  std::vector<std::pair<std::string, Value>> entries_;
};

}  // namespace openstrat::templates
