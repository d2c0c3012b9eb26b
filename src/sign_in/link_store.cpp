#include "sign_in/link_store.hpp"

#include "base/crypto.hpp"
#include "base/rng.hpp"
#include "db/session.hpp"

namespace openstrat::sign_in::link_store {
namespace {

using db::params;
using db::Query;

constexpr std::chrono::hours kKeepWishes{24};

constexpr Query kInsertWish{"mail_wish.insert", "INSERT INTO mail_wishes (id, kind, address_hash, wished_at) VALUES (?1, ?2, ?3, ?4)"};
constexpr Query kCountWishes{"mail_wish.count",
                             "SELECT COUNT(*) FROM mail_wishes WHERE address_hash = ?1 AND kind = ?2 AND wished_at > ?3"};
constexpr Query kInsertLink{"password_link.insert", "INSERT INTO password_links (hash, user_id, expires_at) VALUES (?1, ?2, ?3)"};
constexpr Query kFindLink{"password_link.find", "SELECT user_id FROM password_links WHERE hash = ?1 AND expires_at > ?2"};
constexpr Query kConsumeLink{"password_link.consume", "DELETE FROM password_links WHERE hash = ?1"};
constexpr Query kRemoveLinks{"password_link.delete_of_user", "DELETE FROM password_links WHERE user_id = ?1"};
constexpr Query kPutChange{"email_change.put",
                           "INSERT INTO email_changes (user_id, email, expires_at) VALUES (?1, ?2, ?3) "
                           "ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, expires_at = excluded.expires_at"};
constexpr Query kWishedEmail{"email_change.find", "SELECT email FROM email_changes WHERE user_id = ?1 AND expires_at > ?2"};
constexpr Query kWhoWishes{"email_change.find_by_email",
                           "SELECT user_id FROM email_changes WHERE email = ?1 AND expires_at > ?2 ORDER BY expires_at DESC LIMIT 1"};
constexpr Query kRemoveChange{"email_change.delete", "DELETE FROM email_changes WHERE user_id = ?1"};
constexpr Query kPurgeWishes{"mail_wish.purge",
                             "DELETE FROM mail_wishes WHERE id IN (SELECT id FROM mail_wishes WHERE wished_at <= ?1 ORDER BY wished_at LIMIT ?2)"};
constexpr Query kPurgeLinks{"password_link.purge",
                            "DELETE FROM password_links WHERE hash IN (SELECT hash FROM password_links WHERE expires_at <= ?1 "
                            "ORDER BY expires_at LIMIT ?2)"};
constexpr Query kPurgeChanges{"email_change.purge",
                              "DELETE FROM email_changes WHERE user_id IN (SELECT user_id FROM email_changes WHERE expires_at <= ?1 "
                              "ORDER BY expires_at LIMIT ?2)"};

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

Result<std::optional<UserId>> user_in(const Result<std::optional<db::Row>>& row) {
  if (!row) return fail(row.error());
  return *row ? std::optional<UserId>((*row)->get<UserId>(0)) : std::optional<UserId>{};
}

}  // namespace

Result<int> count_wish(db::Session& session, Wish wish, std::string_view email, Timestamp since, Timestamp now, Rng& rng) {
  const std::string_view kind = wish == Wish::verify ? "verify" : "reset";
  const std::string address_hash = crypto::hex(crypto::sha256(email));
  if (auto inserted = ignore_count(session.execute(kInsertWish, params(ulid(now, rng), kind, address_hash, now))); !inserted) return fail(inserted.error());
  const auto row = session.one(kCountWishes, params(address_hash, kind, since), "");
  if (!row) return fail(row.error());
  return row->get<int>(0);
}

Status insert_password_link(db::Session& session, std::string_view hash, UserId user, Timestamp expires_at) {
  return ignore_count(session.execute(kInsertLink, params(hash, user, expires_at)));
}

Result<std::optional<UserId>> find_password_link(db::Session& session, std::string_view hash, Timestamp now) {
  return user_in(session.first(kFindLink, params(hash, now)));
}

Result<bool> consume_password_link(db::Session& session, std::string_view hash) {
  const auto removed = session.execute(kConsumeLink, params(hash));
  if (!removed) return fail(removed.error());
  return *removed > 0;
}

Status remove_password_links(db::Session& session, UserId user) { return ignore_count(session.execute(kRemoveLinks, params(user))); }

Status put_email_change(db::Session& session, const EmailChange& change, Timestamp expires_at) {
  return ignore_count(session.execute(kPutChange, params(change.user_id, change.email, expires_at)));
}

Result<std::optional<std::string>> wished_email(db::Session& session, UserId user, Timestamp now) {
  const auto row = session.first(kWishedEmail, params(user, now));
  if (!row) return fail(row.error());
  return *row ? std::optional<std::string>((*row)->get<std::string>(0)) : std::optional<std::string>{};
}

Result<std::optional<UserId>> who_wishes(db::Session& session, std::string_view email, Timestamp now) {
  return user_in(session.first(kWhoWishes, params(email, now)));
}

Status remove_email_change(db::Session& session, UserId user) { return ignore_count(session.execute(kRemoveChange, params(user))); }

Result<bool> purge(db::Session& session, Timestamp now, int limit) {
  bool done = true;
  const auto step = [&](const Query& query, Timestamp before) -> Status {
    const auto removed = session.execute(query, params(before, limit));
    if (!removed) return fail(removed.error());
    done = done && *removed < limit;
    return {};
  };
  if (auto removed = step(kPurgeWishes, now - kKeepWishes); !removed) return fail(removed.error());
  if (auto removed = step(kPurgeLinks, now); !removed) return fail(removed.error());
  if (auto removed = step(kPurgeChanges, now); !removed) return fail(removed.error());
  return done;
}

}  // namespace openstrat::sign_in::link_store
