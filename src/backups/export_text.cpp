#include "backups/export_text.hpp"

#include <algorithm>
#include <vector>

#include "backups/settings.hpp"
#include "base/text.hpp"
#include "routeros/diff.hpp"
#include "routeros/export.hpp"

namespace openstrat::backups {
namespace {

std::optional<std::string> not_empty(std::string text) {
  text = text::to_clean_utf8(text);
  if (text.empty()) return std::nullopt;
  return text;
}

bool is_text(std::string_view bytes) {
  return std::ranges::none_of(bytes, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f';
  });
}

bool has_menu_line(std::string_view bytes) { return bytes.starts_with('/') || bytes.find("\n/") != bytes.npos; }

std::vector<std::string_view> lines_of(std::string_view text) {
  auto lines = text::split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

/// The number after `sign` in `@@ -12,3 +14,4 @@`.
std::size_t hunk_start(std::string_view line, char sign) {
  const auto at = line.find(sign, 2);
  if (at == line.npos) return 1;
  auto digits = line.substr(at + 1);
  digits = digits.substr(0, digits.find_first_of(", "));
  return static_cast<std::size_t>(std::max<std::int64_t>(1, text::parse_int(digits).value_or(1)));
}

/// Replaces every line of a difference by the line of the same number in the redacted text of its side.
std::string hide_secrets(std::string_view diff, std::string_view from, std::string_view to) {
  const auto from_lines = lines_of(from);
  const auto to_lines = lines_of(to);
  std::string out;
  out.reserve(diff.size());
  std::size_t from_at = 0, to_at = 0;
  bool in_hunks = false;
  for (const std::string_view line : lines_of(diff)) {
    if (line.starts_with("@@ ")) {
      in_hunks = true;
      from_at = hunk_start(line, '-') - 1;
      to_at = hunk_start(line, '+') - 1;
      out += line;
    } else if (!in_hunks || line.empty() || line[0] == '\\') {
      out += line;
    } else {
      const bool is_removed = line[0] == '-';
      out += line[0];
      const auto& side = is_removed ? from_lines : to_lines;
      const std::size_t index = is_removed ? from_at : to_at;
      if (index < side.size()) out += side[index];
      if (line[0] != '+') ++from_at;
      if (!is_removed) ++to_at;
    }
    out += '\n';
  }
  return out;
}

}  // namespace

Status check_export(std::string_view bytes) {
  if (bytes.size() > kMaxUploadBytes) return fail(Errc::too_large, "The upload is longer than 20 MiB.");
  if (text::trim(bytes).empty()) return fail(Errc::invalid, "The upload is empty.");
  if (!is_text(bytes)) return fail(Errc::invalid, "The upload is not text.");
  const bool has_header = !routeros::parse_export_header(bytes).routeros_version.empty();
  if (!has_header && !has_menu_line(bytes)) return fail(Errc::invalid, "The upload is not a configuration export.");
  return {};
}

ExportFacts facts_of(std::string_view text) {
  auto header = routeros::parse_export_header(text);
  return {.exported_at = not_empty(std::move(header.exported_at)), .routeros_version = not_empty(std::move(header.routeros_version)),
          .software_id = not_empty(header.software_id.empty() ? std::move(header.system_id) : std::move(header.software_id)),
          .model = not_empty(std::move(header.model)), .serial_number = not_empty(std::move(header.serial_number))};
}

std::string readable(std::string_view text, Secrets secrets, const routeros::Brand& brand) {
  if (secrets == Secrets::shown) return text::to_clean_utf8(text, true);
  return text::to_clean_utf8(routeros::redact_export(text, brand), true);
}

std::string difference(std::string_view from_name, std::string_view from, std::string_view to_name, std::string_view to, Secrets secrets,
                       const routeros::Brand& brand) {
  const std::string before = routeros::normalise_export(from, brand);
  const std::string after = routeros::normalise_export(to, brand);
  std::string diff = routeros::unified_diff(from_name, before, to_name, after);
  if (secrets == Secrets::hidden && !diff.empty())
    diff = hide_secrets(diff, routeros::redact_export(before, brand), routeros::redact_export(after, brand));
  return text::to_clean_utf8(diff, true);
}

}  // namespace openstrat::backups
