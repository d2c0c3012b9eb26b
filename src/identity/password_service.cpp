#include "identity/password_service.hpp"

#include <new>
#include <utility>

#include "base/crypto.hpp"
#include "base/metrics.hpp"

namespace openstrat::identity {
namespace {

// Passwords have at most 128 characters; hashing more than what fits would be work for nothing.
constexpr std::size_t kLongest = 1024;

Error busy() {
  return Error(Errc::unavailable, "Too many passwords are being checked at this moment; try again in a second.").with_retry_after(std::chrono::seconds(1));
}

}  // namespace

/// One of the places; given back when it goes.
class PasswordService::Turn {
 public:
  explicit Turn(PasswordService& service) : service_(&service) {}
  Turn(Turn&& other) noexcept : service_(std::exchange(other.service_, nullptr)) {}
  Turn& operator=(Turn&&) = delete;
  ~Turn() {
    if (service_ == nullptr) return;
    const std::scoped_lock lock(service_->mutex_);
    --service_->running_;
    service_->turn_ended_.notify_one();
  }

 private:
  PasswordService* service_;
};

PasswordService::PasswordService(Options options, metrics::Registry* metrics) : options_(options), nobody_(crypto::unmatchable_hash(options.cost)) {
  if (metrics == nullptr) return;
  refused_ = &metrics->counter("openstrat_password_refused_total", "Sign-ins refused because too many passwords were being checked");
  metrics->gauge_callback("openstrat_password_computations", "Argon2 computations since the start", [this] { return double(computations()); });
}

Result<PasswordService::Turn> PasswordService::take_turn() {
  std::unique_lock lock(mutex_);
  if (running_ >= options_.at_once) {
    if (waiting_ >= options_.waiting) {
      if (refused_ != nullptr) refused_->add();
      return fail(busy());
    }
    ++waiting_;
    turn_ended_.wait(lock, [this] { return running_ < options_.at_once; });
    --waiting_;
  }
  ++running_;
  ++computations_;
  return Turn(*this);
}

Result<std::string> PasswordService::hash(std::string_view password) {
  const auto turn = take_turn();
  if (!turn) return fail(turn.error());
  try {
    return crypto::hash_password(password, options_.cost);
  } catch (const std::bad_alloc&) {
    return fail(Errc::unavailable, "There is not enough memory to store a password now; try again.");
  }
}

Result<bool> PasswordService::verify(const std::optional<std::string>& phc, std::string_view password) {
  const auto turn = take_turn();
  if (!turn) return fail(turn.error());
  const bool matches = crypto::verify_password(phc.value_or(nobody_), password.substr(0, kLongest));
  return phc && matches && password.size() <= kLongest;
}

}  // namespace openstrat::identity
