// Which endpoint answers a path: a trie of segments, where a literal beats a parameter, from left to right.
// For .cpp files of this module.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/endpoint.hpp"
#include "http/request_decoder.hpp"

namespace openstrat::http {

/// What a `{name:kind}` takes; typed kinds are tried before `any`.
enum class SegmentKind { uuid, runbook, integer, word, any };

/// One segment of a route's pattern.
struct Segment {
  std::string literal;  ///< the text before the parameter, or all of it
  std::string name;     ///< empty: no parameter
  SegmentKind kind = SegmentKind::any;
  std::string suffix;   ///< after the parameter
  bool is_rest = false; ///< `{name...}`: this segment and all that follow
  bool is_literal() const { return name.empty(); }
};

/// `/a/{b:uuid}/c.{d}`, `/a/{rest...}`; aborts on a pattern that cannot be read. A rest stands at the end, takes one segment or more
/// (joined by slashes) and is tried when nothing else matches.
std::vector<Segment> parse_pattern(std::string_view pattern);
bool segment_matches(SegmentKind kind, std::string_view text);

class PathTrie {
 public:
  static constexpr std::size_t kMethods = 7;

  /// What stands at the end of a path, for one method.
  struct Target {
    const Endpoint* endpoint = nullptr;
    std::vector<std::string> names;  ///< of the parameters, as this pattern calls them
  };
  struct Match {
    const std::array<Target, kMethods>* targets = nullptr;
    std::vector<std::string> values;  ///< decoded parameters, left to right
  };

  PathTrie();
  ~PathTrie();
  /// The endpoint that already has this method and shape, or nullptr when the pattern was added.
  const Endpoint* add(Method method, std::string_view pattern, const Endpoint& endpoint);
  /// nullopt: nothing matches. `path` is still percent-encoded.
  std::optional<Match> find(std::string_view path) const;

 private:
  struct Node;
  struct Edge;
  std::unique_ptr<Node> root_;
};

/// The values under the names that the chosen target gives them.
PathValues named_values(const PathTrie::Target& target, std::vector<std::string> values);

}  // namespace openstrat::http
