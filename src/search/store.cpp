#include "search/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/site_limits.hpp"
#include "db/facts.hpp"
#include "db/session.hpp"
#include "search/words.hpp"

#define HIT_COLUMNS "d.number, d.body, d.type, d.id, d.name, d.description, d.metadata, d.created_at, d.updated_at"

namespace openstrat::search::store {
namespace {

using db::params;
using db::Query;

constexpr Query kFind{"search.find", "SELECT number, body, metadata, site_id, updated_at FROM search_document WHERE customer_id = ?1 AND type = ?2 AND id = ?3 {{for_update}}"};
constexpr Query kInsert{"search.insert",
                        "INSERT INTO search_document (customer_id, type, id, site_id, name, description, metadata, body, created_at, updated_at)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING number"};
constexpr Query kUpdate{"search.update",
                        "UPDATE search_document SET site_id = ?2, name = ?3, description = ?4, metadata = ?5, body = ?6, created_at = ?7, updated_at = ?8"
                        " WHERE number = ?1"};
constexpr Query kDelete{"search.delete", "DELETE FROM search_document WHERE number = ?1"};
constexpr Query kDeleteKeys{"search.delete_keys", "DELETE FROM search_key WHERE number = ?1"};
constexpr Query kInsertKey{"search.insert_key", "INSERT INTO search_key (customer_id, key, number) VALUES (?1, ?2, ?3) ON CONFLICT (customer_id, key, number) DO NOTHING"};
constexpr Query kInsertWord{"search.insert_word",
                            "INSERT INTO search_word (customer_id, variant, word) VALUES (?1, ?2, ?3) ON CONFLICT (customer_id, variant, word) DO NOTHING"};
constexpr Query kTextIn{"search.text_in",
                        "{{#sqlite}}INSERT INTO search_text (rowid, body) VALUES (?1, ?2){{/sqlite}}"
                        "{{#postgres}}SELECT ?1::bigint, ?2::text{{/postgres}}"};
constexpr Query kTextOut{"search.text_out",
                         "{{#sqlite}}INSERT INTO search_text (search_text, rowid, body) VALUES ('delete', ?1, ?2){{/sqlite}}"
                         "{{#postgres}}SELECT ?1::bigint, ?2::text{{/postgres}}"};
constexpr Query kTextRebuild{"search.text_rebuild",
                             "{{#sqlite}}INSERT INTO search_text (search_text) VALUES ('rebuild'){{/sqlite}}{{#postgres}}SELECT 1{{/postgres}}"};
constexpr Query kOfTeam{"search.of_team", "SELECT number, body FROM search_document WHERE customer_id = ?1 LIMIT 500"};
constexpr Query kForgetWords{"search.forget_words", "DELETE FROM search_word WHERE customer_id = ?1"};
constexpr Query kAny{"search.any", "SELECT 1 FROM search_document LIMIT 1"};
constexpr Query kPlaces{"search.places", "SELECT number, customer_id, id FROM search_document WHERE number > ?1 AND type = ?2 ORDER BY number LIMIT ?3"};

Status run(db::Session& session, const Query& query, db::Params parameters) {
  const auto done = session.execute(query, std::move(parameters));
  if (!done) return fail(done.error());
  return {};
}

Status remove_number(db::Session& session, std::int64_t number, const std::string& body) {
  if (auto done = run(session, kTextOut, params(number, body)); !done) return done;
  if (auto done = run(session, kDeleteKeys, params(number)); !done) return done;
  return run(session, kDelete, params(number));
}

Status put_keys(db::Session& session, const CustomerId& customer, std::int64_t number, const std::vector<std::string>& keys) {
  std::vector<db::Params> rows;
  for (const auto& key : keys) rows.push_back(params(customer, key, number));
  if (const auto done = session.execute_many(kInsertKey, rows); !done) return fail(done.error());
  return {};
}

/// Parameters get their numbers as they come.
class Statement {
 public:
  template <class T>
  std::string place(const T& value) {
    parameters_.push_back(db::to_value(value));
    return fmt::format("?{}", parameters_.size());
  }
  db::Params& parameters() { return parameters_; }

