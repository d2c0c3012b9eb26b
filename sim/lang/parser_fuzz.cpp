// Any bytes: parse, print the structure, run a bounded time against a host that does nothing.
#include <cstdint>
#include <map>
#include <string>

#include "ros_language/structure.hpp"
#include "sim/lang/interpreter.hpp"
#include "sim/lang/parse_cache.hpp"

namespace {

using namespace openstrat;
using namespace openstrat::sim;

class BoundedGlobals final : public Globals {
 public:
  const Value* find(std::string_view name) const override {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
  }
  void set(std::string_view name, Value value) override {
    if (values_.size() > 100) throw ScriptError("out of memory");
    values_.insert_or_assign(std::string(name), std::move(value));
  }
  void erase(std::string_view name) override { values_.erase(std::string(name)); }
  std::vector<std::string> names() const override { return {}; }

 private:
  std::map<std::string, Value, std::less<>> values_;
};

class EmptyRow final : public RowView {
 public:
  Value get(std::string_view property) const override { return Value::str(property); }
};

class NullHost final : public Host {
 public:
  Value run_command(const CommandCall& call) override {
    const EmptyRow row;
    if (call.where != nullptr) call.where->matches(row);
    return {};
  }
  void put(std::string_view) override {}
  void log(std::string_view, std::string_view) override {}
  void delay(std::chrono::nanoseconds) override {}
  Timestamp now() override { return {}; }
  Value execute(const ExecuteRequest&) override { return Value::id(1); }
  Value resolve(std::string_view, std::string_view, std::string_view) override { throw ScriptError("dns name does not exist"); }
  Globals& globals() override { return globals_; }
  Rng& rng() override { return rng_; }
  std::string job_name() override { return {}; }
  void save_file(std::string_view, std::string, bool) override {}
  void tick() override {}

 private:
  BoundedGlobals globals_;
  SeededRng rng_{1};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static constexpr Version kVersions[] = {{6, 49, 0}, {7, 18, 0}, {7, 20, 0}, {7, 24, 0}};
  Session session;
  session.personality = Personality(kVersions[data[0] % 4]);
  session.personality.parse_raises = (data[0] & 4) != 0;
  session.limits.steps = 20'000;
  session.limits.memory_bytes = 1 << 20;
  ParseOptions options;
  options.personality = session.personality;
  const auto script = parse(std::string(reinterpret_cast<const char*>(data + 1), size - 1), options);
  if (!script) return 0;
  structure(**script);
  NullHost host;
  const RunResult result = Interpreter(host, session).run(*script);
  if (result.error) (void)result.error->to_string();
  return 0;
}
