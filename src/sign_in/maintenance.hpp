// What sign-in throws away: tickets, links and wishes that are past their time.
#pragma once

namespace openstrat {
class Clock;
}
namespace openstrat::db {
class Database;
}
namespace openstrat::tasks {
class Queue;
}

namespace openstrat::sign_in {

/// Once an hour, on one node. Before the queue starts.
void register_tasks(tasks::Queue& queue, db::Database& database, const Clock& clock);

}  // namespace openstrat::sign_in
