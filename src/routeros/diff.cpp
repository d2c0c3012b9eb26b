#include "routeros/diff.hpp"

#include <git2.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/text.hpp"
#include "routeros/html.hpp"

namespace openstrat::routeros {
namespace {

constexpr std::size_t kContext = 3;

/// Lines with their line ends.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

using Lines = std::vector<std::string_view>;

/// A lower bound of the edits between two texts: lines that one side has more often than the other.
std::size_t lines_without_counterpart(const Lines& from, const Lines& to) {
  std::unordered_map<std::string_view, long> surplus;
  surplus.reserve(from.size());
  for (const std::string_view line : from) ++surplus[line];
  for (const std::string_view line : to) --surplus[line];
  std::size_t total = 0;
  for (const auto& [line, count] : surplus) total += static_cast<std::size_t>(std::labs(count));
  return total;
}

void append_line(std::string& out, char mark, std::string_view line) {
  out += mark;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

/// A side of a hunk header. A side without lines counts from the line before, as everywhere.
void append_range(std::string& out, char mark, std::size_t start, std::size_t count) {
  out += mark;
  out += std::to_string(count == 0 ? start - 1 : start) + ',' + std::to_string(count);
}

std::string replaced_block(const Lines& from, const Lines& to) {
  std::size_t head = 0;
  while (head < from.size() && head < to.size() && from[head] == to[head]) ++head;
  std::size_t tail = 0;
  while (tail < from.size() - head && tail < to.size() - head && from[from.size() - 1 - tail] == to[to.size() - 1 - tail]) ++tail;
  const std::size_t before = std::min(head, kContext), after = std::min(tail, kContext);
  const std::size_t start = head - before;
  std::string out = "@@ ";
  append_range(out, '-', start + 1, from.size() - tail + after - start);
  out += ' ';
  append_range(out, '+', start + 1, to.size() - tail + after - start);
  out += " @@\n";
  for (std::size_t i = start; i < head; ++i) append_line(out, ' ', from[i]);
  for (std::size_t i = head; i < from.size() - tail; ++i) append_line(out, '-', from[i]);
  for (std::size_t i = head; i < to.size() - tail; ++i) append_line(out, '+', to[i]);
  for (std::size_t i = from.size() - tail; i < from.size() - tail + after; ++i) append_line(out, ' ', from[i]);
  return out;
}

struct PatchDeleter {
  void operator()(git_patch* patch) const { git_patch_free(patch); }
};

/// The hunks as libgit2's diff (Myers with cost heuristics) finds them; empty when it fails.
std::string hunks(std::string_view from, std::string_view to) {
  static const bool ready = git_libgit2_init() > 0;
  if (!ready) return {};
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  options.flags = GIT_DIFF_FORCE_TEXT;
  options.context_lines = kContext;
  options.interhunk_lines = 0;
  git_patch* raw = nullptr;
  if (git_patch_from_buffers(&raw, from.data(), from.size(), "from", to.data(), to.size(), "to", &options) != 0) return {};
  const std::unique_ptr<git_patch, PatchDeleter> patch(raw);
  std::string out;
  for (std::size_t h = 0; h < git_patch_num_hunks(patch.get()); ++h) {
    const git_diff_hunk* hunk = nullptr;
    std::size_t count = 0;
    if (git_patch_get_hunk(&hunk, &count, patch.get(), h) != 0) return {};
    out += "@@ -" + std::to_string(hunk->old_start) + ',' + std::to_string(hunk->old_lines) + " +" +
           std::to_string(hunk->new_start) + ',' + std::to_string(hunk->new_lines) + " @@\n";
    for (std::size_t l = 0; l < count; ++l) {
      const git_diff_line* line = nullptr;
      if (git_patch_get_line_in_hunk(&line, patch.get(), h, l) != 0) return {};
      const bool content = line->origin == GIT_DIFF_LINE_CONTEXT || line->origin == GIT_DIFF_LINE_ADDITION || line->origin == GIT_DIFF_LINE_DELETION;
      if (content) append_line(out, line->origin, {line->content, line->content_len});
    }
  }
  return out;
}

}  // namespace

std::string unified_diff(std::string_view from_name, std::string_view from, std::string_view to_name, std::string_view to, std::size_t max_edits) {
  if (from == to) return {};
  const Lines from_lines = lines_of(from), to_lines = lines_of(to);
  std::string body;
  if (lines_without_counterpart(from_lines, to_lines) <= max_edits) body = hunks(from, to);
  if (body.empty()) body = replaced_block(from_lines, to_lines);
  std::string out = "--- ";
  out += from_name;
  out += "\n+++ ";
  out += to_name;
  out += '\n';
  return out + body;
}

std::string highlight_diff(std::string_view diff) {
  const std::string clean = text::to_clean_utf8(diff, true);
  std::string out = "<pre class=\"rsc-diff\">";
  std::size_t number = 0;
  for (std::string_view line : lines_of(clean)) {
    const bool ended = line.ends_with('\n');
    if (ended) line.remove_suffix(1);
    const char first = line.empty() ? ' ' : line.front();
    const char* css_class = number++ < 2      ? "file"
                            : first == '@'    ? "hunk"
                            : first == '+'    ? "add"
                            : first == '-'    ? "del"
                                              : "ctx";
    out += "<span class=\"";
    out += css_class;
    out += "\">";
    append_html(out, line);
    out += "</span>";
    if (ended) out += '\n';
  }
  return out + "</pre>";
}

}  // namespace openstrat::routeros
