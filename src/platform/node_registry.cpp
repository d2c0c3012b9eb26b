#include "platform/node_registry.hpp"

#include "base/text.hpp"
#include "db/database.hpp"

namespace openstrat::platform {
namespace {

using db::params;
using db::Query;

constexpr Query kBeat{"node.beat",
                      "INSERT INTO node (id, host, version, roles, url, issuer, started_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                      "ON CONFLICT (id) DO UPDATE SET host = excluded.host, version = excluded.version, roles = excluded.roles, url = excluded.url, "
                      "issuer = excluded.issuer, started_at = excluded.started_at, seen_at = excluded.seen_at"};
constexpr Query kForget{"node.forget", "DELETE FROM node WHERE seen_at < ?1"};
constexpr Query kLeave{"node.leave", "DELETE FROM node WHERE id = ?1"};
constexpr Query kList{"node.list", "SELECT id, host, version, roles, url, issuer, started_at, seen_at FROM node ORDER BY id LIMIT 1000"};

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

Status done(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

NodeRegistry::NodeRegistry(db::Database& database, const Clock& clock, Node self) : database_(database), clock_(clock), self_(std::move(self)) {}

Status NodeRegistry::beat() {
  return database_.write([&](db::Session& session) -> Status {
    const Timestamp now = clock_.now();
    if (auto forgotten = done(session.execute(kForget, params(now - kRemembered))); !forgotten) return forgotten;
    return done(session.execute(kBeat, params(self_.id, self_.host, self_.version, joined(self_.roles), self_.url, self_.issuer, self_.started_at, now)));
  });
}

Status NodeRegistry::leave() {
  return database_.write([&](db::Session& session) { return done(session.execute(kLeave, params(self_.id))); });
}

Result<std::vector<Node>> NodeRegistry::list(db::Session& session) {
  const auto rows = session.query(kList);
  if (!rows) return fail(rows.error());
  std::vector<Node> nodes;
  for (const auto& row : *rows) {
    Node node{.id = row.get<std::string>(0), .host = row.get<std::string>(1), .version = row.get<std::string>(2), .roles = {},
              .url = row.get<std::string>(4), .issuer = row.get<std::string>(5), .started_at = row.get<Timestamp>(6), .seen_at = row.get<Timestamp>(7)};
    const auto roles = row.get<std::string>(3);
    for (const auto word : text::split(roles, ' ')) node.roles.emplace_back(word);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace openstrat::platform
