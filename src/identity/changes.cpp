#include "identity/changes.hpp"

#include <algorithm>
#include <array>

#include "db/session.hpp"

namespace openstrat::identity::change_store {
namespace {

using db::params;
using db::Query;

constexpr std::array<std::string_view, 5> kKinds{"user", "session", "team", "role", "key"};

constexpr Query kNext{"identity_generation.next", "UPDATE identity_generation SET value = value + 1 WHERE id = 1 RETURNING value"};
constexpr Query kInsert{"identity_change.insert",
                        "INSERT INTO identity_changes (generation, kind, subject, changed_at) VALUES (?1, ?2, ?3, ?4)"};
constexpr Query kNewest{"identity_generation.find", "SELECT value FROM identity_generation WHERE id = 1"};
constexpr Query kAfter{"identity_change.list",
                       "SELECT generation, kind, subject FROM identity_changes WHERE generation > ?1 ORDER BY generation LIMIT ?2"};
constexpr Query kPurge{"identity_change.purge",
                       "DELETE FROM identity_changes WHERE generation IN (SELECT generation FROM identity_changes WHERE changed_at < ?1 "
                       "ORDER BY generation LIMIT ?2)"};

}  // namespace

Status append(db::Session& session, const Change& change, Timestamp now) {
  const auto next = session.one(kNext, {}, "identity_generation has no row");
  if (!next) return fail(next.error());
  const auto inserted = session.execute(
      kInsert, params(next->get<std::int64_t>(0), kKinds[static_cast<std::size_t>(change.kind)], change.id, now));
  if (!inserted) return fail(inserted.error());
  return {};
}

Result<std::int64_t> newest(db::Session& session) {
  const auto row = session.one(kNewest, {}, "identity_generation has no row");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Result<std::vector<Numbered>> after(db::Session& session, std::int64_t generation, int limit) {
  const auto rows = session.query(kAfter, params(generation, limit));
  if (!rows) return fail(rows.error());
  std::vector<Numbered> out;
  for (const auto& row : *rows) {
    const auto kind = std::ranges::find(kKinds, row.get<std::string>(1));
    // A newer version of the program may name kinds that this one does not know: then everything is looked up again.
    const auto known = kind == kKinds.end() ? Change::Kind::role : static_cast<Change::Kind>(kind - kKinds.begin());
    out.push_back({row.get<std::int64_t>(0), {known, row.get<std::string>(2)}});
  }
  return out;
}

Result<std::int64_t> purge_before(db::Session& session, Timestamp before, int limit) {
  return session.execute(kPurge, params(before, limit));
}

}  // namespace openstrat::identity::change_store
