#include "identity/session_activity.hpp"

#include "base/log.hpp"
#include "db/database.hpp"
#include "identity/session_store.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kSessions = 50'000;

}  // namespace

SessionActivity::SessionActivity(db::Database& database, const Clock& clock)
    : database_(database), clock_(clock), written_(clock, kWrittenEvery, kSessions) {}

void SessionActivity::note(std::string_view session_id) noexcept {
  if (written_.get(session_id)) return;
  written_.put(session_id, nullptr, written_.generation());
  database_.write_async(
      [id = std::string(session_id), now = clock_.now()](db::Session& session) { return session_store::touch(session, id, now); },
      [](const Status& done) {
        if (!done) log::warning("last use of a session was not written", {log::of(done.error())});
      });
}

}  // namespace openstrat::identity
