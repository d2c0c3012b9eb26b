// What protection clears away, on one node.
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

namespace openstrat::protection {

class SignInGuard;

/// Retention of tries, spent challenges, and buckets that are full again. Before the queue starts.
void register_tasks(tasks::Queue& queue, SignInGuard& guard, db::Database& database, const Clock& clock);

}  // namespace openstrat::protection
