#include "search/docs_service.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "search/words.hpp"

namespace openstrat::search {
namespace {

constexpr std::size_t kExcerpt = 300;

/// As GitHub and most renderers make them.
std::string anchor_of(std::string_view heading) {
  std::string out;
  for (const char c : text::lower(heading)) {
    if (c == ' ' || c == '-') out += '-';
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (static_cast<unsigned char>(c) & 0x80)) out += c;
  }
  return out;
}

std::string excerpt_of(std::string_view text) {
  std::string out(text::trim(text));
  if (out.size() <= kExcerpt) return out;
  std::size_t end = out.rfind(' ', kExcerpt);
  if (end == out.npos) end = 0;
  return out.substr(0, end) + " …";
}

/// The word as it stands in the section, or one that is an error apart; nullptr: neither.
const std::string* found_word(const std::string& part, std::string_view heading, std::string_view body, const std::vector<std::string>& words) {
  if (heading.contains(part) || body.contains(part)) return &part;
  if (words_of(part) != std::vector<std::string>{part}) return nullptr;
  const auto similar = std::ranges::find_if(words, [&](const auto& word) { return one_error_apart(word, part); });
  return similar == words.end() ? nullptr : &*similar;
}

}  // namespace

DocsService::DocsService(const std::vector<DocsPage>& pages) {
  for (const auto& page : pages) add(page);
}

void DocsService::add(const DocsPage& page) {
  Section section{.path = std::string(page.path)};
  std::string text;
  const auto finish = [&] {
    if (section.heading.empty()) return;
    section.excerpt = excerpt_of(text);
    section.body = normalised(text);
    section.words = words_of(normalised(section.heading) + ' ' + section.body);
    sections_.push_back(section);
  };
  bool in_code = false;
  for (const auto line : text::split(page.text, '\n')) {
    if (line.starts_with("```")) in_code = !in_code;
    const auto marks = std::min(line.find_first_not_of('#'), line.size());
    if (in_code || marks == 0 || marks > 4 || marks >= line.size() || line[marks] != ' ') {
      text.append(line) += '\n';
      continue;
    }
    finish();
    text.clear();
    section.heading = text::trim(line.substr(marks));
    if (marks == 1) section.page = section.heading;
    section.anchor = marks == 1 ? std::string() : anchor_of(section.heading);
  }
  finish();
}

std::vector<DocsHit> DocsService::search(std::string_view question) const {
  const auto text = normalised(question);
  const auto parts = parts_of(text);
  std::vector<DocsHit> hits;
  if (parts.empty()) return hits;
  for (const auto& section : sections_) {
    const auto heading = normalised(section.heading);
    std::vector<std::string> words;
    bool corrected = false;
    for (const auto& part : parts) {
      const auto* word = found_word(part, heading, section.body, section.words);
      if (word == nullptr) break;
      corrected = corrected || *word != part;
      words.push_back(*word);
    }
    if (words.size() < parts.size()) continue;
    hits.push_back({section.path, section.anchor, section.page, section.heading, section.excerpt, score(text, words, corrected, heading, section.body)});
  }
  std::ranges::stable_sort(hits, std::greater(), &DocsHit::score);
  return hits;
}

}  // namespace openstrat::search
