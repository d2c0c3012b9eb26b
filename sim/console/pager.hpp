// Output that is longer than the screen, a page at a time.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "sim/console/keys.hpp"
#include "sim/console/screen.hpp"

namespace openstrat::sim {

/// Lines go in as they are printed; bytes for the screen come out.
class Pager {
 public:
  static constexpr std::size_t kMaxBytes = 16 << 20;  ///< beyond it lines are lost; no print gets there

  explicit Pager(const Screen& screen) : screen_(screen) {}

  void add(std::string_view line);
  /// All that fits, and the question for more if some of it does not.
  std::string show();
  /// What a key does while there is more.
  std::string key(const Key& key);
  bool has_more() const { return !lines_.empty(); }

 private:
  std::string take(std::size_t rows);
  std::string hide_question() const;

  const Screen& screen_;
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;
};

}  // namespace openstrat::sim
