#include "sign_in/maintenance.hpp"

#include "db/database.hpp"
#include "sign_in/link_store.hpp"
#include "sign_in/ticket_store.hpp"
#include "tasks/queue.hpp"

namespace openstrat::sign_in {
namespace {

constexpr int kStep = 1000;

Status purge(db::Database& database, const Clock& clock) {
  while (true) {
    const auto done = database.write([&](db::Session& session) -> Result<bool> {
      const auto tickets = ticket_store::purge(session, clock.now(), kStep);
      if (!tickets) return fail(tickets.error());
      const auto links = link_store::purge(session, clock.now(), kStep);
      if (!links) return fail(links.error());
      return *tickets < kStep && *links;
    });
    if (!done) return fail(done.error());
    if (*done) return {};
  }
}

}  // namespace

void register_tasks(tasks::Queue& queue, db::Database& database, const Clock& clock) {
  queue.handle("sign_in.purge", {}, [&database, &clock](const tasks::Task&) { return purge(database, clock); });
  queue.schedule("sign_in.purge", "19 * * * *", "sign_in.purge");
}

}  // namespace openstrat::sign_in
