// A text in the pieces that `import verbose=yes` runs one by one: a physical line, and what its open quotes, brackets
// and continuations draw in.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace openstrat::sim {

struct LogicalLine {
  std::string_view text;    ///< with its line ends
  std::uint32_t first = 0;  ///< number of its first physical line, from 1
};

/// Linear in the text, whatever is in it.
class LogicalLines {
 public:
  explicit LogicalLines(std::string_view text) : rest_(text) {}
  bool next(LogicalLine& line);

 private:
  /// Whether the statement that `line` belongs to goes on after it.
  bool goes_on(std::string_view line);
  void take_in_string(std::string_view line, std::size_t& at);

  std::string_view rest_;
  std::uint32_t number_ = 1;
  std::vector<char> open_;  ///< `"`, `{`, `[`, `(` that wait for their end
};

}  // namespace openstrat::sim
