#include "protection/sign_in_guard.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/attributes.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "db/database.hpp"
#include "protection/allow_list.hpp"
#include "protection/announcer.hpp"
#include "protection/blocks.hpp"
#include "protection/breach_service.hpp"
#include "protection/policy_service.hpp"
#include "protection/risk.hpp"

namespace openstrat::protection {
namespace {

using sign_in::Attempt;

constexpr auto kRecent = std::chrono::minutes(10);
constexpr int kAccountFailures = 20;                          // of one account from everywhere, at once …
constexpr auto kAccountRefill = std::chrono::seconds(30);     // … then one more in this time

std::string_view bytes_of(const auto& digest) { return {reinterpret_cast<const char*>(digest.data()), digest.size()}; }

std::string_view kind_of(const Attempt& attempt) {
  switch (attempt.kind) {
    case Attempt::Kind::sign_in: return "sign_in";
    case Attempt::Kind::sign_up: return "sign_up";
    case Attempt::Kind::password_reset: return "password_reset";
  }
  std::unreachable();
}

/// A bucket of `size` tokens that is full again at `full_at` has none left until this time; nullopt: it has one.
std::optional<Timestamp> empty_until(Timestamp full_at, int size, Duration step, Timestamp now) {
  const Timestamp next = full_at - step * (size - 1);
  return next > now ? std::optional(next) : std::nullopt;
}

/// Whether the token that was just taken was the last one.
bool was_last(Timestamp full_at, int size, Duration step, Timestamp now) {
  return empty_until(full_at, size, step, now) && !empty_until(full_at - step, size, step, now);
}

Error too_many_attempts(Timestamp until, Timestamp now) {
  const auto wait = std::max(std::chrono::ceil<std::chrono::seconds>(until - now), std::chrono::seconds(1));
  return Error(Errc::rate_limited, "too_many_attempts", "Too many attempts. Try again later, or look for a mail from us.").with_retry_after(wait);
}

metrics::Counter& refused(metrics::Registry& registry, const char* reason) {
  return registry.counter("openstrat_sign_in_refused_total", "Tries to sign in, sign up or reset a password that were turned away", {{"reason", reason}});
}
metrics::Counter& challenges(metrics::Registry& registry, const char* outcome) {
  return registry.counter("openstrat_sign_in_challenges_total", "Proofs of work at sign-in", {{"outcome", outcome}});
}

}  // namespace

SignInGuard::SignInGuard(Dependencies dependencies)
    : deps_(std::move(dependencies)),
      proofs_(deps_.challenge_key, deps_.settings.challenge_life),
      blocked_(refused(deps_.metrics, "blocked")),
      throttled_(refused(deps_.metrics, "throttled")),
      asked_(challenges(deps_.metrics, "asked")),
      solved_(challenges(deps_.metrics, "solved")),
      wrong_(challenges(deps_.metrics, "wrong")) {}

AttemptKeys SignInGuard::keys_of(const Attempt& attempt) const {
  const bool v4 = attempt.remote.is_v4();
  const std::string address = attempt.remote.to_string();
  return {.account = crypto::hex(crypto::hmac_sha256(bytes_of(deps_.account_key), attempt.email)).substr(0, 32),
          .address = address,
          .source = v4 ? address : Cidr(attempt.remote, 64).network().to_string(),
          .network = Cidr(attempt.remote, v4 ? 16 : 32).network().to_string()};
}

Result<Standing> SignInGuard::standing_of(const AttemptKeys& keys) {
  if (const auto known = deps_.memory.standing(keys)) return *known;
  const auto since = deps_.clock.now() - kRecent;
  const auto read = deps_.database.read([&](db::Session& session) { return attempt_store::standing(session, keys, since); });
  if (!read) return read;
  return deps_.memory.put(keys, *read);
}

int SignInGuard::risk(const Attempt& attempt, const Standing& standing) const {
  return risk_of(attempt, {.recent_failures = standing.recent_failures,
                           .network_known = standing.network_known,
                           .account_under_attack = empty_until(standing.account_full_at, kAccountFailures, kAccountRefill, deps_.clock.now()).has_value(),
                           .datacentre = std::ranges::any_of(deps_.settings.datacentres, [&](const Cidr& net) { return net.contains(attempt.remote); })});
}

std::optional<Timestamp> SignInGuard::throttled_until(Timestamp sign_in_full_at, Timestamp sign_up_full_at) const {
  if (!throttling_) return std::nullopt;
  const auto now = deps_.clock.now();
  return std::max(empty_until(sign_in_full_at, deps_.settings.failed_sign_ins, deps_.settings.refill, now),
                  empty_until(sign_up_full_at, deps_.settings.sign_ups, deps_.settings.refill, now));
}

Result<std::optional<std::string>> SignInGuard::admit(const Attempt& attempt) {
  const AttemptKeys keys = keys_of(attempt);
  const auto now = deps_.clock.now();
  const auto refuse_throttled = [&](Timestamp until) {
    throttled_.add();
    return fail(too_many_attempts(until, now));
  };
  // A flood with ever new accounts must not cost a query each: what is known of its source is enough.
  if (const auto source = deps_.memory.source(keys))
    if (const auto until = throttled_until(source->sign_in_full_at, source->sign_up_full_at); until && !deps_.allowed.trusts(attempt.remote, attempt.email))
      return refuse_throttled(*until);

  const auto standing = standing_of(keys);
  if (!standing) return fail(standing.error());
  if (attempt.kind == Attempt::Kind::sign_in && standing->blocked_until > now) {
    blocked_.add();
    return fail(too_many_attempts(standing->blocked_until, now));
  }
  const auto until = throttled_until(standing->sign_in_full_at, standing->sign_up_full_at);
  const int points = risk(attempt, *standing);
  if (until || points >= kRiskyFrom) {
    if (!deps_.allowed.trusts(attempt.remote, attempt.email)) {
      if (until) return refuse_throttled(*until);
      auto asked = challenge(attempt, keys, points);
      if (!asked || *asked) return asked;
    }
  }
  if (attempt.kind != Attempt::Kind::sign_in) count_sign_up(attempt, keys, *standing);
  return std::optional<std::string>();
}

Result<std::optional<std::string>> SignInGuard::challenge(const Attempt& attempt, const AttemptKeys& keys, int risk) {
  if (attempt.proof) {
    const auto proven = has_proof(attempt, keys);
    if (!proven) return fail(proven.error());
    if (*proven) return std::optional<std::string>();
  }
  asked_.add();
  const auto made = proofs_.make({kind_of(attempt), keys.source}, ProofOfWork::kLeastBits + risk - kRiskyFrom, deps_.clock.now(), deps_.rng);
  return std::optional(Attributes{{"algorithm", "SHA-256"}, {"challenge", made.text}, {"bits", static_cast<std::int64_t>(made.bits)},
                                  {"expires_at", to_iso8601(made.expires_at)}}.to_json());
}

Result<bool> SignInGuard::has_proof(const Attempt& attempt, const AttemptKeys& keys) {
  const auto answer = proofs_.verify(*attempt.proof, {kind_of(attempt), keys.source}, deps_.clock.now());
  bool counts = answer.verdict == ProofOfWork::Verdict::good;
  if (counts) {
    const auto unused = deps_.database.write([&](db::Session& session) { return attempt_store::spend_proof(session, answer.salt, answer.expires_at); });
    if (!unused) return fail(unused.error());
    counts = *unused;
  }
  (counts ? solved_ : wrong_).add();
  return counts;
}

void SignInGuard::count_sign_up(const Attempt& attempt, const AttemptKeys& keys, const Standing& standing) {
  const auto now = deps_.clock.now();
  const int points = risk(attempt, standing);
  Standing counted = standing;
  counted.sign_up_full_at = std::max(standing.sign_up_full_at, now) + deps_.settings.refill;
  deps_.memory.raise(keys, counted);
  deps_.database.write_async(
      [this, keys, now, points, kind = kind_of(attempt), remote = attempt.remote](db::Session& session) -> Status {
        if (auto added = attempt_store::add(session, keys, {.kind = kind, .risk = points, .at = now}); !added) return added;
        const auto full_at = attempt_store::take_token(session, "sign_up", keys.source, deps_.settings.refill, now);
        if (!full_at) return fail(full_at.error());
        if (!was_last(*full_at, deps_.settings.sign_ups, deps_.settings.refill, now)) return {};
        return deps_.announcer.ip_throttled(session, keys.source, remote);
      },
      [](Status stored) {
        if (!stored) log::error("a sign-up was not counted", {log::of(stored.error())});
      });
}

Result<Standing> SignInGuard::count_failure(const Attempt& attempt, const AttemptKeys& keys, std::optional<UserId> user, Standing standing, int risk) {
  const auto now = deps_.clock.now();
  const Settings& settings = deps_.settings;
  return deps_.database.write([&](db::Session& session) -> Result<Standing> {
    Standing counted = standing;
    if (auto added = attempt_store::add(session, keys, {.kind = kind_of(attempt), .user_id = user, .risk = risk, .at = now}); !added) return fail(added.error());
    if (attempt.kind != Attempt::Kind::sign_in) return counted;
    const auto pair = attempt_store::count_failure(session, keys, user, now);
    if (!pair) return fail(pair.error());
    counted.failures = pair->failures;
    counted.blocked_until = pair->blocked_until.value_or(Timestamp{});
    if (pair->failures >= settings.failures_until_block && !pair->blocked_until) {
      const BlockId id(uuid_v4(deps_.rng));
      counted.blocked_until = now + settings.block_life;
      if (auto blocked = attempt_store::block(session, keys, id, now, counted.blocked_until); !blocked) return fail(blocked.error());
      if (auto told = deps_.announcer.login_blocked(session, id); !told) return fail(told.error());
    }
    const auto source = attempt_store::take_token(session, "sign_in", keys.source, settings.refill, now);
    if (!source) return fail(source.error());
    const auto account = attempt_store::take_token(session, "account", keys.account, kAccountRefill, now);
    if (!account) return fail(account.error());
    counted.sign_in_full_at = *source;
    counted.account_full_at = *account;
    ++counted.recent_failures;
    if (was_last(*source, settings.failed_sign_ins, settings.refill, now))
      if (auto told = deps_.announcer.ip_throttled(session, keys.source, attempt.remote); !told) return fail(told.error());
    return counted;
  });
}

void SignInGuard::failed(const Attempt& attempt, std::optional<UserId> user) noexcept {
  const AttemptKeys keys = keys_of(attempt);
  const auto standing = standing_of(keys);
  const Standing before = standing ? *standing : Standing{};
  const auto counted = count_failure(attempt, keys, user, before, risk(attempt, before));
  if (!counted) return log::error("a failed sign-in was not counted", {log::of(counted.error())});
  deps_.memory.raise(keys, *counted);
}

void SignInGuard::succeeded(const Attempt& attempt, UserId user) noexcept {
  const AttemptKeys keys = keys_of(attempt);
  const auto standing = deps_.memory.standing(keys);
  const int points = standing ? risk(attempt, *standing) : 0;
  deps_.memory.clear_pair(keys);
  deps_.database.write_async(
      [keys, user, points, kind = kind_of(attempt), now = deps_.clock.now()](db::Session& session) -> Status {
        if (auto forgotten = attempt_store::forget_failures(session, keys); !forgotten) return forgotten;
        return attempt_store::add(session, keys, {.kind = kind, .success = true, .user_id = user, .risk = points, .at = now});
      },
      [](Status stored) {
        if (!stored) log::error("a sign-in was not recorded", {log::of(stored.error())});
      });
}

bool SignInGuard::is_breached(std::string_view password) noexcept { return deps_.breaches.is_breached(password); }

void SignInGuard::found_breached(const Attempt& attempt, UserId user) noexcept {
  const auto told = deps_.database.write([&](db::Session& session) { return deps_.announcer.breached_password(session, user, attempt.remote); });
  if (!told) log::error("a breached password was not announced", {log::of(told.error()), {"user", user.to_string()}});
}

Result<std::vector<std::string>> SignInGuard::broken_rules(std::string_view password, std::string_view, std::optional<UserId> user) {
  std::vector<std::string> broken;
  if (!user) return broken;
  const auto policy = deps_.policies.of_user(*user);
  if (!policy) return fail(policy.error());
  if (text::length_utf8(password) < static_cast<std::size_t>(policy->min_length))
    broken.push_back(fmt::format("must have at least {} characters", policy->min_length));
  return broken;
}

Status SignInGuard::unblock(UserId user) { return deps_.blocks.lift_all(user); }

Status SignInGuard::purge() {
  const auto now = deps_.clock.now();
  return deps_.database.write([&](db::Session& session) { return attempt_store::purge(session, now, now - std::chrono::days(deps_.settings.attempts_days)); });
}

}  // namespace openstrat::protection
