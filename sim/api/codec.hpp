// Words and sentences of the API: a length, then that many bytes; an empty word ends a sentence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openstrat::sim::api {

using Words = std::vector<std::string>;

/// Appends the length of a word as the protocol writes it: one to five bytes, big-endian.
void append_length(std::string& out, std::uint32_t length);
void append_word(std::string& out, std::string_view word);
std::string encode(const Words& words);

struct Limits {
  std::size_t word_bytes;
  std::size_t sentence_bytes;
  std::size_t words;
};
/// Of somebody who has not logged in, and of users: a file's contents or a script fits in.
inline constexpr Limits kStrangerLimits{4 << 10, 16 << 10, 32};
inline constexpr Limits kUserLimits{1 << 20, 2 << 20, 4096};

/// Bytes in any pieces → sentences. Keeps at most one unfinished sentence within the limits.
class Decoder {
 public:
  explicit Decoder(const Limits& limits) : limits_(limits) {}
  void set_limits(const Limits& limits) { limits_ = limits; }

  void feed(std::string_view bytes) { buffer_.append(bytes); }
  /// The next whole sentence; empty ones are passed over. nullopt: more bytes are needed, or the stream is wrong.
  std::optional<Words> next();
  /// A reserved control byte, or something over the limits: nothing more can be read.
  bool failed() const { return failed_; }
  /// Bytes that wait for the rest of their sentence.
  std::size_t held() const { return buffer_.size() - at_ + sentence_bytes_; }

 private:
  enum class Read { word, more, wrong };
  Read read_word(std::string& word);

  Limits limits_;
  std::string buffer_;
  std::size_t at_ = 0;
  Words words_;
  std::size_t sentence_bytes_ = 0;
  bool failed_ = false;
};

}  // namespace openstrat::sim::api