  /// What the caller may see and asked for.
  std::string filter(const CustomerId& customer, const Question& question) {
    std::string sql = "d.customer_id = " + place(customer) + " AND (";
    for (std::size_t i = 0; i < question.types.size(); ++i) {
      const auto& [type, sites] = question.types[i];
      sql += (i == 0 ? "(d.type = " : " OR (d.type = ") + place(type);
      if (sites) {
        const auto limit = sites->condition("d.customer_id", "d.site_id", static_cast<int>(parameters_.size()) + 1);
        for (const auto& value : limit.values) parameters_.push_back(db::to_value(value));
        sql += " AND " + limit.sql;
      }
      sql += ')';
    }
    sql += ')';
    if (question.created_from) sql += " AND d.created_at >= " + place(*question.created_from);
    if (question.created_until) sql += " AND d.created_at < " + place(*question.created_until);
    return sql;
  }

 private:
  db::Params parameters_;
};

/// Most words are known already.
Status put_words(db::Session& session, const CustomerId& customer, const std::vector<std::string>& words) {
  if (words.empty()) return {};
  Statement statement;
  std::string sql = "SELECT word FROM search_word WHERE word = variant AND customer_id = " + statement.place(customer) + " AND variant IN (";
  for (std::size_t i = 0; i < words.size(); ++i) sql += (i == 0 ? "" : ", ") + statement.place(words[i]);
  const auto known = session.query({"search.known_words", (sql += ')').c_str()}, std::move(statement.parameters()));
  if (!known) return fail(known.error());
  std::vector<db::Params> rows;
  for (const auto& word : words) {
    if (std::ranges::any_of(*known, [&](const db::Row& row) { return row.get<std::string>(0) == word; })) continue;
    for (const auto& variant : variants_of(word)) rows.push_back(params(customer, variant, word));
  }
  if (rows.empty()) return {};
  if (const auto done = session.execute_many(kInsertWord, rows); !done) return fail(done.error());
  return {};
}

Candidate read_candidate(const db::Row& row) {
  return {.number = row.get<std::int64_t>(0), .body = row.get<std::string>(1),
          .hit = {.type = row.get<std::string>(2), .id = row.get<std::string>(3), .name = row.get<std::string>(4), .description = row.get<std::string>(5),
                  .metadata = row.get<std::string>(6), .created_at = row.get<Timestamp>(7), .updated_at = row.get<Timestamp>(8)}};
}

Result<std::vector<Candidate>> candidates(db::Session& session, const Query& query, db::Params parameters) {
  const auto rows = session.query(query, std::move(parameters));
  if (!rows) return fail(rows.error());
  std::vector<Candidate> found;
  found.reserve(rows->size());
  for (const auto& row : *rows) found.push_back(read_candidate(row));
  return found;
}

/// A text inside an FTS5 expression.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) (out += c) += c == '"' ? "\"" : "";
  return out + '"';
}

std::string like(std::string_view text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + '%';
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// What the trigram index of SQLite is asked. It finds nothing shorter than three characters: those LIKE sorts out.
std::string match_expression(const CustomerId& customer, const std::vector<std::vector<std::string>>& groups) {
  std::string expression = quoted(mark_of(customer));
  for (const auto& group : groups) {
    if (std::ranges::any_of(group, [](const auto& text) { return characters(text) < 3; })) continue;
    expression += " AND (";
    for (std::size_t i = 0; i < group.size(); ++i) expression += (i == 0 ? "" : " OR ") + quoted(group[i]);
    expression += ')';
  }
  return expression;
}

}  // namespace

Status put(db::Session& session, const CustomerId& customer, const Document& document) {
  const auto known = session.first(kFind, params(customer, document.type, document.id));
  if (!known) return fail(known.error());
  const Indexed index = indexed(customer, document);
  const auto metadata = document.metadata.to_json();
  std::int64_t number = 0;
  if (*known) {
    const auto& row = **known;
    number = row.get<std::int64_t>(0);
    const auto body = row.get<std::string>(1);
    const bool same = body == index.body && row.get<std::string>(2) == metadata && row.get<std::optional<SiteId>>(3) == document.site_id;
    if (same && row.get<Timestamp>(4) == document.updated_at) return {};
    if (auto done = run(session, kTextOut, params(number, body)); !done) return done;
    if (auto done = run(session, kDeleteKeys, params(number)); !done) return done;
    if (auto done = run(session, kUpdate, params(number, document.site_id, document.name, document.description, metadata, index.body, document.created_at,
                                                 document.updated_at)); !done) return done;
  } else {
    const auto row = session.one(kInsert, params(customer, document.type, document.id, document.site_id, document.name, document.description, metadata,
                                                 index.body, document.created_at, document.updated_at), "no number");
    if (!row) return fail(row.error());
    number = row->get<std::int64_t>(0);
  }
  if (auto done = run(session, kTextIn, params(number, index.body)); !done) return done;
  if (auto done = put_keys(session, customer, number, index.keys); !done) return done;
  return put_words(session, customer, index.words);
}

Status remove(db::Session& session, const CustomerId& customer, std::string_view type, std::string_view id) {
  const auto known = session.first(kFind, params(customer, type, id));
  if (!known) return fail(known.error());
  if (!*known) return {};
  return remove_number(session, (*known)->get<std::int64_t>(0), (*known)->get<std::string>(1));
}

Status remove_team(db::Session& session, const CustomerId& customer) {
  while (true) {
    const auto some = session.query(kOfTeam, params(customer));
    if (!some) return fail(some.error());
    if (some->empty()) return run(session, kForgetWords, params(customer));
    for (const auto& row : *some)
      if (auto done = remove_number(session, row.get<std::int64_t>(0), row.get<std::string>(1)); !done) return done;
  }
}

Status rebuild_text(db::Session& session) { return run(session, kTextRebuild, {}); }

Status analyze(db::Session& session) { return db::analyze(session, {"search_document", "search_key", "search_word"}); }

Result<bool> is_empty(db::Session& session) {
  const auto any = session.first(kAny);
  if (!any) return fail(any.error());
  return !any->has_value();
}

Result<std::vector<Place>> places(db::Session& session, std::string_view type, std::int64_t after, int limit) {
  const auto rows = session.query(kPlaces, params(after, type, limit));
  if (!rows) return fail(rows.error());
  std::vector<Place> out;
  for (const auto& row : *rows) out.push_back({row.get<std::int64_t>(0), row.get<CustomerId>(1), row.get<std::string>(2)});
  return out;
}

Result<std::vector<Candidate>> by_key(db::Session& session, const CustomerId& customer, const Question& question, const std::string& beginning, int limit) {
  Statement statement;
  const auto team = statement.place(customer), from = statement.place(beginning), to = statement.place(beginning + "\xF4\x8F\xBF\xBF");
  const auto filter = statement.filter(customer, question);
  const auto sql = fmt::format("SELECT " HIT_COLUMNS " FROM search_key AS k JOIN search_document AS d ON d.number = k.number"
                               " WHERE k.customer_id = {} AND k.key >= {} AND k.key < {} AND {} ORDER BY k.key LIMIT {}", team, from, to, filter, limit);
  return candidates(session, {"search.by_key", sql.c_str()}, std::move(statement.parameters()));
}

Result<std::vector<Candidate>> by_text(db::Session& session, const CustomerId& customer, const Question& question,
                                       const std::vector<std::vector<std::string>>& groups, int limit) {
  Statement statement;
  const auto match = statement.place(match_expression(customer, groups));
  auto where = statement.filter(customer, question);
  for (const auto& group : groups) {
    where += " AND (";
    for (std::size_t i = 0; i < group.size(); ++i) where += fmt::format("{}d.body LIKE {} ESCAPE '\\'", i == 0 ? "" : " OR ", statement.place(like(group[i])));
    where += ')';
  }
  const auto sql = fmt::format("SELECT " HIT_COLUMNS " FROM {{{{#sqlite}}}}search_text AS t CROSS JOIN search_document AS d ON d.number = t.rowid WHERE"
                               " t.search_text MATCH {0}{{{{/sqlite}}}}{{{{#postgres}}}}search_document AS d WHERE {0}::text <> ''{{{{/postgres}}}} AND {1} LIMIT {2}",
                               match, where, limit);
  return candidates(session, {"search.by_text", sql.c_str()}, std::move(statement.parameters()));
}

Result<std::set<std::string>> similar_words(db::Session& session, const CustomerId& customer, const std::vector<std::string>& variants, int limit) {
  Statement statement;
  std::string sql = "SELECT DISTINCT word FROM search_word WHERE customer_id = " + statement.place(customer) + " AND variant IN (";
  for (std::size_t i = 0; i < variants.size(); ++i) sql += (i == 0 ? "" : ", ") + statement.place(variants[i]);
  sql += fmt::format(") LIMIT {}", limit);
  const auto rows = session.query({"search.similar_words", sql.c_str()}, std::move(statement.parameters()));
  if (!rows) return fail(rows.error());
  std::set<std::string> words;
  for (const auto& row : *rows) words.insert(row.get<std::string>(0));
  return words;
}

}  // namespace openstrat::search::store
