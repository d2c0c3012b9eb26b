#include "identity/maintenance.hpp"

#include "identity/audit_writer.hpp"
#include "identity/signing_keys.hpp"
#include "identity/token_service.hpp"
#include "tasks/queue.hpp"

namespace openstrat::identity {

void register_tasks(tasks::Queue& queue, SigningKeys& keys, TokenService& tokens, AuditWriter& audit) {
  queue.handle("identity.rotate_keys", {}, [&keys](const tasks::Task&) { return keys.rotate(); });
  queue.schedule("identity.rotate_keys", "7 3 * * *", "identity.rotate_keys");
  queue.handle("identity.purge_sessions", {}, [&tokens](const tasks::Task&) { return tokens.purge_sessions(); });
  queue.schedule("identity.purge_sessions", "11 3 * * *", "identity.purge_sessions");
  queue.handle("identity.purge_audit", {}, [&audit](const tasks::Task&) { return audit.purge(); });
  queue.schedule("identity.purge_audit", "13 3 * * *", "identity.purge_audit");
  queue.handle("identity.anchor_audit", {}, [&audit](const tasks::Task&) { return audit.anchor(); });
  queue.schedule("identity.anchor_audit", "17 3 * * *", "identity.anchor_audit");
}

}  // namespace openstrat::identity
