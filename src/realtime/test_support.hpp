// A hub with a clock of its own, and clients that read from it as a connection would.
#pragma once

#include <gmock/gmock.h>

#include "base/metrics.hpp"
#include "realtime/hub.hpp"

namespace openstrat::realtime {

inline CustomerId customer_number(int n) { return CustomerId::parse("00000000-0000-4000-8000-00000000000" + std::to_string(n)).value(); }
inline SiteId site_number(int n) { return SiteId::parse("10000000-0000-4000-8000-00000000000" + std::to_string(n)).value(); }

inline Rights all_rights() {
  Rights rights;
  for (auto& grant : rights.grants) grant.held = true;
  return rights;
}

/// Takes whatever the stream gives, as soon as it does.
class Reader {
 public:
  explicit Reader(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) { ask(); }
  ~Reader() { leave(); }
  std::string take() { return std::exchange(text_, {}); }
  const std::string& text() const { return text_; }
  bool ended() const { return ended_; }
  void leave() { stream_->leave(); }
  Stream& stream() { return *stream_; }
  /// The id that a browser would come back with.
  std::string last_id() const {
    const auto at = seen_.rfind("id: ");
    return at == std::string::npos ? "" : seen_.substr(at + 4, seen_.find('\n', at) - at - 4);
  }

 private:
  void ask() {
    stream_->next([this](std::string piece) {
      if (piece.empty()) return void(ended_ = true);
      text_ += piece;
      seen_ += piece;
      ask();
    });
  }
  std::shared_ptr<Stream> stream_;
  std::string text_, seen_;
  bool ended_ = false;
};

struct HubWorld {
  explicit HubWorld(Settings settings = {}, std::string epoch = "e1", Archive* archive = nullptr)
      : hub({.clock = clock, .metrics = metrics, .settings = settings, .epoch = std::move(epoch), .archive = archive,
             .watch_site = [this](SiteId site, bool on) { watched.emplace_back(site, on); }}) {}

  Viewer viewer(int customer, std::string person = "user:a", Rights rights = all_rights()) {
    return {.customer_id = customer_number(customer), .credential = {.authorization = "Bearer t", .person = std::move(person)}, .rights = std::move(rights)};
  }
  std::shared_ptr<Stream> open(Viewer viewer, std::optional<std::string_view> last_id = {}) { return hub.open(std::move(viewer), last_id).value(); }
  void tell(int customer, std::string name, std::optional<SiteId> site = {}, Topic topic = Topic::sites) {
    hub.publish(Draft{.customer_id = customer_number(customer), .site_id = site, .topic = topic, .name = std::move(name), .data = "{}"});
    hub.round();
  }

  ManualClock clock{from_unix_us(1'770'000'000'000'000)};
  metrics::Registry metrics;
  std::vector<std::pair<SiteId, bool>> watched;
  Hub hub;
};

}  // namespace openstrat::realtime
