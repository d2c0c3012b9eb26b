#include "protection/announcer.hpp"

#include <algorithm>
#include <set>

#include "audit/audit_service.hpp"
#include "base/attributes.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "identity/team_contacts_service.hpp"
#include "identity/user_service.hpp"
#include "mail/mail_service.hpp"
#include "protection/attempt_store.hpp"
#include "protection/blocks.hpp"
#include "tasks/queue.hpp"

namespace openstrat::protection {
namespace {

constexpr const char* kBlocked = "security.login_blocked";
constexpr const char* kThrottled = "security.ip_throttled";
constexpr const char* kBreached = "security.breached_password";
constexpr auto kThrottleWindow = std::chrono::minutes(10);
constexpr std::size_t kMostTeams = 50;  // told of one throttled source

std::string text_of(const tasks::Task& task, std::string_view name) { return task.payload.text(name).value_or(""); }

mail::Message message_to(const identity::User& user, std::string_view template_name, Attributes fields) {
  return {.to = user.email, .to_name = user.name, .template_name = std::string(template_name), .fields = std::move(fields), .locale = user.locale,
          .timezone = user.timezone};
}

/// A user who is gone meanwhile is no failure: nobody is left to be told.
Result<std::optional<identity::User>> find(identity::UserService& users, UserId id) {
  auto user = users.find_user(id);
  if (!user && user.error().code() == Errc::not_found) return std::optional<identity::User>();
  if (!user) return fail(user.error());
  return std::optional(*std::move(user));
}

Result<std::vector<CustomerId>> team_ids(identity::UserService& users, UserId id) {
  const auto teams = users.teams_of(id);
  if (!teams) return fail(teams.error());
  std::vector<CustomerId> ids;
  for (const auto& team : *teams) ids.push_back(team.id);
  return ids;
}

}  // namespace

void Announcer::register_tasks() {
  deps_.tasks.handle(kBlocked, {}, [this](const tasks::Task& task) { return tell_of_block(task); });
  deps_.tasks.handle(kThrottled, {}, [this](const tasks::Task& task) { return tell_of_throttling(task); });
  deps_.tasks.handle(kBreached, {}, [this](const tasks::Task& task) { return tell_of_breach(task); });
}

Status Announcer::login_blocked(db::Session& session, BlockId block) {
  return deps_.tasks.enqueue(session, {.kind = kBlocked, .payload = {{"block", block.to_string()}}, .unique_key = block.to_string()});
}

Status Announcer::ip_throttled(db::Session& session, std::string_view source, const IpAddress& address) {
  return deps_.tasks.enqueue(session, {.kind = kThrottled, .payload = {{"source", std::string(source)}, {"address", address.to_string()}},
                                       .unique_key = std::string(source)});
}

Status Announcer::breached_password(db::Session& session, UserId user, const IpAddress& address) {
  return deps_.tasks.enqueue(session, {.kind = kBreached, .payload = {{"user", user.to_string()}, {"address", address.to_string()}},
                                       .unique_key = user.to_string()});
}

Status Announcer::append_for_teams(db::Session& session, std::string_view event, const std::vector<CustomerId>& teams, std::string_view resource,
                                   const Attributes& data) {
  for (const auto& team : teams) {
    auto appended = deps_.bus.append(session, {.name = std::string(event), .occurred_at = deps_.clock.now(), .customer_id = team,
                                               .resource_id = std::string(resource), .data = data});
    if (!appended) return appended;
  }
  return {};
}

Status Announcer::tell_of_block(const tasks::Task& task) {
  const auto id = task.payload.id<BlockId>("block");
  const auto block = deps_.database.read([&](db::Session& session) { return attempt_store::find_block(session, id.value_or(BlockId())); });
  if (!block) return fail(block.error());
  if (!*block) return {};  // lifted meanwhile
  audit::AuditEntry entry{.endpoint = kBlocked, .ip_address = (*block)->address, .request_id = task.id};
  std::optional<identity::User> user;
  std::vector<CustomerId> teams;
  if ((*block)->user_id) {
    auto found = find(deps_.users, *(*block)->user_id);
    if (!found) return fail(found.error());
    user = *std::move(found);
  }
  if (user) {
    auto ids = team_ids(deps_.users, user->id);
    if (!ids) return fail(ids.error());
    teams = *std::move(ids);
    entry.user_id = user->id;
    if (!teams.empty()) entry.team_id = teams.front();
    const auto told = deps_.database.write([&](db::Session& session) -> Status {
      const auto link = deps_.blocks.unblock_link(user->id);
      auto message = message_to(*user, "account_blocked", {{"attempts", static_cast<std::int64_t>((*block)->failures)}, {"address", (*block)->address},
                                                           {"link", link.url}, {"expires_at", to_iso8601(link.expires_at)}});
      message.unique_key = "block:" + (*block)->id.to_string();
      message.useless_after = link.expires_at;
      if (auto sent = deps_.mailer.send(session, message); !sent) return sent;
      return append_for_teams(session, kBlocked, teams, user->id.to_string(),
                              {{"block", (*block)->id.to_string()}, {"user", user->id.to_string()}, {"email", user->email}, {"address", (*block)->address},
                               {"until", to_unix_us((*block)->until)}});
    });
    if (!told) return told;
  } else {
    entry.note = "nobody has the e-mail address";
  }
  deps_.audit.record(std::move(entry));
  return {};
}

Status Announcer::tell_of_throttling(const tasks::Task& task) {
  const auto source = text_of(task, "source"), address = text_of(task, "address");
  const auto now = deps_.clock.now();
  const auto targets = deps_.database.read([&](db::Session& session) { return attempt_store::targets_of(session, source, now - kThrottleWindow); });
  if (!targets) return fail(targets.error());
  std::set<CustomerId> teams;
  for (const UserId user : targets->users) {
    const auto ids = team_ids(deps_.users, user);
    if (!ids) return fail(ids.error());
    for (const auto& id : *ids)
      if (teams.size() < kMostTeams) teams.insert(id);
  }
  const Attributes data{{"address", address}, {"source", source}, {"attempts", targets->attempts}, {"accounts", targets->accounts}};
  const auto told = deps_.database.write([&](db::Session& session) -> Result<bool> {
    const auto first = attempt_store::may_notify(session, source, now, deps_.settings.notice_period);
    if (!first || !*first) return first;
    for (const auto& team : teams) {
      const auto people = identity::administrators_of(session, Tenant{team});
      if (!people) return fail(people.error());
      for (const auto& person : *people) {
        auto message = message_to(person, "suspicious_address", {{"attempts", targets->attempts}, {"accounts", targets->accounts}, {"address", address},
                                                                 {"seen_at", to_iso8601(now)}, {"security_link", deps_.settings.portal_url + "/security"}});
        message.customer_id = team;
        message.unique_key = "throttle:" + task.id + ":" + person.id.to_string();  // one mail, though somebody administers several teams
        if (auto sent = deps_.mailer.send(session, message); !sent) return fail(sent.error());
      }
    }
    if (auto appended = append_for_teams(session, kThrottled, {teams.begin(), teams.end()}, source, data); !appended) return fail(appended.error());
    return true;
  });
  if (!told) return fail(told.error());
  if (*told) deps_.audit.record({.endpoint = kThrottled, .ip_address = address, .request_payload = data.to_json(), .request_id = task.id});
  return {};
}

Status Announcer::tell_of_breach(const tasks::Task& task) {
  const auto found = find(deps_.users, task.payload.id<UserId>("user").value_or(UserId()));
  if (!found) return fail(found.error());
  if (!*found) return {};
  const identity::User& user = **found;
  const auto teams = team_ids(deps_.users, user.id);
  if (!teams) return fail(teams.error());
  const auto told = deps_.database.write([&](db::Session& session) -> Status {
    auto message = message_to(user, "breached_password", {{"link", deps_.settings.auth_url + "/password/reset"}});
    message.unique_key = "breach:" + task.id;
    if (auto sent = deps_.mailer.send(session, message); !sent) return sent;
    return append_for_teams(session, kBreached, *teams, user.id.to_string(), {{"user", user.id.to_string()}, {"email", user.email}});
  });
  if (!told) return told;
  audit::AuditEntry entry{.user_id = user.id, .endpoint = kBreached, .ip_address = text_of(task, "address"), .request_id = task.id};
  if (!teams->empty()) entry.team_id = teams->front();
  deps_.audit.record(std::move(entry));
  return {};
}

}  // namespace openstrat::protection
