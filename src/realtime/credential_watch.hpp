// Whether what a stream was opened with still stands: asked again when rights change, and from time to time anyway.
#pragma once

#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/wake_signal.hpp"
#include "identity/changes.hpp"
#include "realtime/hub.hpp"

namespace openstrat::http {
class Authenticator;
struct Principal;
}

namespace openstrat::realtime {

class CredentialWatch {
 public:
  static constexpr std::chrono::seconds kAskEvery{60};      ///< tokens run out without a change of rights
  static constexpr std::chrono::seconds kBelieveFor{90};    ///< while nobody can be asked
  static constexpr std::chrono::seconds kLookEvery{5};      ///< which sites have the tags that roles are limited to

  struct Dependencies {
    http::Authenticator& authenticator;
    Sights& sights;
    Hub& hub;
    const Clock& clock;
    /// The teams in which a change shows, and as what (`member`, `role`, `key`, `team`). May block.
    std::function<std::vector<std::pair<CustomerId, std::string>>(const identity::Change&)> teams_of = {};
  };
  explicit CredentialWatch(Dependencies dependencies) : deps_(std::move(dependencies)) {}
  ~CredentialWatch() { stop(); }

  /// Who may watch with this header. unauthenticated or forbidden with the authenticator's reason, `customer_missing`, `mfa_required`.
  Result<Viewer> viewer(const std::string& authorization);
  Result<Viewer> viewer(const http::Principal& principal, std::string authorization);

  /// Any thread; see identity::CredentialCache::listen().
  void changed(const identity::Change* change);
  /// Any thread: the tags that roles are limited to have changed.
  void look_again();
  /// One round; the thread calls it.
  void round();
  void start();
  void stop();

 private:
  void check(const std::shared_ptr<Stream>& stream);
  void tell_teams(const std::vector<identity::Change>& changes);

  const Dependencies deps_;
  std::mutex mutex_;
  std::vector<identity::Change> changes_;
  bool everything_ = false;
  bool look_again_ = false;
  Duration looked_at_{};
  WakeSignal wake_;
  std::jthread thread_;
};

}  // namespace openstrat::realtime
