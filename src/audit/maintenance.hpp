// What the audit log does once a night, on one node.
#pragma once

namespace openstrat::tasks {
class Queue;
}

namespace openstrat::audit {

class AuditWriter;

/// Retention and anchor. Before the queue starts.
void register_tasks(tasks::Queue& queue, AuditWriter& writer);

}  // namespace openstrat::audit
