#include "search/words.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/crypto.hpp"
#include "base/net.hpp"
#include "base/text.hpp"

namespace openstrat::search {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_word_character(char c) { return is_letter(c) || is_digit(c); }

void append_utf8(std::string& out, unsigned point) {  // of the private use area: three bytes
  out += static_cast<char>(0xE0 | (point >> 12));
  out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
  out += static_cast<char>(0x80 | (point & 0x3F));
}

bool begins_word(std::string_view text, std::size_t at) { return at == 0 || !is_word_character(text[at - 1]); }

/// The best place of a word: 2 at the beginning of a word, 1 within one, 0 nowhere.
int place_of(std::string_view text, std::string_view word) {
  int best = 0;
  for (auto at = text.find(word); at != text.npos && best < 2; at = text.find(word, at + 1)) best = begins_word(text, at) ? 2 : 1;
  return best;
}

}  // namespace

std::string normalised(std::string_view text) {
  std::string out;
  for (const char c : text::lower(text)) {
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
    if (!blank) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  for (const auto part : text::split(text, ' '))
    if (!part.empty()) parts.emplace_back(part);
  return parts;
}

std::vector<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_word_character(text[end])) ++end;
    const auto word = text.substr(at, end - at);
    if (word.size() >= 4 && word.size() <= 32 && std::ranges::any_of(word, is_letter)) words.emplace(word);
    at = std::max(end, at + 1);
  }
  return {words.begin(), words.end()};
}

std::vector<std::string> variants_of(std::string_view word) {
  std::set<std::string> variants{std::string(word)};
  for (std::size_t i = 0; i < word.size(); ++i) variants.insert(std::string(word.substr(0, i)).append(word.substr(i + 1)));
  return {variants.begin(), variants.end()};
}

bool one_error_apart(std::string_view a, std::string_view b) {
  if (a.size() < b.size()) std::swap(a, b);
  if (a == b || a.size() - b.size() > 1) return a == b;
  const auto differ = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  const auto rest_a = a.substr(differ), rest_b = b.substr(differ);
  if (a.size() > b.size()) return rest_a.substr(1) == rest_b;
  if (rest_a.substr(1) == rest_b.substr(1)) return true;
  return rest_a.size() > 1 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] && rest_a.substr(2) == rest_b.substr(2);
}

std::string compact_mac(std::string_view text) {
  std::string digits;
  bool separated = false;
  for (const char c : text) {
    if (is_hex(c)) digits += c;
    else if (c == ':' || c == '-' || c == '.') separated = true;
    else return {};
  }
  return separated && digits.size() >= 4 && digits.size() <= 12 ? digits : std::string();
}

bool looks_like_mac(std::string_view text) {
  if (compact_mac(text).empty() || text.contains('.')) return false;
  std::size_t run = 0;
  for (const char c : text) {
    run = is_hex(c) ? run + 1 : 0;
    if (run > 2) return false;
  }
  return true;
}

std::string mark_of(const CustomerId& customer) {
  constexpr unsigned kFirst = 0xE000, kCount = 6400;
  const auto digest = crypto::sha256(customer.to_string());
  std::string mark;
  for (std::size_t i = 0; i < 3; ++i)
    append_utf8(mark, kFirst + (static_cast<unsigned char>(digest[2 * i]) * 256u + static_cast<unsigned char>(digest[2 * i + 1])) % kCount);
  return mark;
}

Indexed indexed(const CustomerId& customer, const Document& document) {
  Indexed out{.body = mark_of(customer)};
  std::set<std::string> keys, words;
  const auto add_text = [&](std::string_view text) {
    const auto line = normalised(text);
    if (line.empty()) return;
    out.body += '\n' + line;
    words.merge([&] {
      const auto found = words_of(line);
      return std::set<std::string>(found.begin(), found.end());
    }());
  };
  add_text(document.name);
  add_text(document.description);
  for (const auto& [name, value] : document.metadata.entries())
    if (const auto* text = std::get_if<std::string>(&value)) add_text(*text);
  keys.insert(normalised(document.name).substr(0, 200));
  keys.insert(normalised(document.id).substr(0, 200));
  for (const auto& key : document.keys) {
    const auto plain = normalised(key).substr(0, 200);
    if (plain.empty()) continue;
    keys.insert(plain);
    out.body += '\n' + plain;
    if (!MacAddress::parse(key)) continue;
    const auto compact = compact_mac(plain);
    if (compact.empty()) continue;
    keys.insert(compact);
    out.body += '\n' + compact;
  }
  out.body += '\n' + normalised(document.id);
  keys.erase("");
  out.keys.assign(keys.begin(), keys.end());
  out.words.assign(words.begin(), words.end());
  return out;
}

double score(std::string_view question, const std::vector<std::string>& words, bool corrected, std::string_view given_name, std::string_view body) {
  const std::string name = normalised(given_name);
  const double shortness = static_cast<double>(question.size()) / static_cast<double>(std::max(question.size(), name.size()));
  double base = 0;
  if (name == question) {
    base = 1;
  } else if (const auto line = body.find('\n' + std::string(question) + '\n'); line != body.npos || body.ends_with('\n' + std::string(question))) {
    base = 0.97;  // a serial number, an address, an id
  } else if (name.starts_with(question)) {
    base = 0.88 + 0.08 * shortness;
  } else if (const int in_name = place_of(name, question); in_name > 0) {
    base = (in_name == 2 ? 0.8 : 0.72) + 0.07 * shortness;
  } else if (const int in_body = place_of(body, question); in_body > 0) {
    base = in_body == 2 ? 0.68 : 0.6;
  } else {
    double places = 0;
    for (const auto& word : words) places += place_of(name, word) > 0 ? 1 : 0.5;
    base = words.empty() ? 0.3 : 0.35 + 0.2 * places / static_cast<double>(words.size()) + 0.03 * shortness;
  }
  return corrected ? 0.8 * base : base;
}

}  // namespace openstrat::search
