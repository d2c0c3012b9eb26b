// What tests of backups share: both engines, a bus that records, one adopted site.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "backups/schema.hpp"
#include "backups/settings.hpp"
#include "base/guarded.hpp"
#include "base/rng.hpp"
#include "base/url_signer.hpp"
#include "bus/bus.hpp"
#include "bus/schema.hpp"
#include "control_plane/schema.hpp"
#include "db/testing.hpp"
#include "fleet/schema.hpp"
#include "fleet/site_store.hpp"
#include "tasks/schema.hpp"

namespace openstrat::backups {

inline std::vector<db::Migration> all_migrations() {
  std::vector<db::Migration> all;
  for (const auto& area : {bus::migrations(), tasks::migrations(), control_plane::migrations(), fleet::migrations(), migrations()})
    all.insert(all.end(), area.begin(), area.end());
  return all;
}

/// Keeps what was said, and hands events to their subscribers when asked to.
class RecordingBus final : public bus::Bus {
 public:
  void subscribe(std::string, std::string pattern, bus::Handler handler) override { handlers_.emplace_back(std::move(pattern), std::move(handler)); }
  Status append(db::Session& session, bus::Event event) override {
    session.on_commit([this, event] { events_.lock()->push_back(event); });
    return {};
  }
  void publish(bus::Event event) override { events_.lock()->push_back(std::move(event)); }
  void start() override {}
  void stop() override {}

  std::vector<bus::Event> events(std::string_view name) {
    std::vector<bus::Event> found;
    for (const auto& event : *events_.lock())
      if (event.name == name) found.push_back(event);
    return found;
  }
  void deliver(const bus::Event& event) {
    for (const auto& [pattern, handler] : handlers_)
      if (pattern == event.name) {
        const auto done = handler(event);
        EXPECT_TRUE(done) << event.name;
      }
  }

 private:
  Guarded<std::vector<bus::Event>> events_;
  std::vector<std::pair<std::string, bus::Handler>> handlers_;
};

inline fleet::Site sample_site(CustomerId customer, Timestamp now, std::string name = "Branch 7 (Berlin)") {
  fleet::Site site;
  site.customer_id = customer;
  site.id = SiteId(uuid_v4(secure_rng()));
  site.pid = "site_" + ksuid(now, secure_rng());
  site.name = std::move(name);
  site.has_pulse = true;
  site.adopted_at = now;
  site.facts.software_version = "7.16.2 (stable)";
  site.timezone = "Europe/Berlin";
  site.created_at = site.updated_at = now;
  return site;
}

inline std::string sample_export(std::string_view address = "192.168.88.1/24", std::string_view at = "2026-11-21 16:20:00") {
  return "# " + std::string(at) + " by RouterOS 7.16.2\n# software id = ABCD-1234\n#\n# model = RB5009UG+S+\n# serial number = HG1234\n" +
         "/interface bridge\nadd name=bridge\n/ip address\nadd address=" + std::string(address) +
         " interface=bridge network=192.168.88.0\n/user\nadd group=full name=ops password=hunter2\n";
}

}  // namespace openstrat::backups
