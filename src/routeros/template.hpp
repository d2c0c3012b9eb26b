// Script templates: RouterOS text with typed places. Used by scripts.cpp and its tests only.
//   <<name:string>>   inside a double-quoted string: the value, escaped
//   <<name:number>>   a whole number
//   <<name:word>>     a bare name: letters, digits and -._ only
//   <<name:list>>     words joined by commas
//   <<include name>>  another template as code;   <<quote name>>  another template as the inside of a quoted string
//   <<if name>> … <<else>> … <<end>>   a flag; directives that fill a line of their own leave no line behind
// Values reach a script only through these, so nothing can be pasted in unescaped.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace openstrat::routeros {

/// What a template is rendered with. Templates included by it see the same values.
class Values {
 public:
  Values& text(std::string_view name, std::string_view value) { return set(name, std::string(value)); }
  Values& number(std::string_view name, std::int64_t value) { return set(name, value); }
  Values& flag(std::string_view name, bool value) { return set(name, value); }

  using Value = std::variant<std::string, std::int64_t, bool>;
  const Value* find(std::string_view name) const;

 private:
  Values& set(std::string_view name, Value value);
  std::map<std::string, Value, std::less<>> values_;
};

enum class Layout { minified, readable };

/// The named template with `values`; ends with a line feed. A missing value, a value of the wrong type or an unknown
/// template is a mistake in this directory and throws std::logic_error; tests render everything.
std::string render(std::string_view template_name, const Values& values, Layout layout);

struct EmbeddedTemplate {
  std::string_view name;  ///< file name without `.rsc`
  std::string_view text;
};
/// templates/*.rsc, in the binary.
const std::vector<EmbeddedTemplate>& embedded_templates();

}  // namespace openstrat::routeros
