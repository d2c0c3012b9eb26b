#include "sim/console/line_editor.hpp"

#include <utility>

namespace openstrat::sim {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

void History::add(const std::string& line) {
  if (line.empty() || (!lines_.empty() && lines_.back() == line)) return;
  if (lines_.size() == kMaxLines) lines_.pop_front();
  lines_.push_back(line);
}

std::size_t LineEditor::left_of(std::size_t at) const {
  if (at == 0) return 0;
  do --at; while (at > 0 && continues(text_[at]));
  return at;
}

std::size_t LineEditor::right_of(std::size_t at) const {
  if (at >= text_.size()) return text_.size();
  do ++at; while (at < text_.size() && continues(text_[at]));
  return at;
}

std::size_t LineEditor::word_start() const {
  std::size_t at = cursor_;
  while (at > 0 && text_[at - 1] == ' ') --at;
  while (at > 0 && text_[at - 1] != ' ') --at;
  return at;
}

void LineEditor::erase(std::size_t from, std::size_t to) {
  text_.erase(from, to - from);
  cursor_ = from;
}

void LineEditor::insert(std::string_view text) {
  if (text_.size() + text.size() > kMaxBytes) return;
  text_.insert(cursor_, text);
  cursor_ += text.size();
}

void LineEditor::set(std::string text) {
  text_ = std::move(text);
  cursor_ = text_.size();
  back_ = 0;
}

void LineEditor::replace_before(std::size_t from, std::string_view with) {
  erase(from, cursor_);
  insert(with);
}

void LineEditor::recall(int step) {
  if (history_ == nullptr) return;
  const auto& lines = history_->lines();
  const std::size_t wanted = step > 0 ? back_ + 1 : back_ - (back_ > 0 ? 1 : 0);
  if (wanted == back_ || wanted > lines.size()) return;
  if (back_ == 0) draft_ = text_;
  text_ = wanted == 0 ? std::exchange(draft_, {}) : lines[lines.size() - wanted];
  cursor_ = text_.size();
  back_ = wanted;
}

bool LineEditor::control(char letter) {
  switch (letter) {
    case 'A': cursor_ = 0; return true;
    case 'E': cursor_ = text_.size(); return true;
    case 'B': cursor_ = left_of(cursor_); return true;
    case 'F': cursor_ = right_of(cursor_); return true;
    case 'P': recall(1); return true;
    case 'N': recall(-1); return true;
    case 'K': text_.erase(cursor_); return true;
    case 'U': erase(0, cursor_); return true;
    case 'W': erase(word_start(), cursor_); return true;
    case 'D': erase(cursor_, right_of(cursor_)); return true;
    default: return false;
  }
}

bool LineEditor::apply(const Key& key) {
  switch (key.kind) {
    case Key::Kind::text: insert(key.text); return true;
    case Key::Kind::backspace: erase(left_of(cursor_), cursor_); return true;
    case Key::Kind::erase: erase(cursor_, right_of(cursor_)); return true;
    case Key::Kind::left: return control('B');
    case Key::Kind::right: return control('F');
    case Key::Kind::home: return control('A');
    case Key::Kind::end: return control('E');
    case Key::Kind::up: return control('P');
    case Key::Kind::down: return control('N');
    case Key::Kind::control: return control(key.text[0]);
    default: return false;
  }
}

}  // namespace openstrat::sim
