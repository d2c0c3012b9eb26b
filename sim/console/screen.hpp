// What the other side shows: widths, and one line of input that scrolls sideways when it is too long.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace openstrat::sim {

struct Screen {
  std::size_t width = 80;    ///< 0: endless
  std::size_t height = 24;   ///< 0: endless, output is never paged
  bool colours = true;
  bool dumb = false;         ///< understands backspace and carriage return only
};

/// Bytes [from, to) of a text in one colour.
struct Tint {
  enum class Colour { menu, command, argument, wrong };
  std::size_t from = 0;
  std::size_t to = 0;
  Colour colour = Colour::menu;
  bool operator==(const Tint&) const = default;
};

/// The piece of `text` that starts at byte `start` of the whole, with escape sequences.
std::string tinted(std::string_view text, std::size_t start, const std::vector<Tint>& tints);

/// The bytes that change what is seen.
class InputLine {
 public:
  explicit InputLine(const Screen& screen) : screen_(screen) {}

  /// On a new line.
  std::string begin(std::string_view prompt, std::string_view text, std::size_t cursor);
  /// The text has changed, or the cursor has moved.
  std::string update(std::string_view text, std::size_t cursor, std::vector<Tint> tints = {});

 private:
  std::string redraw(std::string_view text, std::size_t cursor);
  std::string redraw_dumb(std::string_view text, std::size_t cursor);

  const Screen& screen_;
  std::string prompt_;
  std::size_t prompt_columns_ = 0;
  std::string shown_;              ///< the whole text
  std::size_t shown_cursor_ = 0;
  std::size_t columns_used_ = 0;   ///< of the text, for terminals that cannot erase
  bool scrolled_ = false;
  std::vector<Tint> tints_;
};

/// Characters, not bytes; sequences that set colours take no place.
std::size_t columns_of(std::string_view text);

}  // namespace openstrat::sim
