#include "identity/maintenance.hpp"

#include "identity/credential_cache.hpp"
#include "identity/key_service.hpp"
#include "identity/member_service.hpp"
#include "identity/signing_keys.hpp"
#include "identity/team_service.hpp"
#include "identity/token_service.hpp"
#include "tasks/queue.hpp"

namespace openstrat::identity {

namespace {

void nightly(tasks::Queue& queue, const char* name, const char* cron, std::function<Status()> job) {
  queue.handle(name, {}, [job = std::move(job)](const tasks::Task&) { return job(); });
  queue.schedule(name, cron, name);
}

}  // namespace

void register_tasks(tasks::Queue& queue, SigningKeys& keys, TokenService& tokens, CredentialCache& cache) {
  nightly(queue, "identity.rotate_keys", "7 3 * * *", [&keys] { return keys.rotate(); });
  nightly(queue, "identity.purge_sessions", "11 3 * * *", [&tokens] { return tokens.purge_sessions(); });
  nightly(queue, "identity.purge_changes", "23 3 * * *", [&cache] { return cache.purge_changes(); });
}

void register_team_tasks(tasks::Queue& queue, MemberService& members, TeamService& teams, KeyService& keys, mail::Mailer& mailer) {
  nightly(queue, "identity.purge_users", "19 3 * * *", [&members] { return members.purge(); });
  nightly(queue, "identity.purge_invites", "21 3 * * *", [&teams] { return teams.purge_invites(); });
  nightly(queue, "identity.warn_of_expiry", "37 6 * * *", [&keys, &mailer] { return keys.warn_of_expiry(mailer); });
}

}  // namespace openstrat::identity
