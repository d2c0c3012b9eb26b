// A small menu tree and a host that records, for tests of the language and of what runs scripts.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/lang/host.hpp"
#include "sim/lang/interpreter.hpp"
#include "sim/lang/menu_lookup.hpp"
#include "sim/lang/parser.hpp"

namespace openstrat::sim::testing {

/// Menus from lines `/ip/address/add address interface disabled`. Marks behind an argument: `!` flag, `{` raw text,
/// `;` code, `*` may be unnamed; `where` takes the rest as a row test. Arguments are row properties too.
class TestMenus final : public MenuLookup {
 public:
  explicit TestMenus(std::string_view lines);
  ChildMatch child(DirId dir, std::string_view word) const override;
  DirId parent(DirId dir) const override { return dirs_[static_cast<std::size_t>(dir)].parent; }
  std::string_view path(DirId dir) const override { return dirs_[static_cast<std::size_t>(dir)].path; }
  ArgumentMatch argument(CommandId command, std::string_view word) const override;
  ArgumentMatch unnamed(CommandId command, std::size_t index) const override;
  ArgumentMatch property(DirId dir, std::string_view word) const override;

 private:
  struct Entry {
    std::string name;
    ArgumentKind kind = ArgumentKind::value;
    bool unnamed = false;
  };
  struct CommandEntry {
    std::string name;
    std::vector<Entry> arguments;
    bool takes_where = false;
  };
  struct Dir {
    std::string path;
    DirId parent = DirId::root;
    std::map<std::string, DirId, std::less<>> dirs;
    std::map<std::string, CommandId, std::less<>> commands;
    std::vector<Entry> properties;
  };
  DirId make_dir(std::string_view path);
  std::vector<Dir> dirs_;
  std::vector<CommandEntry> commands_;
};

/// A few menus of a router: addresses, firewall, interfaces, scheduler, scripts, fetch, …
const TestMenus& router_menus();

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
  void tick() override { ++ticks; }

  std::vector<std::string> output;   ///< `:put`
  std::vector<std::string> logged;   ///< `script,info text`
  std::vector<std::string> calls;    ///< `/ip/address/add address=1.2.3.4 disabled`
  std::vector<std::string> executed;
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
