#include "routeros/export_secrets.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace openstrat::routeros {
namespace {

using Kind = Lexeme::Kind;

constexpr int kMaxQuoting = 5;                      ///< scripts inside scripts inside …
constexpr std::size_t kMaxInspected = 1024 * 1024;  ///< a longer value is no script of a router: all of it is hidden

bool is_secret_name(std::string_view written, std::string_view menu) {
  static constexpr std::array<std::string_view, 14> kNames = {"password", "secret", "passphrase", "private-key", "preshared-key",
                                                             "pre-shared-key", "auth-key", "authentication-key", "api-key", "token",
                                                             "cak", "sim-pin", "pin", "passwd"};
  static constexpr std::array<std::string_view, 8> kEndings = {"-password", "-secret", "-passphrase", "-private-key", "-preshared-key",
                                                              "-pre-shared-key", "-md5-key", "-token"};
  const std::string name = text::lower(written.substr(written.rfind('.') + 1));
  if (std::ranges::find(kNames, name) != kNames.end()) return true;
  if (std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); })) return true;
  if (name.starts_with("static-key-") || name.ends_with("protection-key")) return true;
  if (name == "key") return menu.starts_with("/system/ntp") || menu.starts_with("/routing") || menu.starts_with("/ip/ipsec") || menu.starts_with("/interface/macsec");
  return false;
}

