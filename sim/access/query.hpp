// The row test of the API protocols: words such as `type=ether`, `-comment`, `<mtu=1500`, `#|!` on a stack of booleans.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace openstrat::sim {

/// Knows neither rows nor protocols: whoever has a row says what its properties read like on the wire.
class Query {
 public:
  /// The text of a property (`true`, `1d2h`, `*1F`); nullopt if the row has no value for it.
  using Properties = std::function<std::optional<std::string>(std::string_view name)>;

  /// `words` without their leading `?`. Throws ScriptError when there are more than a router evaluates for each row.
  static Query parse(std::span<const std::string> words);

  bool empty() const { return steps_.empty(); }
  /// True when no value on the stack is false. Throws what `row` throws.
  bool matches(const Properties& row) const;

 private:
  enum class Kind { present, absent, equal, less, greater, operations };
  struct Step {
    Kind kind;
    std::string name;   ///< of the property
    std::string value;  ///< to compare with; the operators of `operations`
  };

  static Step read(std::string_view word);
  static bool test(const Step& step, const Properties& row);
  static void operate(std::string_view operators, std::vector<bool>& stack);

  std::vector<Step> steps_;
};

/// Whether two texts mean the same to a query: `yes` is `true`.
bool same_api_value(std::string_view a, std::string_view b);

}  // namespace openstrat::sim
