#include "mfa/passkey_store.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "db/session.hpp"

namespace openstrat::mfa::passkey_store {
namespace {

using db::params;
using db::Query;

#define PASSKEY_COLUMNS                                                                                                        \
  "user_id, id, name, credential_id, rp_id, algorithm, public_key, sign_count, aaguid, transports, discoverable, backup_eligible, " \
  "backed_up, created_at, last_used_at"
constexpr Query kInsert{"passkey.insert", "INSERT INTO passkeys (" PASSKEY_COLUMNS
                                          ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"};
constexpr Query kList{"passkey.list", "SELECT " PASSKEY_COLUMNS " FROM passkeys WHERE user_id = ?1 ORDER BY created_at, id LIMIT ?2"};
constexpr Query kByCredential{"passkey.find_by_credential", "SELECT " PASSKEY_COLUMNS " FROM passkeys WHERE credential_id = ?1"};
constexpr Query kRename{"passkey.rename", "UPDATE passkeys SET name = ?3 WHERE user_id = ?1 AND id = ?2"};
constexpr Query kRemove{"passkey.delete", "DELETE FROM passkeys WHERE user_id = ?1 AND id = ?2"};
constexpr Query kRemoveAll{"passkey.delete_of_user", "DELETE FROM passkeys WHERE user_id = ?1"};
constexpr Query kUse{"passkey.use",
                     "UPDATE passkeys SET sign_count = ?3, backup_eligible = ?4, backed_up = ?5, last_used_at = ?6 "
                     "WHERE user_id = ?1 AND id = ?2 AND (sign_count < ?3 OR (sign_count = 0 AND ?3 = 0))"};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out;
  for (const auto word : text::split(text, ' '))
    if (!word.empty()) out.emplace_back(word);
  return out;
}

Passkey read(const db::Row& row) {
  return {.user_id = row.get<UserId>(0), .id = row.get<PasskeyId>(1), .name = row.get<std::string>(2),
          .credential_id = crypto::unbase64url(row.get<std::string>(3)).value_or(""), .rp_id = row.get<std::string>(4),
          .algorithm = row.get<int>(5), .public_key = row.get<db::Blob>(6).bytes, .sign_count = row.get<std::uint32_t>(7),
          .aaguid = row.get<Uuid>(8), .transports = words_of(row.get<std::string>(9)), .discoverable = row.get<std::optional<bool>>(10),
          .backup_eligible = row.get<bool>(11), .backed_up = row.get<bool>(12), .created_at = row.get<Timestamp>(13),
          .last_used_at = row.get<std::optional<Timestamp>>(14)};
}

Status ignore_count(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}
Result<bool> was_changed(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return *changed > 0;
}

}  // namespace

Status insert(db::Session& session, const Passkey& p) {
  return ignore_count(session.execute(
      kInsert, params(p.user_id, p.id, p.name, crypto::base64url(p.credential_id), p.rp_id, p.algorithm, db::Blob{p.public_key}, p.sign_count,
                      p.aaguid, joined(p.transports), p.discoverable, p.backup_eligible, p.backed_up, p.created_at, p.last_used_at)));
}

Result<std::vector<Passkey>> list(db::Session& session, UserId user) {
  const auto rows = session.query(kList, params(user, kMaxPasskeys));
  if (!rows) return fail(rows.error());
  std::vector<Passkey> out;
  for (const auto& row : *rows) out.push_back(read(row));
  return out;
}

Result<std::optional<Passkey>> find_by_credential(db::Session& session, std::string_view credential_id) {
  const auto row = session.first(kByCredential, params(crypto::base64url(credential_id)));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Passkey>{};
  return std::optional<Passkey>(read(**row));
}

Result<bool> rename(db::Session& session, UserId user, PasskeyId id, std::string_view name) {
  return was_changed(session.execute(kRename, params(user, id, name)));
}

Result<bool> remove(db::Session& session, UserId user, PasskeyId id) { return was_changed(session.execute(kRemove, params(user, id))); }

Status remove_all(db::Session& session, UserId user) { return ignore_count(session.execute(kRemoveAll, params(user))); }

Result<bool> note_use(db::Session& session, UserId user, PasskeyId id, const Use& use) {
  return was_changed(session.execute(kUse, params(user, id, use.sign_count, use.backup_eligible, use.backed_up, use.at)));
}

}  // namespace openstrat::mfa::passkey_store
