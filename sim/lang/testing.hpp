// A host that records, for tests of what runs scripts.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ros_language/parser.hpp"
#include "ros_language/testing.hpp"
#include "sim/lang/host.hpp"
#include "sim/lang/interpreter.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim::testing {

using ros::testing::router_menus;

class MapGlobals final : public Globals {
 public:
  const Value* find(std::string_view name) const override;
  void set(std::string_view name, Value value) override;
  void erase(std::string_view name) override;
  std::vector<std::string> names() const override;

 private:
  std::map<std::string, Value, std::less<>> values_;
};

/// Answers commands from a table of functions, notes every call.
class RecordingHost : public Host {
 public:
  using Handler = std::function<Value(const CommandCall&)>;
  /// `path` as `/ip/address/add`.
  void on(std::string path, Handler handler) { handlers_[std::move(path)] = std::move(handler); }

  Value run_command(const CommandCall& call) override;
  void put(std::string_view line) override { output.emplace_back(line); }
  void log(std::string_view topics, std::string_view message) override;
  void delay(std::chrono::nanoseconds length) override;
  Timestamp now() override { return now_; }
  Value execute(const ExecuteRequest& request) override;
  Value resolve(std::string_view name, std::string_view server, std::string_view type) override;
  Globals& globals() override { return globals_; }
  Rng& rng() override { return rng_; }
  std::string job_name() override { return "test"; }
  void save_file(std::string_view name, std::string contents, bool) override { files[std::string(name)] = std::move(contents); }
  void tick() override { ++ticks; }

  std::vector<std::string> output;   ///< `:put`
  std::vector<std::string> logged;   ///< `script,info text`
  std::vector<std::string> calls;    ///< `/ip/address/add address=1.2.3.4 disabled`
  std::vector<std::string> executed;
  std::map<std::string, std::string> files;
  std::uint64_t ticks = 0;

 private:
  std::map<std::string, Handler> handlers_;
  MapGlobals globals_;
  Timestamp now_ = from_unix_us(1'700'000'000'000'000);
  SeededRng rng_{1};
};

/// A row of text fields.
class MapRow final : public RowView {
 public:
  explicit MapRow(std::map<std::string, Value, std::less<>> fields) : fields_(std::move(fields)) {}
  Value get(std::string_view property) const override;

 private:
  std::map<std::string, Value, std::less<>> fields_;
};

}  // namespace openstrat::sim::testing
