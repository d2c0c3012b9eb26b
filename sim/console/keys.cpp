#include "sim/console/keys.hpp"

#include <algorithm>
#include <utility>

namespace openstrat::sim {
namespace {

using Kind = Key::Kind;

constexpr char kEscape = '\x1b';
constexpr std::size_t kLongestSequence = 32;

/// How many bytes the character takes that starts with `first`.
std::size_t character_size(unsigned char first) {
  if (first < 0xC0) return 1;
  return first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF8 ? 4 : 1;
}

Kind kind_of_sequence(std::string_view parameters, char final) {
  switch (final) {
    case 'A': return Kind::up;
    case 'B': return Kind::down;
    case 'C': return Kind::right;
    case 'D': return Kind::left;
    case 'H': return Kind::home;
    case 'F': return Kind::end;
    case 'P': return Kind::help;
    case 'S': return Kind::safe_mode;
    case '~': break;
    default: return Kind::unknown;
  }
  static constexpr std::pair<std::string_view, Kind> kNumbered[] = {
      {"1", Kind::home}, {"7", Kind::home}, {"4", Kind::end}, {"8", Kind::end}, {"3", Kind::erase}, {"6", Kind::page_down}, {"11", Kind::help}, {"14", Kind::safe_mode}};
  const auto known = std::ranges::find(kNumbered, parameters.substr(0, parameters.find(';')), &std::pair<std::string_view, Kind>::first);
  return known == std::end(kNumbered) ? Kind::unknown : known->second;
}

}  // namespace

/// At an escape character. False: the rest has not come yet.
bool KeyReader::escape(Key& key) {
  const std::string_view rest = std::string_view(pending_).substr(at_);
  if (rest.size() < 2) return false;
  if (rest[1] != '[' && rest[1] != 'O') {  // alt and a key
    at_ += 2;
    key = {};
    return true;
  }
  // The console of Linux writes F1 as ESC [ [ A.
  const std::size_t start = rest.substr(2).starts_with('[') && rest[1] == '[' ? 3 : 2;
  const auto final = std::find_if(rest.begin() + static_cast<std::ptrdiff_t>(std::min(start, rest.size())), rest.end(), [](char c) { return c >= 0x40 && c <= 0x7e; });
  if (final == rest.end()) {
    if (rest.size() < kLongestSequence) return false;
    at_ += rest.size();
    key = {};
    return true;
  }
  const auto length = static_cast<std::size_t>(final - rest.begin());
  key = {};
  if (start == 3) key.kind = *final == 'A' ? Kind::help : *final == 'D' ? Kind::safe_mode : Kind::unknown;
  else key.kind = kind_of_sequence(rest.substr(start, length - start), *final);
  at_ += length + 1;
  return true;
}

bool KeyReader::printable(Key& key) {
  const std::string_view rest = std::string_view(pending_).substr(at_);
  std::size_t length = 0;
  while (length < rest.size()) {
    const auto c = static_cast<unsigned char>(rest[length]);
    if (c < 0x20 || c == 0x7f) break;
    const std::size_t size = character_size(c);
    if (length + size > rest.size()) {
      if (length == 0) return false;
      break;
    }
    length += size;
    if (c == '?') break;  // may be a key of its own
    if (length < rest.size() && rest[length] == '?') break;
  }
  key = {Kind::text, std::string(rest.substr(0, length))};
  at_ += length;
  return true;
}

bool KeyReader::next(Key& key) {
  while (at_ < pending_.size()) {
    const char c = pending_[at_];
    const bool skip = c == '\n' && std::exchange(after_return_, false);
    if (skip || c == '\0') {  // telnet sends NUL behind a carriage return
      ++at_;
      continue;
    }
    after_return_ = c == '\r';
    if (c == kEscape) return escape(key);
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) return printable(key);
    ++at_;
    switch (c) {
      case '\r': case '\n': key = {Kind::enter, {}}; break;
      case '\t': key = {Kind::tab, {}}; break;
      case '\b': case 0x7f: key = {Kind::backspace, {}}; break;
      default: key = {Kind::control, std::string(1, static_cast<char>(c + '@'))}; break;
    }
    return true;
  }
  pending_.clear();
  at_ = 0;
  return false;
}

std::string KeyReader::take_rest() {
  if (after_return_ && at_ < pending_.size() && (pending_[at_] == '\n' || pending_[at_] == '\0')) ++at_;
  std::string rest = pending_.substr(at_);
  pending_.clear();
  at_ = 0;
  return rest;
}

bool KeyReader::drop_to_interrupt() {
  const auto found = pending_.rfind('\x03');
  if (found == std::string::npos || found < at_) return false;
  pending_.erase(0, found + 1);
  at_ = 0;
  return true;
}

}  // namespace openstrat::sim
