// A Host that is nothing but a configuration: loads exports and runs scripts without a device around it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.hpp"
#include "sim/config/commands.hpp"
#include "sim/lang/host.hpp"

namespace openstrat::sim {

/// Actions of the device (`/tool fetch`, `run`) do nothing here, delays take no time, output is kept in `output`.
/// The device runtime has a Host of its own, which delegates to ConfigCommands in the same way.
class ConfigHost final : public Host, private ConfigEvents {
 public:
  ConfigHost(Config& config, const SchemaLookup& lookup, Facts& facts);

  std::vector<std::string> output;                        ///< lines of `:put` and `print`
  std::map<std::string, std::string, std::less<>> files;  ///< written by `export file=` and `print file=`

  Value run_command(const CommandCall& call) override;
  void put(std::string_view line) override { output.emplace_back(line); }
  void log(std::string_view, std::string_view) override {}
  void delay(std::chrono::nanoseconds) override {}
  Timestamp now() override { return facts_.now(); }
  Value execute(const ExecuteRequest& request) override;
  Value resolve(std::string_view name, std::string_view server, std::string_view type) override;
  Globals& globals() override { return globals_; }
  Rng& rng() override { return rng_; }
  std::string job_name() override { return {}; }
  void tick() override {}

 private:
  class OwnGlobals final : public Globals {
   public:
    const Value* find(std::string_view name) const override;
    void set(std::string_view name, Value value) override { values_.insert_or_assign(std::string(name), std::move(value)); }
    void erase(std::string_view name) override { values_.erase(std::string(name)); }
    std::vector<std::string> names() const override;

   private:
    std::map<std::string, Value, std::less<>> values_;
  };

  void row_changed(std::string_view, RowId, Change) override {}
  void print(std::string_view line) override { output.emplace_back(line); }
  void save_file(std::string_view name, std::string contents, bool append) override;

  Facts& facts_;
  ConfigCommands commands_;
  OwnGlobals globals_;
  SeededRng rng_{1};
};

}  // namespace openstrat::sim
