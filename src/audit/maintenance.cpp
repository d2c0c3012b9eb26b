#include "audit/maintenance.hpp"

#include "audit/writer.hpp"
#include "tasks/queue.hpp"

namespace openstrat::audit {

void register_tasks(tasks::Queue& queue, AuditWriter& writer) {
  queue.handle("audit.purge", {}, [&writer](const tasks::Task&) { return writer.purge(); });
  queue.schedule("audit.purge", "13 3 * * *", "audit.purge");
  queue.handle("audit.anchor", {}, [&writer](const tasks::Task&) { return writer.anchor(); });
  queue.schedule("audit.anchor", "17 3 * * *", "audit.anchor");
}

}  // namespace openstrat::audit
