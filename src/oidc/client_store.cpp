#include "oidc/client_store.hpp"

#include "base/text.hpp"
#include "db/session.hpp"

#define CLIENT_COLUMNS                                                                                                       \
  "team_id, id, name, auth_method, secret_hash, secret_hint, jwks, redirect_uris, logout_uris, grants, scopes, homepage, " \
  "created_by, secret_changed_at, last_used_at, created_at, updated_at"

namespace openstrat::oidc::client_store {
namespace {

using db::params;
using db::Query;

constexpr Query kInsert{"oauth_client.insert",
                        "INSERT INTO oauth_clients (" CLIENT_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"};
constexpr Query kFind{"oauth_client.find", "SELECT " CLIENT_COLUMNS " FROM oauth_clients WHERE team_id = ?1 AND id = ?2"};
constexpr Query kFindAny{"oauth_client.find_any", "SELECT " CLIENT_COLUMNS " FROM oauth_clients WHERE id = ?1"};
constexpr Query kList{"oauth_client.list", "SELECT " CLIENT_COLUMNS
                                           " FROM oauth_clients WHERE team_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2 OFFSET ?3"};
constexpr Query kCount{"oauth_client.count", "SELECT COUNT(*) FROM oauth_clients WHERE team_id = ?1"};
constexpr Query kUpdate{"oauth_client.update",
                        "UPDATE oauth_clients SET name = ?3, auth_method = ?4, secret_hash = ?5, secret_hint = ?6, jwks = ?7, redirect_uris = ?8, "
                        "logout_uris = ?9, grants = ?10, scopes = ?11, homepage = ?12, secret_changed_at = ?13, updated_at = ?14 "
                        "WHERE team_id = ?1 AND id = ?2"};
constexpr Query kSetSecret{"oauth_client.set_secret",
                           "UPDATE oauth_clients SET secret_hash = ?3, secret_hint = ?4, secret_changed_at = ?5, updated_at = ?5 "
                           "WHERE team_id = ?1 AND id = ?2"};
constexpr Query kRemove{"oauth_client.delete", "DELETE FROM oauth_clients WHERE team_id = ?1 AND id = ?2"};
constexpr Query kSetLastUsed{"oauth_client.set_last_used", "UPDATE oauth_clients SET last_used_at = ?2 WHERE id = ?1"};

std::string join_lines(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) {
    if (!out.empty()) out += '\n';
    out += line;
  }
  return out;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  if (text.empty()) return lines;
  for (const auto line : text::split(text, '\n')) lines.emplace_back(line);
  return lines;
}

std::string join_grants(const std::vector<GrantType>& grants) {
  std::vector<std::string> words;
  for (const auto type : grants) words.emplace_back(to_string(type));
  return join_words(words);
}

std::vector<GrantType> split_grants(std::string_view text) {
  std::vector<GrantType> grants;
  for (const auto& word : split_words(text)) grants.push_back(*parse_grant_type(word));
  return grants;
}

Client read_client(const db::Row& row) {
  Client client;
  client.team_id = row.get<CustomerId>(0);
  client.id = row.get<std::string>(1);
  client.name = row.get<std::string>(2);
  client.auth_method = *parse_auth_method(row.get<std::string>(3));
  client.secret_hash = row.get<std::optional<std::string>>(4);
  client.secret_hint = row.get<std::optional<std::string>>(5);
  client.jwks = row.get<std::optional<std::string>>(6);
  client.redirect_uris = split_lines(row.get<std::string>(7));
  client.logout_uris = split_lines(row.get<std::string>(8));
  client.grants = split_grants(row.get<std::string>(9));
  client.scopes = split_words(row.get<std::string>(10));
  client.homepage = row.get<std::optional<std::string>>(11);
  client.created_by = row.get<std::optional<UserId>>(12);
  client.secret_changed_at = row.get<std::optional<Timestamp>>(13);
  client.last_used_at = row.get<std::optional<Timestamp>>(14);
  client.created_at = row.get<Timestamp>(15);
  client.updated_at = row.get<Timestamp>(16);
  return client;
}

Status one_changed(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  if (*changed == 0) return fail(Errc::not_found, "No such application.");
  return {};
}

}  // namespace

Status insert(db::Session& session, const Client& c) {
  const auto done = session.execute(
      kInsert, params(*c.team_id, c.id, c.name, to_string(c.auth_method), c.secret_hash, c.secret_hint, c.jwks, join_lines(c.redirect_uris),
                      join_lines(c.logout_uris), join_grants(c.grants), join_words(c.scopes), c.homepage, c.created_by, c.secret_changed_at,
                      c.last_used_at, c.created_at, c.updated_at));
  if (!done) return fail(done.error());
  return {};
}

Result<Client> find(db::Session& session, const Tenant& tenant, std::string_view id) {
  const auto row = session.one(kFind, params(tenant.customer_id, id), "No such application.");
  if (!row) return fail(row.error());
  return read_client(*row);
}

Result<std::optional<Client>> find_any(db::Session& session, std::string_view id) {
  const auto row = session.first(kFindAny, params(id));
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Client>{};
  return std::optional<Client>(read_client(**row));
}

Result<std::vector<Client>> list(db::Session& session, const Tenant& tenant, std::int64_t offset, int limit) {
  const auto rows = session.query(kList, params(tenant.customer_id, limit, offset));
  if (!rows) return fail(rows.error());
  std::vector<Client> out;
  for (const auto& row : *rows) out.push_back(read_client(row));
  return out;
}

Result<std::int64_t> count(db::Session& session, const Tenant& tenant) {
  const auto row = session.one(kCount, params(tenant.customer_id), "");
  if (!row) return fail(row.error());
  return row->get<std::int64_t>(0);
}

Status update(db::Session& session, const Client& c) {
  return one_changed(session.execute(
      kUpdate, params(*c.team_id, c.id, c.name, to_string(c.auth_method), c.secret_hash, c.secret_hint, c.jwks, join_lines(c.redirect_uris),
                      join_lines(c.logout_uris), join_grants(c.grants), join_words(c.scopes), c.homepage, c.secret_changed_at, c.updated_at)));
}

Status set_secret(db::Session& session, const Tenant& tenant, std::string_view id, std::string_view hash, std::string_view hint, Timestamp now) {
  return one_changed(session.execute(kSetSecret, params(tenant.customer_id, id, hash, hint, now)));
}

Status remove(db::Session& session, const Tenant& tenant, std::string_view id) {
  return one_changed(session.execute(kRemove, params(tenant.customer_id, id)));
}

Status set_last_used(db::Session& session, std::string_view id, Timestamp now) {
  const auto done = session.execute(kSetLastUsed, params(id, now));
  if (!done) return fail(done.error());
  return {};
}

}  // namespace openstrat::oidc::client_store
