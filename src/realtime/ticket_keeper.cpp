#include "realtime/ticket_keeper.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "base/secrets.hpp"
#include "db/database.hpp"

namespace openstrat::realtime {
namespace {

using db::params;
using db::Query;

constexpr std::string_view kPrefix = "rt_";
constexpr std::size_t kLetters = 32;
constexpr std::string_view kPlace = "realtime_ticket.sealed";

constexpr Query kForget{"realtime_ticket.forget", "DELETE FROM realtime_ticket WHERE expires_at <= ?1"};
constexpr Query kInsert{"realtime_ticket.insert", "INSERT INTO realtime_ticket (hash, customer_id, sealed, expires_at) VALUES (?1, ?2, ?3, ?4)"};
constexpr Query kIsThere{"realtime_ticket.find", "SELECT 1 FROM realtime_ticket WHERE hash = ?1"};
constexpr Query kTake{"realtime_ticket.take", "DELETE FROM realtime_ticket WHERE hash = ?1 RETURNING sealed, expires_at"};

std::unexpected<Error> refuse() {
  return fail(Errc::unauthenticated, "ticket_invalid", "The ticket is unknown, used or too old: ask for a new one for each connection.");
}

std::string hash_of(std::string_view ticket) { return crypto::hex(crypto::sha256(ticket)); }

bool looks_right(std::string_view ticket) {
  return ticket.size() == kPrefix.size() + kLetters && ticket.starts_with(kPrefix);
}

}  // namespace

Result<TicketKeeper::Ticket> TicketKeeper::issue(CustomerId customer, std::string_view authorization) {
  const Timestamp now = clock_.now();
  Ticket ticket{std::string(kPrefix) + random_base62(kLetters, rng_), now + kLife};
  const std::string hash = hash_of(ticket.ticket);
  const std::string sealed = crypto::base64(box_.seal(authorization, kPlace));
  const auto stored = database_.write([&](db::Session& session) -> Status {
    if (const auto forgotten = session.execute(kForget, params(now)); !forgotten) return fail(forgotten.error());
    const auto inserted = session.execute(kInsert, params(hash, customer, sealed, ticket.expires_at));
    if (!inserted) return fail(inserted.error());
    return {};
  });
  if (!stored) return fail(stored.error());
  return ticket;
}

Result<std::string> TicketKeeper::redeem(std::string_view ticket) {
  if (!looks_right(ticket)) return refuse();
  struct Taken {
    std::string sealed;
    Timestamp expires_at;
  };
  // Guesses cost no write.
  const auto there = database_.read([&](db::Session& session) { return session.first(kIsThere, params(hash_of(ticket))); });
  if (!there) return fail(there.error());
  if (!*there) return refuse();
  const auto taken = database_.write([&](db::Session& session) -> Result<std::optional<Taken>> {
    const auto row = session.first(kTake, params(hash_of(ticket)));
    if (!row) return fail(row.error());
    if (!*row) return std::optional<Taken>{};
    return std::optional<Taken>({(*row)->get<std::string>(0), (*row)->get<Timestamp>(1)});
  });
  if (!taken) return fail(taken.error());
  if (!*taken || (*taken)->expires_at <= clock_.now()) return refuse();
  const auto sealed = crypto::unbase64((*taken)->sealed);
  auto authorization = sealed ? box_.open(*sealed, kPlace) : std::nullopt;
  if (!authorization) return refuse();
  return *std::move(authorization);
}

}  // namespace openstrat::realtime
