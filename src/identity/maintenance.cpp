#include "identity/maintenance.hpp"

#include "identity/signing_keys.hpp"
#include "identity/token_service.hpp"
#include "tasks/queue.hpp"

namespace openstrat::identity {

void register_tasks(tasks::Queue& queue, SigningKeys& keys, TokenService& tokens) {
  queue.handle("identity.rotate_keys", {}, [&keys](const tasks::Task&) { return keys.rotate(); });
  queue.schedule("identity.rotate_keys", "7 3 * * *", "identity.rotate_keys");
  queue.handle("identity.purge_sessions", {}, [&tokens](const tasks::Task&) { return tokens.purge_sessions(); });
  queue.schedule("identity.purge_sessions", "11 3 * * *", "identity.purge_sessions");
}

}  // namespace openstrat::identity
