#include "routeros/export.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/text.hpp"
#include "routeros/export_lexer.hpp"

namespace openstrat::routeros {
namespace {

using Kind = Lexeme::Kind;

/// `nov/21/2026 16:20:00` or `2026-11-21 16:20:00` → the latter; empty for anything else, redactions included.
std::string export_time(std::string_view written) {
  static constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                              "jul", "aug", "sep", "oct", "nov", "dec"};
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  char name[4] = {};
  const std::string text(written.substr(0, 40));
  if (std::sscanf(text.c_str(), "%3[A-Za-z]/%2d/%4d %2d:%2d:%2d", name, &day, &year, &hour, &minute, &second) == 6) {
    const auto found = std::ranges::find(kMonths, text::lower(name));
    month = static_cast<int>(found - kMonths.begin()) + 1;
  } else if (std::sscanf(text.c_str(), "%4d-%2d-%2d %2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) != 6) {
    return {};
  }
  const bool plausible = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour >= 0 && hour < 24 &&
                         minute >= 0 && minute < 60 && second >= 0 && second < 61;
  if (!plausible) return {};
  char out[40];
  std::snprintf(out, sizeof out, "%04d-%02d-%02d %02d:%02d:%02d", year, month, day, hour, minute, second);
  return out;
}

void read_header_line(ExportHeader& header, std::string_view line) {
  line.remove_prefix(1);  // '#'
  line = text::trim(line);
  constexpr std::string_view kBy = " by RouterOS ";
  if (const std::size_t by = line.find(kBy); by != line.npos && header.routeros_version.empty()) {
    const std::string_view version = line.substr(by + kBy.size());
    header.exported_at = export_time(line.substr(0, by));
    header.routeros_version = text::to_clean_utf8(version.substr(0, version.find(' ')));
    return;
  }
  const std::size_t equals = line.find('=');
  if (equals == line.npos) return;
  const std::string_view name = text::trim(line.substr(0, equals));
  const std::string value = text::to_clean_utf8(text::trim(line.substr(equals + 1)));
  if (name == "software id") header.software_id = value;
  else if (name == "system id") header.system_id = value;
  else if (name == "model") header.model = value;
  else if (name == "serial number") header.serial_number = value;
}

/// The text between two places without continued lines.
std::string joined(std::string_view source, std::size_t begin, std::size_t end) {
  std::string out;
  for (std::size_t at = begin; at < end;) {
    if (const std::size_t length = continuation_length(source, at)) at += length;
    else out += source[at++];
  }
  return std::string(text::trim(out));
}

/// Index behind the bracket that closes the one at `open`.
std::size_t behind_bracket(const std::vector<Lexeme>& lexemes, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t i = open; i < lexemes.size(); ++i) {
    if (lexemes[i].kind == Kind::open) ++depth;
    if (lexemes[i].kind == Kind::close && --depth == 0) return i + 1;
  }
  return lexemes.size();
}

class EntryReader {
 public:
  EntryReader(std::string_view source, const std::vector<Lexeme>& lexemes, const ExportLimits& limits)
      : source_(source), lexemes_(lexemes), limits_(limits) {}

  Entry read(CommandHead head) {
    entry_.menu = std::move(head.menu);
    entry_.command = std::move(head.command);
    entry_.line = lexemes_.front().line;
    for (std::size_t i = head.head_lexemes; i < lexemes_.size();) i = argument(i);
    return std::move(entry_);
  }
  bool truncated() const { return truncated_; }

 private:
  /// Reads the argument at `i`, returns the index behind it.
  std::size_t argument(std::size_t i) {
    const Lexeme& lexeme = lexemes_[i];
    if (lexeme.kind == Kind::attr) {
      const std::string name(lexeme.in(source_));
      if (i + 1 == lexemes_.size() || !adjacent(lexeme, lexemes_[i + 1])) return add(name, {}, false), i + 1;
      return value(name, i + 1);
    }
    if (lexeme.kind == Kind::open && lexeme.in(source_) == "[" && entry_.find.empty()) {
      const std::size_t behind = behind_bracket(lexemes_, i);
      if (i + 1 < lexemes_.size() && lexemes_[i + 1].in(source_) == "find") {
        const std::size_t from = lexemes_[i + 1].end;
        const std::size_t to = lexemes_[behind - 1].kind == Kind::close ? lexemes_[behind - 1].begin : lexemes_[behind - 1].end;
        entry_.find = joined(source_, std::min(from, to), to);
        return behind;
      }
    }
    if (lexeme.kind == Kind::bare && (entry_.command == "add" || !entry_.properties.empty())) {
      return add(std::string(lexeme.in(source_)), {}, true), i + 1;
    }
    return value({}, i);
  }

  /// White space or anything but a continued line between a name and what follows means an empty value.
  bool adjacent(const Lexeme& attr, const Lexeme& next) const {
    const std::size_t from = attr.end + 1;
    return next.begin == from || continuation_length(source_, from) == next.begin - from;
  }

