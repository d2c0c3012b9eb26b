#include "sim/api/codec.hpp"

#include <utility>

namespace openstrat::sim::api {
namespace {

struct Form {
  std::uint32_t below;   ///< lengths under this are written so
  std::uint32_t mark;    ///< added to the length
  int bytes;
};
constexpr Form kForms[] = {{0x80, 0, 1}, {0x4000, 0x8000, 2}, {0x20'0000, 0xC0'0000, 3}, {0x1000'0000, 0xE000'0000, 4}};

/// How many bytes a length has that begins with `first`, and which bits of `first` belong to it; no bytes: reserved.
constexpr std::pair<int, std::uint32_t> form_of(unsigned char first) {
  if (first < 0x80) return {1, 0x7F};
  if (first < 0xC0) return {2, 0x3F};
  if (first < 0xE0) return {3, 0x1F};
  if (first < 0xF0) return {4, 0x0F};
  if (first < 0xF8) return {5, 0x00};
  return {0, 0};
}

}  // namespace

void append_length(std::string& out, std::uint32_t length) {
  for (const Form& form : kForms) {
    if (length >= form.below) continue;
    for (int i = form.bytes; i-- > 0;) out += static_cast<char>((length | form.mark) >> (8 * i) & 0xFF);
    return;
  }
  out += static_cast<char>(0xF0);
  for (int i = 4; i-- > 0;) out += static_cast<char>(length >> (8 * i) & 0xFF);
}

void append_word(std::string& out, std::string_view word) {
  append_length(out, static_cast<std::uint32_t>(word.size()));
  out += word;
}

std::string encode(const Words& words) {
  std::string out;
  for (const std::string& word : words) append_word(out, word);
  append_length(out, 0);
  return out;
}

Decoder::Read Decoder::read_word(std::string& word) {
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  if (rest.empty()) return Read::more;
  const auto [bytes, bits] = form_of(static_cast<unsigned char>(rest.front()));
  if (bytes == 0) return Read::wrong;
  if (rest.size() < static_cast<std::size_t>(bytes)) return Read::more;
  std::uint64_t length = static_cast<unsigned char>(rest.front()) & bits;
  for (int i = 1; i < bytes; ++i) length = length << 8 | static_cast<unsigned char>(rest[static_cast<std::size_t>(i)]);
  if (length > limits_.word_bytes || sentence_bytes_ + length > limits_.sentence_bytes) return Read::wrong;
  if (rest.size() < static_cast<std::size_t>(bytes) + length) return Read::more;
  word = rest.substr(static_cast<std::size_t>(bytes), length);
  at_ += static_cast<std::size_t>(bytes) + length;
  return Read::word;
}

std::optional<Words> Decoder::next() {
  std::string word;
  while (!failed_) {
    const Read read = read_word(word);
    if (read == Read::more) break;
    if (read == Read::wrong || (!word.empty() && words_.size() == limits_.words)) {
      failed_ = true;
      break;
    }
    if (!word.empty()) {
      sentence_bytes_ += word.size();
      words_.push_back(std::move(word));
      continue;
    }
    sentence_bytes_ = 0;
    if (!words_.empty()) return std::exchange(words_, {});
  }
  buffer_.erase(0, at_);  // only now: many sentences may have come in one piece
  at_ = 0;
  if (buffer_.empty()) buffer_ = std::string();
  return std::nullopt;
}

}  // namespace openstrat::sim::api
