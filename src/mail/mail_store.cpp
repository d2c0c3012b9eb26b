#include "mail/mail_store.hpp"

#include <utility>

#include "db/session.hpp"

namespace openstrat::mail::mail_store {
namespace {

using db::params;
using db::Query;
using db::Row;

constexpr Query kInsert{"mail.insert",
                        "INSERT INTO mail_outbox (id, customer_id, template, recipient, unique_key, state, created_at, useless_after, sealed) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, ?7, ?8) ON CONFLICT DO NOTHING"};
constexpr Query kWaiting{"mail.waiting", "SELECT template, useless_after, sealed FROM mail_outbox WHERE id = ?1 AND state = 'queued'"};
constexpr Query kFinish{"mail.finish", "UPDATE mail_outbox SET state = ?2, finished_at = ?3, last_error = ?4, sealed = NULL WHERE id = ?1 AND state = 'queued'"};
constexpr Query kFail{"mail.fail", "UPDATE mail_outbox SET state = 'failed', finished_at = ?2, last_error = ?3 WHERE id = ?1 AND state = 'queued'"};
constexpr Query kNote{"mail.note", "UPDATE mail_outbox SET last_error = ?2 WHERE id = ?1"};
constexpr Query kCountWaiting{"mail.count_waiting", "SELECT count(*) FROM mail_outbox WHERE state = 'queued'"};
constexpr Query kCountFailed{"mail.count_failed", "SELECT count(*) FROM mail_outbox WHERE state = 'failed'"};
constexpr Query kCountSince{"mail.count_since", "SELECT count(*) FROM mail_outbox WHERE recipient = ?1 AND template = ?2 AND created_at > ?3"};
constexpr Query kFailed{"mail.failed",
                        "SELECT id, template, created_at, last_error, sealed FROM mail_outbox WHERE state = 'failed' ORDER BY created_at DESC, id LIMIT ?1"};
constexpr Query kWaitAgain{"mail.wait_again", "UPDATE mail_outbox SET state = 'queued', finished_at = NULL WHERE id = ?1 AND state = 'failed'"};
constexpr Query kPurge{"mail.purge", "DELETE FROM mail_outbox WHERE state <> 'queued' AND created_at < ?1"};
constexpr Query kPurgeCaptured{"mail_captured.purge", "DELETE FROM mail_captured WHERE captured_at < ?1"};
constexpr Query kCapture{"mail_captured.insert", "INSERT INTO mail_captured (id, captured_at, sealed) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"};
constexpr Query kBound{"mail_captured.bound",
                       "DELETE FROM mail_captured WHERE id IN (SELECT id FROM mail_captured ORDER BY captured_at DESC, id DESC LIMIT 100 OFFSET ?1)"};
constexpr Query kCaptured{"mail_captured.list", "SELECT id, captured_at, sealed FROM mail_captured ORDER BY captured_at DESC, id DESC LIMIT ?1"};
constexpr Query kFindCaptured{"mail_captured.find", "SELECT id, captured_at, sealed FROM mail_captured WHERE id = ?1"};

Status done(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

Captured to_captured(const Row& row) { return {.id = row.get<Uuid>(0), .captured_at = row.get<Timestamp>(1), .sealed = row.get<db::Blob>(2).bytes}; }

}  // namespace

Result<bool> insert(db::Session& session, const Accepted& mail) {
  const auto key = mail.unique_key.empty() ? std::nullopt : std::optional(mail.unique_key);
  const auto added = session.execute(kInsert, params(mail.id, mail.customer_id, mail.template_name, mail.recipient, key, mail.created_at, mail.useless_after,
                                                     db::Blob{mail.sealed}));
  if (!added) return fail(added.error());
  return *added > 0;
}

Result<std::optional<Waiting>> find_waiting(db::Session& session, const Uuid& id) {
  const auto row = session.first(kWaiting, params(id));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Waiting>();
  return std::optional(Waiting{.template_name = (*row)->get<std::string>(0), .useless_after = (*row)->get<std::optional<Timestamp>>(1),
                               .sealed = (*row)->get<db::Blob>(2).bytes});
}

Status finish(db::Session& session, const Uuid& id, Ending ending, Timestamp now, const std::string& error) {
  const auto text = error.empty() ? std::nullopt : std::optional(error);
  switch (ending) {
    case Ending::failed: return done(session.execute(kFail, params(id, now, text)));
    case Ending::sent: return done(session.execute(kFinish, params(id, "sent", now, text)));
    case Ending::captured: return done(session.execute(kFinish, params(id, "captured", now, text)));
    case Ending::expired: return done(session.execute(kFinish, params(id, "expired", now, text)));
  }
  std::unreachable();
}

Status note_error(db::Session& session, const Uuid& id, const std::string& error) { return done(session.execute(kNote, params(id, error))); }

Result<std::int64_t> count_waiting(db::Session& session) {
  const auto row = session.one(kCountWaiting, {}, "no count");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Result<std::int64_t> count_failed(db::Session& session) {
  const auto row = session.one(kCountFailed, {}, "no count");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Result<std::int64_t> count_since(db::Session& session, std::string_view recipient, std::string_view template_name, Timestamp since) {
  const auto row = session.one(kCountSince, params(recipient, template_name, since), "no count");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Result<std::vector<Failed>> failed(db::Session& session, int limit) {
  const auto rows = session.query(kFailed, params(limit));
  if (!rows) return fail(rows.error());
  std::vector<Failed> mails;
  for (const Row& row : *rows)
    mails.push_back({.id = row.get<Uuid>(0), .template_name = row.get<std::string>(1), .created_at = row.get<Timestamp>(2),
                     .error = row.get<std::optional<std::string>>(3).value_or(""), .sealed = row.get<db::Blob>(4).bytes});
  return mails;
}

Status wait_again(db::Session& session, const Uuid& id) { return done(session.execute(kWaitAgain, params(id))); }

Status purge(db::Session& session, Timestamp created_before, Timestamp captured_before) {
  if (auto purged = done(session.execute(kPurge, params(created_before))); !purged) return purged;
  return done(session.execute(kPurgeCaptured, params(captured_before)));
}

Status capture(db::Session& session, const Captured& mail, int most) {
  if (auto added = done(session.execute(kCapture, params(mail.id, mail.captured_at, db::Blob{mail.sealed}))); !added) return added;
  return done(session.execute(kBound, params(most)));
}

Result<std::vector<Captured>> captured(db::Session& session, int limit) {
  const auto rows = session.query(kCaptured, params(limit));
  if (!rows) return fail(rows.error());
  std::vector<Captured> mails;
  for (const Row& row : *rows) mails.push_back(to_captured(row));
  return mails;
}

Result<std::optional<Captured>> find_captured(db::Session& session, const Uuid& id) {
  const auto row = session.first(kFindCaptured, params(id));
  if (!row) return fail(row.error());
  return *row ? std::optional(to_captured(**row)) : std::nullopt;
}

}  // namespace openstrat::mail::mail_store
