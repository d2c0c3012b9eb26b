#include "realtime/credential_watch.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "http/principal.hpp"
#include "realtime/translate.hpp"

namespace openstrat::realtime {
namespace {

using identity::Change;

constexpr std::size_t kMostChanges = 1000;  ///< that wait; more of them count as "everything"
constexpr std::chrono::milliseconds kTick{1000};
constexpr std::chrono::milliseconds kRest{20};  ///< a hundred tags are often changed one after the other

bool concerns(const Change& change, const Viewer& viewer) {
  switch (change.kind) {
    case Change::Kind::user: return viewer.credential.person == "user:" + change.id;
    case Change::Kind::key: return viewer.credential.person == "key:" + change.id;
    case Change::Kind::session: return viewer.credential.session_id == change.id;
    case Change::Kind::team: return viewer.customer_id.to_string() == change.id;
    case Change::Kind::role: return true;  // whoever holds it
  }
  std::unreachable();
}

bool is_refusal(const Error& error) { return error.code() == Errc::unauthenticated || error.code() == Errc::forbidden; }

}  // namespace

Result<Viewer> CredentialWatch::viewer(const std::string& authorization) {
  http::Request request;
  request.headers.set("Authorization", authorization);
  const auto principal = deps_.authenticator.authenticate(request, http::Auth::bearer | http::Auth::api_key);
  if (!principal) return fail(principal.error());
  return viewer(*principal, authorization);
}

Result<Viewer> CredentialWatch::viewer(const http::Principal& principal, std::string authorization) {
  if (principal.mfa_missing) return fail(Errc::forbidden, "mfa_required", "your team requires a second factor: set up an authenticator app or a passkey first");
  if (!principal.delegate.empty()) return fail(Errc::forbidden, "scope_missing", "applications may not do this in a user's name");
  const CustomerId customer = principal.tenant.customer_id;
  if (customer.value.is_nil()) return fail(Errc::unauthenticated, "customer_missing", "choose a team first");
  auto rights = rights_of(customer, principal.scopes, principal.site_limits.get(), deps_.sights);
  if (!rights) return fail(rights.error());
  return Viewer{.customer_id = customer,
                .credential = {.authorization = std::move(authorization), .person = principal.subject, .session_id = principal.session_id},
                .rights = *std::move(rights)};
}

void CredentialWatch::changed(const Change* change) {
  {
    const std::scoped_lock lock(mutex_);
    if (change != nullptr && changes_.size() < kMostChanges) changes_.push_back(*change);
    else everything_ = true;
  }
  wake_.wake();
}

void CredentialWatch::look_again() {
  {
    const std::scoped_lock lock(mutex_);
    look_again_ = true;
  }
  wake_.wake();
}

void CredentialWatch::check(const std::shared_ptr<Stream>& stream) {
  const Duration now = deps_.clock.monotonic();
  auto viewer_now = viewer(stream->viewer.credential.authorization);
  if (viewer_now) {
    stream->checked_at = now;
    if (viewer_now->customer_id != stream->viewer.customer_id) return deps_.hub.revoke(stream, "team_switched");
    return deps_.hub.set_rights(stream, std::move(viewer_now->rights));
  }
  if (is_refusal(viewer_now.error())) return deps_.hub.revoke(stream, viewer_now.error().reason().empty() ? "token_invalid" : viewer_now.error().reason());
  if (now - stream->checked_at > kBelieveFor) return deps_.hub.revoke(stream, "unverified");
  log::debug("whether a live stream may go on cannot be told now", {log::of(viewer_now.error())});
}

/// Lists of people, roles and keys that somebody looks at.
void CredentialWatch::tell_teams(const std::vector<Change>& changes) {
  if (!deps_.teams_of) return;
  for (const Change& change : changes) {
    if (change.kind == Change::Kind::session) continue;
    for (const auto& [customer, what] : deps_.teams_of(change)) {
      Draft draft = settings_changed(customer, what, deps_.clock.now());
      draft.fleeting = true;  // every node hears of the change itself
      deps_.hub.publish(std::move(draft));
    }
  }
}

void CredentialWatch::round() {
  std::vector<Change> changes;
  bool everything, look;
  {
    const std::scoped_lock lock(mutex_);
    std::swap(changes, changes_);
    look = std::exchange(look_again_, false);
    everything = std::exchange(everything_, false);
  }
  const Duration now = deps_.clock.monotonic();
  const auto streams = deps_.hub.streams();
  if (streams.empty()) return;
  for (const auto& stream : streams) {
    const bool concerned = everything || std::ranges::any_of(changes, [&](const Change& change) { return concerns(change, stream->viewer); });
    if (concerned || now - stream->checked_at > kAskEvery) check(stream);
  }
  tell_teams(changes);
  if (!look && now - looked_at_ < kLookEvery) return;
  looked_at_ = now;
  if (const auto other = deps_.sights.refresh(); !other.empty()) deps_.hub.sights_changed(other);
}

void CredentialWatch::start() {
  thread_ = std::jthread([this](std::stop_token stop) {
    while (!stop.stop_requested()) {
      wake_.wait_for(kTick);
      round();
      wake_.rest(kRest);
    }
  });
}

void CredentialWatch::stop() {
  thread_.request_stop();
  wake_.end();
  if (thread_.joinable()) thread_.join();
}

}  // namespace openstrat::realtime
