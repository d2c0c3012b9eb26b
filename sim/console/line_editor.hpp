// The line that is being typed, and the lines before it.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "sim/console/keys.hpp"

namespace openstrat::sim {

class History {
 public:
  static constexpr std::size_t kMaxLines = 100;

  void add(const std::string& line);
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  std::deque<std::string> lines_;  ///< oldest first
};

/// Moves by characters; the text is bytes.
class LineEditor {
 public:
  static constexpr std::size_t kMaxBytes = 64 << 10;

  explicit LineEditor(const History* history = nullptr) : history_(history) {}

  /// Whether the key was one for editing.
  bool apply(const Key& key);
  void insert(std::string_view text);
  void set(std::string text);
  void clear() { set({}); }

  const std::string& text() const { return text_; }
  std::size_t cursor() const { return cursor_; }
  std::string_view before() const { return std::string_view(text_).substr(0, cursor_); }
  void replace_before(std::size_t from, std::string_view with);

 private:
  std::size_t left_of(std::size_t at) const;
  std::size_t right_of(std::size_t at) const;
  std::size_t word_start() const;
  void erase(std::size_t from, std::size_t to);
  bool control(char letter);
  void recall(int step);

  const History* history_;
  std::string text_;
  std::size_t cursor_ = 0;
  std::size_t back_ = 0;  ///< lines back in the history
  std::string draft_;     ///< what was typed before somebody went there
};

}  // namespace openstrat::sim
