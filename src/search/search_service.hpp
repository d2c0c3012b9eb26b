// Finding things of a team.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "search/types.hpp"

namespace openstrat::db {
class Database;
}

namespace openstrat::search {

/// Understands names, words in any order, parts of words, product codes, serial numbers, addresses; one typing error a word. Looks, in
/// this order, for keys that begin like the text, for the whole text, for all its words, and (when that gave little) for words that are
/// one error apart. Each step is bounded, so the time hardly depends on the size of the team.
class SearchService {
 public:
  static constexpr int kMostHits = 500;

  explicit SearchService(db::Database& database) : database_(database) {}
  /// Best first.
  Result<std::vector<Hit>> search(const Tenant& tenant, const Question& question);

 private:
  db::Database& database_;
};

}  // namespace openstrat::search
