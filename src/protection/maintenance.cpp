#include "protection/maintenance.hpp"

#include "protection/shared_rates.hpp"
#include "protection/sign_in_guard.hpp"
#include "tasks/queue.hpp"

namespace openstrat::protection {

void register_tasks(tasks::Queue& queue, SignInGuard& guard, db::Database& database, const Clock& clock) {
  queue.handle("protection.purge_attempts", {}, [&guard](const tasks::Task&) { return guard.purge(); });
  queue.schedule("protection.purge_attempts", "41 * * * *", "protection.purge_attempts");
  queue.handle("protection.purge_rates", {}, [&database, &clock](const tasks::Task&) { return SharedRates::purge(database, clock.now()); });
  queue.schedule("protection.purge_rates", "*/10 * * * *", "protection.purge_rates");
}

}  // namespace openstrat::protection
