// SQL of the index. One text for both engines but for the trigram index: FTS5 on SQLite, pg_trgm on PostgreSQL.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "search/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::search::store {

/// Nothing is written when nothing changed.
Status put(db::Session& session, const CustomerId& customer, const Document& document);
Status remove(db::Session& session, const CustomerId& customer, std::string_view type, std::string_view id);
Status remove_team(db::Session& session, const CustomerId& customer);
/// Makes the trigram index anew from the documents: after a restore.
Status rebuild_text(db::Session& session);
/// After much was written at once: without statistics the planner reads whole tables.
Status analyze(db::Session& session);

Result<bool> is_empty(db::Session& session);
struct Place {
  std::int64_t number = 0;
  CustomerId customer;
  std::string id;
};
/// Documents of a type in the order of their numbers: to look for things that are gone.
Result<std::vector<Place>> places(db::Session& session, std::string_view type, std::int64_t after, int limit);

struct Candidate {
  std::int64_t number = 0;
  std::string body;
  Hit hit;
};
/// Documents with a key that begins like this, shortest first.
Result<std::vector<Candidate>> by_key(db::Session& session, const CustomerId& customer, const Question& question, const std::string& beginning, int limit);
/// Documents that contain one text of every group, anywhere.
Result<std::vector<Candidate>> by_text(db::Session& session, const CustomerId& customer, const Question& question,
                                       const std::vector<std::vector<std::string>>& groups, int limit);
/// Words of the team that share a variant.
Result<std::set<std::string>> similar_words(db::Session& session, const CustomerId& customer, const std::vector<std::string>& variants, int limit);

}  // namespace openstrat::search::store
