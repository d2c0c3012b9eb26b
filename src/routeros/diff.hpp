// Unified differences of two texts by lines, at a bounded cost.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace openstrat::routeros {

inline constexpr std::size_t kMaxDiffEdits = 10'000;

/// `--- from` / `+++ to`, hunks `@@ -a,b +c,d @@` with three context lines; empty when the texts are equal.
/// When more than `max_edits` lines have no counterpart on the other side, no smaller difference is searched for: everything
/// between the common beginning and the common end is shown as one replaced block.
std::string unified_diff(std::string_view from_name, std::string_view from, std::string_view to_name, std::string_view to,
                         std::size_t max_edits = kMaxDiffEdits);

/// A unified diff as `<pre class="rsc-diff">` with one `<span class="file|hunk|add|del|ctx">` a line, escaped.
std::string highlight_diff(std::string_view diff);

}  // namespace openstrat::routeros
