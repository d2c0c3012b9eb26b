#include "http/path_trie.hpp"

#include <algorithm>
#include <span>

#include "base/ids.hpp"
#include "base/text.hpp"
#include "http/declaration.hpp"
#include "http/url_text.hpp"

namespace openstrat::http {
namespace {

constexpr std::size_t kMaxSegments = 16;

SegmentKind parse_kind(std::string_view pattern, std::string_view kind) {
  if (kind.empty()) return SegmentKind::any;
  if (kind == "uuid") return SegmentKind::uuid;
  if (kind == "runbook") return SegmentKind::runbook;
  if (kind == "int") return SegmentKind::integer;
  if (kind == "word") return SegmentKind::word;
  declaration_error(pattern, "unknown kind of parameter");
}

Segment parse_segment(std::string_view pattern, std::string_view text) {
  Segment segment;
  const auto open = text.find('{');
  if (open == text.npos) {
    segment.literal = text;
    return segment;
  }
  const auto close = text.find('}', open);
  if (close == text.npos || close == open + 1) declaration_error(pattern, "a parameter has no name or no end");
  const auto inside = text.substr(open + 1, close - open - 1);
  const auto colon = inside.find(':');
  segment.literal = text.substr(0, open);
  segment.name = inside.substr(0, colon);
  segment.kind = parse_kind(pattern, colon == inside.npos ? std::string_view() : inside.substr(colon + 1));
  segment.suffix = text.substr(close + 1);
  if (segment.name.ends_with("...")) {
    segment.is_rest = true;
    segment.name.resize(segment.name.size() - 3);
    const bool is_alone = segment.literal.empty() && segment.suffix.empty() && segment.kind == SegmentKind::any && !segment.name.empty();
    if (!is_alone) declaration_error(pattern, "the rest of a path has no prefix, suffix or kind");
  }
  if (segment.suffix.find('{') != segment.suffix.npos) declaration_error(pattern, "two parameters in one segment");
  return segment;
}

bool is_base62(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

/// Nothing to decode or to check: nearly every segment.
bool is_plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '%'; });
}

std::string joined(std::span<const std::string> segments) {
  std::string path;
  for (const auto& segment : segments) {
    if (!path.empty()) path += '/';
    path += segment;
  }
  return path;
}

}  // namespace

std::vector<Segment> parse_pattern(std::string_view pattern) {
  if (!pattern.starts_with('/')) declaration_error(pattern, "a path starts with a slash");
  std::vector<Segment> segments;
  if (pattern == "/") return segments;
  for (const auto part : text::split(pattern.substr(1), '/')) {
    if (part.empty()) declaration_error(pattern, "empty segment");
    if (!segments.empty() && segments.back().is_rest) declaration_error(pattern, "something follows the rest of the path");
    segments.push_back(parse_segment(pattern, part));
  }
  if (segments.size() > kMaxSegments) declaration_error(pattern, "too many segments");
  return segments;
}

bool segment_matches(SegmentKind kind, std::string_view text) {
  switch (kind) {
    case SegmentKind::uuid: return Uuid::parse(text).has_value();
    case SegmentKind::runbook: return text.size() >= 16 && text.size() <= 22 && is_base62(text);
    case SegmentKind::integer:
      return !text.empty() && text.size() <= 18 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    case SegmentKind::word:
      return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
    case SegmentKind::any: return !text.empty();
  }
  std::unreachable();
}

struct PathTrie::Edge {
  std::string prefix;
  SegmentKind kind;
  std::string suffix;
  std::unique_ptr<Node> node;

  /// The parameter's part of a decoded segment, if the segment fits.
  std::optional<std::string_view> match(std::string_view segment) const {
    if (segment.size() <= prefix.size() + suffix.size()) return std::nullopt;
    if (!segment.starts_with(prefix) || !segment.ends_with(suffix)) return std::nullopt;
    const auto value = segment.substr(prefix.size(), segment.size() - prefix.size() - suffix.size());
    return segment_matches(kind, value) ? std::optional(value) : std::nullopt;
  }
  /// Most particular first: longer fixed text, then typed before free.
  auto rank() const { return std::pair(-static_cast<int>(prefix.size() + suffix.size()), kind); }
};

struct PathTrie::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::vector<Edge> edges;
  std::unique_ptr<Node> rest;
  std::array<Target, kMethods> targets;
  bool is_end = false;

  Node& child(const Segment& segment) {
    if (segment.is_literal()) {
      auto& next = literals[segment.literal];
      if (!next) next = std::make_unique<Node>();
      return *next;
    }
    if (segment.is_rest) {
      if (!rest) rest = std::make_unique<Node>();
      return *rest;
    }
    for (auto& edge : edges) {
      if (edge.prefix == segment.literal && edge.kind == segment.kind && edge.suffix == segment.suffix) return *edge.node;
    }
    auto& node = *edges.emplace_back(Edge{segment.literal, segment.kind, segment.suffix, std::make_unique<Node>()}).node;
    std::ranges::stable_sort(edges, {}, &Edge::rank);
    return node;
  }

  const Node* find(std::span<const std::string> segments, std::vector<std::string>& values) const {
    if (segments.empty()) return is_end ? this : nullptr;
    if (const auto literal = literals.find(segments.front()); literal != literals.end()) {
      if (const auto* found = literal->second->find(segments.subspan(1), values)) return found;
    }
    for (const auto& edge : edges) {
      const auto value = edge.match(segments.front());
      if (!value) continue;
      values.emplace_back(*value);
      if (const auto* found = edge.node->find(segments.subspan(1), values)) return found;
      values.pop_back();
    }
    if (rest) values.push_back(joined(segments));
    return rest.get();
  }
};

PathTrie::PathTrie() : root_(std::make_unique<Node>()) {}
PathTrie::~PathTrie() = default;

const Endpoint* PathTrie::add(Method method, std::string_view pattern, const Endpoint& endpoint) {
  auto* node = root_.get();
  std::vector<std::string> names;
  for (const auto& segment : parse_pattern(pattern)) {
    node = &node->child(segment);
    if (!segment.is_literal()) names.push_back(segment.name);
  }
  auto& target = node->targets[static_cast<std::size_t>(method)];
  if (target.endpoint != nullptr) return target.endpoint;
  node->is_end = true;
  target = {&endpoint, std::move(names)};
  return nullptr;
}

std::optional<PathTrie::Match> PathTrie::find(std::string_view path) const {
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  std::vector<std::string> segments;
  if (!path.empty()) {
    for (const auto part : text::split(path, '/')) {
      if (segments.size() == kMaxSegments) return std::nullopt;
      if (is_plain(part)) {
        segments.emplace_back(part);
        continue;
      }
      auto decoded = percent_decode(part);
      if (!decoded || decoded->empty() || decoded->find('\0') != decoded->npos || !text::is_utf8(*decoded)) return std::nullopt;
      segments.push_back(*std::move(decoded));
    }
  }
  Match match;
  const auto* node = root_->find(segments, match.values);
  if (node == nullptr) return std::nullopt;
  match.targets = &node->targets;
  return match;
}

PathValues named_values(const PathTrie::Target& target, std::vector<std::string> values) {
  PathValues named;
  for (std::size_t i = 0; i < target.names.size(); ++i) named.emplace_back(target.names[i], std::move(values[i]));
  return named;
}

}  // namespace openstrat::http