  std::size_t value(std::string name, std::size_t i) {
    const Lexeme& lexeme = lexemes_[i];
    if (lexeme.kind == Kind::string || lexeme.kind == Kind::bare) {
      return add(std::move(name), unescape_value(source_, lexeme), false), i + 1;
    }
    const std::size_t behind = lexeme.kind == Kind::open ? behind_bracket(lexemes_, i) : i + 1;
    return add(std::move(name), joined(source_, lexeme.begin, lexemes_[behind - 1].end), false), behind;
  }

  void add(std::string name, std::string value, bool flag) {
    if (entry_.properties.size() >= limits_.max_properties) truncated_ = true;
    else entry_.properties.push_back({std::move(name), std::move(value), flag});
  }

  std::string_view source_;
  const std::vector<Lexeme>& lexemes_;
  const ExportLimits& limits_;
  Entry entry_;
  bool truncated_ = false;
};

bool is_rfc1918(const IpAddress& address) {
  if (!address.is_v4()) return false;
  const std::uint32_t value = address.v4_value();
  return (value >> 24) == 10 || (value >> 20) == 0xAC1 || (value >> 16) == 0xC0A8;
}

/// `255.255.255.0` → 24; nullopt when the ones are not contiguous.
std::optional<int> prefix_of_netmask(std::string_view netmask) {
  const auto mask = IpAddress::parse(netmask);
  if (!mask || !mask->is_v4()) return std::nullopt;
  const std::uint32_t value = mask->v4_value();
  const int ones = __builtin_popcount(value);
  if (ones < 32 && value << ones != 0) return std::nullopt;
  return ones;
}

std::optional<Cidr> address_of(const Entry& entry) {
  const std::string* written = entry.value("address");
  if (!written) return std::nullopt;
  const auto cidr = Cidr::parse(*written);
  if (!cidr || written->contains('/')) return cidr;
  const std::string* netmask = entry.value("netmask");
  const auto length = netmask ? prefix_of_netmask(*netmask) : std::nullopt;
  return Cidr(cidr->address(), length.value_or(32));
}

}  // namespace

const std::string* Entry::value(std::string_view name) const {
  const auto found = std::ranges::find(properties, name, &Property::name);
  return found == properties.end() ? nullptr : &found->value;
}

ExportHeader parse_export_header(std::string_view text) {
  ExportHeader header;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (int lines = 0; lines < 50 && !text.empty(); ++lines) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text::trim(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.starts_with('#')) read_header_line(header, line);
    else if (!line.empty()) break;
  }
  return header;
}

Export parse_export(std::string_view text, const ExportLimits& limits) {
  Export out;
  out.truncated = text.size() > limits.max_bytes;
  text = text.substr(0, limits.max_bytes);
  out.header = parse_export_header(text);
  std::string menu;
  std::size_t total_properties = 0;
  StatementReader reader(text);
  Statement statement;
  while (reader.next(statement)) {
    if (statement.continued) {
      out.truncated = true;
      continue;
    }
    if (statement.lexemes.front().kind == Kind::comment) continue;
    CommandHead head = read_head(text, statement.lexemes, menu);
    if (head.command.empty() && head.path_lexemes > 0) {
      menu = std::move(head.menu);
      continue;
    }
    if (out.entries.size() >= limits.max_entries || total_properties > limits.max_total_properties) {
      out.truncated = true;
      break;
    }
    EntryReader entry(text, statement.lexemes, limits);
    out.entries.push_back(entry.read(std::move(head)));
    total_properties += out.entries.back().properties.size();
    out.truncated |= entry.truncated();
  }
  return out;
}

std::vector<Subnet> discover_subnets(const Export& parsed) {
  std::vector<Subnet> subnets;
  for (const Entry& entry : parsed.entries) {
    if (entry.menu != "/ip/address" || entry.command != "add") continue;
    const std::string* disabled = entry.value("disabled");
    const auto cidr = address_of(entry);
    if (!cidr || (disabled && *disabled == "yes")) continue;
    if (cidr->prefix_length() > 30 || cidr->prefix_length() < 8 || !is_rfc1918(cidr->address())) continue;
    const std::string* interface = entry.value("interface");
    const std::string* comment = entry.value("comment");
    subnets.push_back({.subnet = cidr->network(),
                       .address = cidr->address(),
                       .interface = interface ? text::to_clean_utf8(*interface) : std::string(),
                       .comment = comment ? std::optional(text::to_clean_utf8(*comment)) : std::nullopt});
  }
  std::ranges::stable_sort(subnets, {}, &Subnet::subnet);
  const auto repeated = std::ranges::unique(subnets, {}, &Subnet::subnet);
  subnets.erase(repeated.begin(), repeated.end());
  return subnets;
}

}  // namespace openstrat::routeros
