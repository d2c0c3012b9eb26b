#include "sim/console/pager.hpp"

#include <algorithm>
#include <limits>

namespace openstrat::sim {
namespace {

constexpr std::string_view kQuestion = "-- [Q quit|D dump|down]";
constexpr std::size_t kEverything = std::numeric_limits<std::size_t>::max();

}  // namespace

void Pager::add(std::string_view line) {
  if (bytes_ + line.size() > kMaxBytes) return;
  bytes_ += line.size();
  std::size_t end = 0;
  do {
    end = std::min(line.find('\n'), line.size());
    lines_.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  } while (!line.empty());
}

std::string Pager::take(std::size_t rows) {
  std::string out;
  while (!lines_.empty() && rows > 0) {
    const std::size_t columns = std::max<std::size_t>(1, columns_of(lines_.front()));
    const std::size_t taken = screen_.width == 0 ? 1 : (columns + screen_.width - 1) / screen_.width;
    rows -= std::min(rows, taken);
    out += lines_.front() + "\r\n";
    lines_.pop_front();
  }
  if (lines_.empty()) bytes_ = 0;
  else out += kQuestion;
  return out;
}

std::string Pager::show() { return take(screen_.height > 1 ? screen_.height - 1 : kEverything); }

std::string Pager::hide_question() const {
  if (!screen_.dumb) return "\r\x1b[K";
  return "\r" + std::string(kQuestion.size(), ' ') + "\r";
}

std::string Pager::key(const Key& key) {
  const bool quits = key.is('C') || (key.kind == Key::Kind::text && (key.text[0] == 'q' || key.text[0] == 'Q'));
  if (quits) {
    lines_.clear();
    bytes_ = 0;
    return hide_question();
  }
  if (key.kind == Key::Kind::text && (key.text[0] == 'd' || key.text[0] == 'D')) return hide_question() + take(kEverything);
  if (key.kind == Key::Kind::down || key.kind == Key::Kind::enter) return hide_question() + take(1);
  if (key.kind == Key::Kind::page_down || (key.kind == Key::Kind::text && key.text[0] == ' ')) return hide_question() + show();
  return {};
}

}  // namespace openstrat::sim
