#include "sim/console/screen.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace openstrat::sim {
namespace {

constexpr std::size_t kLeastText = 8;  ///< columns of text that even a narrow terminal shows

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string_view sequence(Tint::Colour colour) {
  switch (colour) {
    case Tint::Colour::menu: return "\x1b[36m";
    case Tint::Colour::command: return "\x1b[35m";
    case Tint::Colour::argument: return "\x1b[32m";
    case Tint::Colour::wrong: return "\x1b[31m";
  }
  return {};
}

/// Bytes that `columns` characters take from the start of `text`.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (continues(text[at])) continue;
    if (columns-- == 0) break;
  }
  return at;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = std::min(text.find('m', i), text.size() - 1);
      continue;
    }
    columns += continues(text[i]) ? 0 : 1;
  }
  return columns;
}

std::string tinted(std::string_view text, std::size_t start, const std::vector<Tint>& tints) {
  std::string out;
  std::size_t at = 0;
  for (const Tint& tint : tints) {
    const std::size_t from = std::clamp(tint.from, start, start + text.size()) - start;
    const std::size_t to = std::clamp(tint.to, start, start + text.size()) - start;
    if (from >= to || from < at) continue;
    out.append(text.substr(at, from - at)).append(sequence(tint.colour)).append(text.substr(from, to - from)).append("\x1b[m");
    at = to;
  }
  return out.append(text.substr(at));
}

std::string InputLine::begin(std::string_view prompt, std::string_view text, std::size_t cursor) {
  prompt_ = prompt;
  prompt_columns_ = columns_of(prompt);
  shown_.clear();
  shown_cursor_ = 0;
  columns_used_ = 0;
  scrolled_ = false;
  tints_.clear();
  return prompt_ + update(text, cursor);
}

std::string InputLine::update(std::string_view text, std::size_t cursor, std::vector<Tint> tints) {
  if (text == shown_ && cursor == shown_cursor_ && tints == tints_) return {};
  const bool plain = tints.empty() && tints_.empty();
  tints_ = std::move(tints);
  const std::size_t columns = columns_of(text);
  const bool fits = screen_.width == 0 || prompt_columns_ + columns < screen_.width;
  const bool appended = plain && !scrolled_ && fits && text.starts_with(shown_) && shown_cursor_ == shown_.size() && cursor == text.size();
  std::string out = appended ? std::string(text.substr(shown_.size())) : screen_.dumb ? redraw_dumb(text, cursor) : redraw(text, cursor);
  columns_used_ = columns;
  shown_ = text;
  shown_cursor_ = cursor;
  return out;
}

std::string InputLine::redraw(std::string_view text, std::size_t cursor) {
  const std::size_t total = columns_of(text);
  const std::size_t before = columns_of(text.substr(0, cursor));
  std::size_t room = screen_.width == 0 ? total + 1 : screen_.width > prompt_columns_ + kLeastText ? screen_.width - prompt_columns_ - 1 : kLeastText;
  std::size_t hidden = 0;  // characters left of what is shown; a `<` says so
  scrolled_ = total > room;
  if (scrolled_ && before >= room) hidden = std::min(total - room + 1, before - room / 2);
  const std::size_t start = bytes_of(text, hidden);
  std::string_view visible = text.substr(start);
  if (hidden > 0) --room;
  visible = visible.substr(0, bytes_of(visible, room));
  std::string out = "\r" + prompt_ + (hidden > 0 ? "<" : "");
  out.append(tinted(visible, start, tints_)).append("\x1b[K");
  const std::size_t column = before - hidden + (hidden > 0 ? 1 : 0);
  const std::size_t end = columns_of(visible) + (hidden > 0 ? 1 : 0);
  if (column < end) out += fmt::format("\x1b[{}D", end - column);
  return out;
}

std::string InputLine::redraw_dumb(std::string_view text, std::size_t cursor) {
  const std::size_t total = columns_of(text);
  std::string out = "\r" + prompt_;
  out.append(text);
  const std::size_t stale = columns_used_ > total ? columns_used_ - total : 0;
  out.append(stale, ' ').append(stale, '\b');
  return out.append(total - columns_of(text.substr(0, cursor)), '\b');
}

}  // namespace openstrat::sim
