// Bytes of a terminal → keys.
#pragma once

#include <string>
#include <string_view>

namespace openstrat::sim {

struct Key {
  enum class Kind {
    text,       ///< printable bytes, whole characters
    enter, tab, backspace, erase, left, right, up, down, home, end, page_down,
    help,       ///< F1
    safe_mode,  ///< F4, ctrl-X
    control,    ///< ctrl and the letter in `text`
    unknown,    ///< a sequence that means nothing here
  };
  Kind kind = Kind::unknown;
  std::string text;
  bool is(char letter) const { return kind == Kind::control && text.size() == 1 && text[0] == letter; }
};

/// Sequences may be cut anywhere; what is incomplete waits for more bytes.
class KeyReader {
 public:
  void add(std::string_view bytes) { pending_ += bytes; }
  /// False: nothing complete is left.
  bool next(Key& key);
  /// Forgets what was typed up to and with the last ctrl-C; false if there is none.
  bool drop_to_interrupt();
  std::size_t pending() const { return pending_.size() - at_; }
  /// What has not become keys, for another reader.
  std::string take_rest();

 private:
  bool escape(Key& key);
  bool printable(Key& key);
  std::string pending_;
  std::size_t at_ = 0;
  bool after_return_ = false;  ///< a line feed right behind a carriage return is part of it
};

}  // namespace openstrat::sim