/// Secrets in headers, URLs and messages; the one matching group is the secret.
const RE2& text_secrets() {
  static const RE2* const pattern = [] {
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    return new RE2(
        R"((?:\bbearer +|\bauthorization: *[a-z]+ +)([a-z0-9._~+/=-]{6,}))"
        R"(|\b[a-z-]*(?:token|api-?key|secret|password) *: *([^\s,"'\\;]{4,}))"
        R"(|://[^/\s:@"]*:([^/\s@"]+)@)"
        R"(|[?&](?:[a-z_-]*(?:token|key|secret|signature|password|passwd|pwd|auth)|sig|pass)=([^&\s"';\\]+))"
        R"(|/bot[0-9]{6,}:([a-z0-9_-]{10,}))"
        R"(|hooks\.slack\.com/services/([a-z0-9/]+))"
        R"(|/api/webhooks/[0-9]+/([a-z0-9_-]+))",
        options);
  }();
  return *pattern;
}

void find_in_text(std::string_view value, std::vector<ByteRange>& out) {
  if (value.size() < 10 || value.find_first_of(":?&") == value.npos) {
    if (!value.contains("earer ")) return;
  }
  constexpr int kGroups = 8;
  re2::StringPiece groups[kGroups];
  const re2::StringPiece whole(value.data(), value.size());
  std::size_t from = 0;
  while (text_secrets().Match(whole, from, value.size(), RE2::UNANCHORED, groups, kGroups)) {
    for (int group = 1; group < kGroups; ++group) {
      if (groups[group].data() == nullptr) continue;
      const auto begin = static_cast<std::size_t>(groups[group].data() - value.data());
      out.emplace_back(begin, begin + groups[group].size());
    }
    from = static_cast<std::size_t>(groups[0].data() - value.data()) + std::max<std::size_t>(groups[0].size(), 1);
  }
}

/// Where the value of a lexeme stands, without quotes.
ByteRange inside(std::string_view source, const Lexeme& lexeme) {
  if (lexeme.kind != Kind::string) return {lexeme.begin, lexeme.end};
  const bool closed = lexeme.end > lexeme.begin + 1 && source[lexeme.end - 1] == '"';
  return {lexeme.begin + 1, lexeme.end - (closed ? 1 : 0)};
}

class Finder {
 public:
  Finder(std::string_view menu, int quoting) : menu_(menu), quoting_(quoting) {}

  void lexemes(std::string_view source, const std::vector<Lexeme>& lexemes) {
    const Lexeme* before = nullptr;
    for (const Lexeme& lexeme : lexemes) {
      next(source, lexeme, before);
      before = &lexeme;
    }
  }

  void code(std::string_view source) {
    ExportLexer lexer(source);
    Lexeme lexeme{}, before{};
    bool first = true;
    while (lexer.next(lexeme)) {
      next(source, lexeme, first ? nullptr : &before);
      before = lexeme;
      first = false;
    }
  }

  std::vector<ByteRange> take() {
    std::ranges::sort(found_);
    std::vector<ByteRange> merged;
    for (const ByteRange& range : found_) {
      if (!merged.empty() && range.first <= merged.back().second) merged.back().second = std::max(merged.back().second, range.second);
      else if (range.first < range.second) merged.push_back(range);
    }
    return merged;
  }

 private:
  void next(std::string_view source, const Lexeme& lexeme, const Lexeme* before) {
    if (lexeme.kind == Kind::comment) return find_in_comment(source, lexeme);
    if (lexeme.kind != Kind::string && lexeme.kind != Kind::bare) return;
    if (before && names_a_secret(source, *before, lexeme)) {
      const ByteRange range = inside(source, lexeme);
      if (range.first < range.second && source[range.first] != '$') found_.push_back(range);
      return;
    }
    if (lexeme.end - lexeme.begin > kMaxInspected) {
      found_.push_back(inside(source, lexeme));
      return;
    }
    std::vector<std::size_t> origin;
    const std::string value = unescape_value(source, lexeme, &origin);
    std::vector<ByteRange> inner;
    find_in_text(value, inner);
    if (lexeme.kind == Kind::string && quoting_ < kMaxQuoting && value.find_first_of("=\"") != value.npos) find_in_code(value, inner);
    for (const auto& [begin, end] : inner) {
      if (begin < end) found_.emplace_back(origin[begin], origin[end - 1] + (lexeme.kind == Kind::string ? escape_length(source, origin[end - 1]) : 1));
    }
  }

  /// `password="…"`, and `:local password "…"` in scripts.
  bool names_a_secret(std::string_view source, const Lexeme& before, const Lexeme& value) const {
    if (before.kind == Kind::attr) return is_secret_name(before.in(source), menu_);
    return quoting_ > 0 && before.kind == Kind::bare && value.kind == Kind::string && is_secret_name(before.in(source), menu_);
  }

  void find_in_code(std::string_view value, std::vector<ByteRange>& out) const {
    Finder finder(menu_, quoting_ + 1);
    finder.code(value);
    for (const ByteRange& range : finder.take()) out.push_back(range);
  }

  void find_in_comment(std::string_view source, const Lexeme& lexeme) {
    std::vector<ByteRange> inner;
    find_in_text(lexeme.in(source), inner);
    for (const auto& [begin, end] : inner) found_.emplace_back(lexeme.begin + begin, lexeme.begin + end);
  }

  std::string_view menu_;
  int quoting_;
  std::vector<ByteRange> found_;
};

/// Calls `use(name, value lexeme)` for each property.
template <class Use>
void for_each_property(std::string_view source, const std::vector<Lexeme>& lexemes, Use&& use) {
  for (std::size_t i = 0; i + 1 < lexemes.size(); ++i) {
    const Kind kind = lexemes[i + 1].kind;
    if (lexemes[i].kind == Kind::attr && (kind == Kind::string || kind == Kind::bare)) use(lexemes[i].in(source), lexemes[i + 1]);
  }
}

}  // namespace

std::vector<ByteRange> find_secrets(std::string_view source, const std::vector<Lexeme>& lexemes, std::string_view menu, const Brand& brand) {
  Finder finder(menu, 0);
  finder.lexemes(source, lexemes);
  std::vector<ByteRange> ranges = finder.take();
  // The name of an SNMP community is its password; ours is random and changes with each adoption.
  if (menu == "/snmp/community") {
    for_each_property(source, lexemes, [&](std::string_view name, const Lexeme& value) {
      if (name == "name" && unescape_value(source, value).starts_with(brand.prefix)) ranges.push_back(inside(source, value));
    });
    std::ranges::sort(ranges);
  }
  return ranges;
}

bool is_ours(std::string_view source, const std::vector<Lexeme>& lexemes, const Brand& brand) {
  bool ours = false;
  for_each_property(source, lexemes, [&](std::string_view name, const Lexeme& value) {
    if (ours || value.end - value.begin > kMaxInspected) return;
    if (name == "comment") ours = unescape_value(source, value).starts_with(brand.comment);
    if (name == "name") ours = unescape_value(source, value).starts_with(brand.prefix);
  });
  return ours;
}

}  // namespace openstrat::routeros
