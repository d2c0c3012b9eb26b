// How fast exports and scripts are parsed and run. Prints one line a measurement.
#include <fmt/format.h>

#include <string>

#include "base/clock.hpp"
#include "ros_language/parser.hpp"
#include "sim/lang/interpreter.hpp"

namespace {

using namespace openstrat;
using namespace openstrat::sim;

/// A tree that knows one list menu, as quick as a lookup can be: what is measured is the parser.
class OneMenu final : public MenuLookup {
 public:
  ChildMatch child(DirId dir, std::string_view word) const override {
    static constexpr std::string_view kDirs[] = {"", "ip", "firewall", "address-list"};
    ChildMatch out;
    const auto index = static_cast<std::size_t>(dir);
    if (index < 3 && word == kDirs[index + 1]) {
      out.kind = MatchKind::found;
      out.exact = true;
      out.dir = DirId{static_cast<std::uint32_t>(index + 1)};
      out.dir_name = kDirs[index + 1];
    } else if (index == 3 && word == "add") {
      out.kind = MatchKind::found;
      out.exact = true;
      out.command = {CommandId{0}, "add", false};
    }
    return out;
  }
  DirId parent(DirId dir) const override { return DirId{static_cast<std::uint32_t>(dir) - 1}; }
  std::string_view path(DirId dir) const override {
    static constexpr std::string_view kPaths[] = {"/", "/ip", "/ip/firewall", "/ip/firewall/address-list"};
    return kPaths[static_cast<std::size_t>(dir)];
  }
  ArgumentMatch argument(CommandId, std::string_view word) const override {
    for (const std::string_view name : {"address", "comment", "list", "timeout"}) {
      if (name == word) return {MatchKind::found, {name, ArgumentKind::value}};
    }
    return {};
  }
  ArgumentMatch unnamed(CommandId, std::size_t) const override { return {}; }
  ArgumentMatch property(DirId, std::string_view) const override { return {}; }
};

class NoGlobals final : public Globals {
 public:
  const Value* find(std::string_view) const override { return nullptr; }
  void set(std::string_view, Value) override {}
  void erase(std::string_view) override {}
  std::vector<std::string> names() const override { return {}; }
};

class NullHost final : public Host {
 public:
  Value run_command(const CommandCall&) override { ++commands; return {}; }
  void put(std::string_view) override {}
  void log(std::string_view, std::string_view) override {}
  void delay(std::chrono::nanoseconds) override {}
  Timestamp now() override { return {}; }
  Value execute(const ExecuteRequest&) override { return {}; }
  Value resolve(std::string_view, std::string_view, std::string_view) override { return {}; }
  Globals& globals() override { return globals_; }
  Rng& rng() override { return rng_; }
  std::string job_name() override { return {}; }
  void save_file(std::string_view, std::string, bool) override {}
  void tick() override {}
  std::uint64_t commands = 0;

 private:
  NoGlobals globals_;
  SeededRng rng_{1};
};

std::string export_of(int rows) {
  std::string out = "/ip firewall address-list\n";
  for (int i = 0; i < rows; ++i) {
    out += fmt::format("add address=10.{}.{}.{} comment=\"customer {}\" list=blocked\n", i >> 16, (i >> 8) & 255, i & 255, i);
  }
  return out;
}

template <class F>
double seconds(F&& work) {
  const Duration start = system_clock().monotonic();
  work();
  return std::chrono::duration<double>(system_clock().monotonic() - start).count();
}

}  // namespace

int main() {
  const OneMenu menus;
  ParseOptions options;
  options.menus = &menus;
  const std::string text = export_of(50'000);
  std::shared_ptr<const Script> script;
  const double parsing = seconds([&] {
    for (int i = 0; i < 5; ++i) script = *parse(text, options);
  }) / 5;
  fmt::print("parse export: {:.1f} MB/s ({} rows, {:.3f} s, {:.1f} MB held)\n", static_cast<double>(text.size()) / 1e6 / parsing,
             50'000, parsing, static_cast<double>(script->memory_bytes()) / 1e6);
  NullHost host;
  Session session;
  session.menus = &menus;
  const double running = seconds([&] { Interpreter(host, session).run(script); });
  fmt::print("run export: {:.0f} commands/s\n", static_cast<double>(host.commands) / running);
  const auto loop = *parse(":local n 0; :for i from=1 to=1000000 do={:set n ($n + $i * 2)}", {});
  std::uint64_t steps = 0;
  const double looping = seconds([&] { steps = Interpreter(host, session).run(loop).steps; });
  fmt::print("run loop: {:.1f} million steps/s\n", static_cast<double>(steps) / 1e6 / looping);
}
