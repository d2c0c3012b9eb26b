// One router on jumping time, for tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/device/births.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim::testing {

inline const Timestamp kStart = Timestamp(std::chrono::seconds(1'795'278'000));  ///< 2026-11-21 16:20:00

inline RouterSpec spec_of(std::string_view version, std::string_view model = "rb750gr3") {
  RouterSpec spec;
  spec.model = find_model(model);
  spec.version = *Version::parse(version);
  spec.serial = "CC210E592C82";
  spec.software_id = "SSXB-J5Q7";
  return spec;
}

struct TestRouter {
  explicit TestRouter(std::string_view version = "7.20.8", std::string_view model = "rb750gr3")
      : TestRouter(spec_of(version, model)) {}
  explicit TestRouter(const RouterSpec& spec) : services({.mode = TimeMode::jumping, .start = kStart}), router(services, spec) { router.power_on(); }

  struct Ran {
    std::vector<std::string> output;
    std::optional<std::string> error;
    bool killed = false;
    std::string text() const {
      std::string all;
      for (const std::string& line : output) all += line + "\n";
      return all;
    }
  };

  /// Runs a text in a terminal to its end.
  Ran run(std::string source, Policies policies = Policies::all()) {
    Ran ran;
    bool done = false;
    JobRequest request;
    request.source = std::move(source);
    request.type = "login";
    request.policies = policies;
    request.output = [&](std::string_view line) { ran.output.emplace_back(line); };
    request.done = [&](const JobOutcome& outcome) {
      ran.error = outcome.error;
      ran.killed = outcome.killed;
      done = true;
    };
    if (!router.run(std::move(request))) ran.error = "the router is not running";
    else if (!services.loop.run_until([&] { return done; }, std::chrono::hours(48))) ran.error = "the script did not end";
    return ran;
  }
  /// What an expression gives.
  std::string value(const std::string& expression) {
    const Ran ran = run(":put " + expression);
    return ran.error ? "error: " + *ran.error : ran.output.empty() ? "" : ran.output.front();
  }
  bool logged(std::string_view part) const {
    for (const LogLine& line : router.log().lines()) {
      if ((line.topics + " " + line.message).contains(part)) return true;
    }
    return false;
  }
  void pass(Duration time) { services.loop.run_for(time); }

  Services services;
  Router router;
};

}  // namespace openstrat::sim::testing
