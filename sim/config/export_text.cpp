#include "sim/config/export_text.hpp"

#include <vector>

namespace openstrat::sim {
namespace {

constexpr std::size_t kMaxToken = 77;  ///< content of a line that a whole token or value may reach
constexpr std::size_t kMaxFill = 78;   ///< content of a line inside a value that is broken
constexpr std::string_view kIndent = "    ";
constexpr std::string_view kNewline = "\\n";

bool is_plain(char c) {
  const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alphanumeric || std::string_view("-.:/,~!_@<>*%#").find(c) != std::string_view::npos;
}

/// One byte of a value as an export writes it between quotes.
std::string escaped(char c) {
  constexpr char kHex[] = "0123456789ABCDEF";
  switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '$': return "\\$";
    case '?': return "\\?";
    case '\r': return "\\r";
    case '\n': return "\\n";
    case '\t': return "\\t";
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte < 0x7F) return std::string(1, c);
  return {'\\', kHex[byte >> 4], kHex[byte & 15]};
}

/// What must not be split: an escape, or one character.
std::vector<std::string> quoted_units(std::string_view value) {
  std::vector<std::string> units{"\""};
  for (const char c : value) units.push_back(escaped(c));
  units.emplace_back("\"");
  return units;
}

class LineWriter {
 public:
  LineWriter(std::string& out, std::string_view head, bool wrap) : out_(out), content_(head), wrap_(wrap) {}

  void bare(std::string_view word) {
    if (wrap_ && content_.size() + 1 + word.size() > kMaxToken) {
      end_line(" \\");
      content_ = kIndent;
    } else {
      content_ += ' ';
    }
    content_ += word;
  }

  void token(const ExportToken& token) {
    const std::string value = exported_value(token.value);
    const bool multiline = token.value.find('\n') != std::string::npos;
    std::string named = " " + std::string(token.name) + "=";
    if (!multiline && fits(named.size() + value.size())) {
      content_ += named + value;
      return;
    }
    if (fits(named.size())) {
      content_ += named;
    } else {
      end_line(" \\");
      content_ = std::string(kIndent) + named.substr(1);
    }
    if (!multiline && fits(value.size())) {
      content_ += value;
    } else if (!multiline && kIndent.size() + value.size() <= kMaxToken) {
      end_line("\\");
      content_ = std::string(kIndent) + value;
    } else {
      fill(token.value);
    }
  }

  void finish() { out_.append(content_).append("\n"); }

 private:
  bool fits(std::size_t more) const { return !wrap_ || content_.size() + more <= kMaxToken; }

  void end_line(std::string_view mark) { out_.append(content_).append(mark).append("\n"); }

  void fill(std::string_view value) {
    for (const std::string& unit : quoted_units(value)) {
      const bool full = wrap_ && content_.size() + unit.size() > kMaxFill;
      if (full || unit == kNewline) {
        end_line("\\");
        content_ = kIndent;
        content_ += unit == " " ? "\\_" : unit;  // blanks at the start of a continued line would vanish
      } else {
        content_ += unit;
      }
    }
  }

  std::string& out_;
  std::string content_;
  bool wrap_;
};

}  // namespace

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (const char c : value) {
    if (!is_plain(c)) return true;
  }
  return false;
}

std::string exported_value(std::string_view value) {
  if (!needs_quotes(value)) return std::string(value);
  std::string out;
  for (const std::string& unit : quoted_units(value)) out += unit;
  return out;
}

void append_export_line(std::string& out, std::string_view head, std::span<const ExportToken> tokens, bool wrap) {
  LineWriter line(out, head, wrap);
  for (const ExportToken& token : tokens) {
    if (token.bare) line.bare(token.name);
    else line.token(token);
  }
  line.finish();
}

}  // namespace openstrat::sim
