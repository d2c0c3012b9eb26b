#include "app/census.hpp"

#include "audit/log_store.hpp"
#include "db/session.hpp"
#include "fleet/census.hpp"
#include "identity/user_store.hpp"
#include "mail/mail_store.hpp"

namespace openstrat::app {
namespace {

template <class T>
Status put(T& into, Result<T> value) {
  if (!value) return fail(std::move(value.error()));
  into = *std::move(value);
  return {};
}

}  // namespace

Result<Census> take_census(db::Session& session, Timestamp now) {
  Census census;
  audit::log_store::Chain chain;
  fleet::Totals sites;
  identity::user_store::Headcount people;
  if (auto done = put(census.tasks, tasks::census(session, now)); !done) return fail(done.error());
  if (auto done = put(census.events, bus::census(session)); !done) return fail(done.error());
  if (auto done = put(census.mails_waiting, mail::mail_store::count_waiting(session)); !done) return fail(done.error());
  if (auto done = put(census.mails_failed, mail::mail_store::count_failed(session)); !done) return fail(done.error());
  if (auto done = put(chain, audit::log_store::chain(session)); !done) return fail(done.error());
  if (auto done = put(sites, fleet::totals(session)); !done) return fail(done.error());
  if (auto done = put(people, identity::user_store::headcount(session)); !done) return fail(done.error());
  if (auto done = put(census.nodes, platform::NodeRegistry::list(session)); !done) return fail(done.error());
  census.audit_entries = chain.last_seq - chain.purged_seq;
  census.sites = sites.sites, census.adopted = sites.adopted;
  census.operators = people.operators, census.users = people.users;
  return census;
}

}  // namespace openstrat::app
