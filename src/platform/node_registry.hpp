// Which processes use this database.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace openstrat::db {
class Database;
class Session;
}

namespace openstrat::platform {

struct Node {
  std::string id;                  ///< the same over a restart; one server has it at a time
  std::string host;
  std::string version;
  std::vector<std::string> roles;
  std::string url, issuer;
  Timestamp started_at{}, seen_at{};
};

/// A server's own row. A node that was stopped is gone from the list; one that died stays in it for a week, as not alive.
class NodeRegistry {
 public:
  static constexpr std::chrono::seconds kBeatEvery{10};
  static constexpr std::chrono::seconds kAlive{45};  ///< since it was seen last
  static constexpr std::chrono::hours kRemembered{7 * 24};

  NodeRegistry(db::Database& database, const Clock& clock, Node self);
  /// Every kBeatEvery.
  Status beat();
  /// At the stop.
  Status leave();
  const Node& self() const { return self_; }

  /// By id.
  static Result<std::vector<Node>> list(db::Session& session);
  static bool is_alive(const Node& node, Timestamp now) { return now - node.seen_at < kAlive; }

 private:
  db::Database& database_;
  const Clock& clock_;
  const Node self_;
};

}  // namespace openstrat::platform
