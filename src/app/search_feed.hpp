// Keeps search's index true to the areas whose things can be found.
#pragma once

#include "base/error.hpp"
#include "search/index_service.hpp"

namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
}
namespace openstrat::tasks {
class Queue;
}

namespace openstrat::app {

/// Sites, by their events, and all of them anew each night: facts that change without an event are a day late at most.
class SearchFeed {
 public:
  SearchFeed(db::Database& database, search::Index& index) : database_(database), index_(index) {}

  /// Before the bus and the queue start.
  void subscribe(bus::Bus& bus);
  void register_tasks(tasks::Queue& queue);
  /// Asks for a first run when there is nothing in the index: an installation from before there was one.
  Status prepare(tasks::Queue& queue);
  /// Puts every site into the index and takes out what is no site any more. How many there are.
  Result<std::int64_t> reindex();

 private:
  Status remove_gone();

  db::Database& database_;
  search::Index& index_;
};

}  // namespace openstrat::app
