#include "protection/shared_rates.hpp"

#include <cstring>
#include <string>

#include "db/database.hpp"
#include "http/rate_limit.hpp"

namespace openstrat::protection {
namespace {

using db::params;
using db::Query;

constexpr std::size_t kBatch = 4096;  // buckets a transaction
constexpr std::size_t kAsked = 64;    // buckets a question; the last ones are asked for again, so that there is one text only

constexpr Query kSpend{"rate_level.spend",
                       "INSERT INTO rate_levels (bucket, full_at) VALUES (?1, ?2 + ?3) "
                       "ON CONFLICT (bucket) DO UPDATE SET full_at = {{greatest}}(rate_levels.full_at, ?2) + ?3"};
constexpr Query kPurge{"rate_level.purge", "DELETE FROM rate_levels WHERE full_at < ?1"};

const std::string& levels_sql() {
  static const std::string kSql = [] {
    std::string sql = "SELECT bucket, full_at FROM rate_levels WHERE bucket IN (";
    for (std::size_t i = 1; i <= kAsked; ++i) sql += (i > 1 ? ", ?" : "?") + std::to_string(i);
    return sql + ")";
  }();
  return kSql;
}

std::int64_t to_column(std::uint64_t bucket) { return static_cast<std::int64_t>(bucket); }

Status read_levels(db::Session& session, const std::vector<http::RateSpent>& spent, Timestamp now, std::vector<http::RateLevel>& levels) {
  for (std::size_t from = 0; from < spent.size(); from += kAsked) {
    db::Params values;
    for (std::size_t i = 0; i < kAsked; ++i) values.push_back(to_column(spent[std::min(from + i, spent.size() - 1)].bucket));
    const auto rows = session.query({"rate_level.read", levels_sql().c_str()}, std::move(values));
    if (!rows) return fail(rows.error());
    for (const db::Row& row : *rows)
      levels.push_back({static_cast<std::uint64_t>(row.get<std::int64_t>(0)), std::max(row.get<Timestamp>(1) - now, Duration::zero())});
  }
  return {};
}

}  // namespace

std::uint64_t SharedRates::seed(const crypto::Key32& key) {
  std::uint64_t seed;
  std::memcpy(&seed, key.data(), sizeof seed);
  return seed;
}

Status SharedRates::exchange() {
  while (true) {
    const auto spent = limiter_.take_spent(kBatch);
    if (spent.empty()) return {};
    if (auto done = exchange_some(spent); !done) return done;
    if (spent.size() < kBatch) return {};
  }
}

Status SharedRates::exchange_some(const std::vector<http::RateSpent>& spent) {
  const auto now = clock_.now();
  std::vector<db::Params> rows;
  for (const auto& each : spent) rows.push_back(params(to_column(each.bucket), now, each.cost.count()));  // by bucket: nodes never wait for each other in a circle
  const auto levels = database_.write([&](db::Session& session) -> Result<std::vector<http::RateLevel>> {
    std::vector<http::RateLevel> read;
    if (const auto changed = session.execute_many(kSpend, rows); !changed) return fail(changed.error());
    if (auto done = read_levels(session, spent, now, read); !done) return fail(done.error());
    return read;
  });
  if (!levels) return fail(levels.error());
  limiter_.apply(*levels);
  return {};
}

Status SharedRates::purge(db::Database& database, Timestamp now) {
  return database.write([&](db::Session& session) -> Status {
    const auto gone = session.execute(kPurge, params(now));
    return gone ? Status() : fail(gone.error());
  });
}

}  // namespace openstrat::protection
