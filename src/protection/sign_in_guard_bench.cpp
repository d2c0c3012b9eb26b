// What the guard costs a sign-in, and the breach filter a password. SQLite in a file, as in a small installation; OPENSTRAT_TEST_POSTGRES
// names a server to measure that instead.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/crypto.hpp"
#include "protection/breach_filter.hpp"
#include "protection/breach_import.hpp"
#include "protection/test_support.hpp"

namespace openstrat::protection {
namespace {

struct World {
  World() {
    const char* postgres = std::getenv("OPENSTRAT_TEST_POSTGRES");
    scratch = std::make_unique<db::ScratchDatabase>(postgres ? db::Database::Engine::postgres : db::Database::Engine::sqlite, test_migrations());
    database = *db::open({.url = scratch->url()}, system_clock());
    process = std::make_unique<Process>(*database, system_clock(), settings);
    process->guard.throttle(false);
  }
  static sign_in::Attempt attempt(int number) {
    return {.email = "user" + std::to_string(number) + "@example.com", .remote = IpAddress::v4(0xCB007100u + static_cast<std::uint32_t>(number % 200)),
            .user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"};
  }
  Settings settings;
  std::unique_ptr<db::ScratchDatabase> scratch;
  std::unique_ptr<db::Database> database;
  std::unique_ptr<Process> process;
};
World& world() {
  static World the_world;
  return the_world;
}

void AdmitSeenRecently(benchmark::State& state) {
  const auto attempt = World::attempt(1);
  for (auto _ : state) benchmark::DoNotOptimize(world().process->guard.admit(attempt));
}
BENCHMARK(AdmitSeenRecently);

void AdmitForTheFirstTime(benchmark::State& state) {
  int number = 1000;
  for (auto _ : state) benchmark::DoNotOptimize(world().process->guard.admit(World::attempt(++number)));
}
BENCHMARK(AdmitForTheFirstTime)->Unit(benchmark::kMicrosecond);

void CountAFailure(benchmark::State& state) {
  int number = 1'000'000;
  for (auto _ : state) world().process->guard.failed(World::attempt(++number), {});
}
BENCHMARK(CountAFailure)->Unit(benchmark::kMicrosecond);

void LookUpABreach(benchmark::State& state) {
  const auto directory = std::filesystem::temp_directory_path() / "openstrat_breach_bench";
  std::filesystem::create_directories(directory);
  constexpr int kPasswords = 1'000'000;
  {
    std::ofstream list(directory / "list");
    for (int i = 0; i < kPasswords; ++i) list << crypto::hex(crypto::sha1("password" + std::to_string(i))) << ":1\n";
  }
  const auto started = system_clock().monotonic();
  const auto made = import_breached({.list = directory / "list", .filter = directory / "filter"}, system_clock(), secure_rng());
  const auto took = system_clock().monotonic() - started;
  const auto filter = *BreachFilter::open(directory / "filter");
  std::int64_t asked = 0, wrong = 0;
  for (auto _ : state) wrong += filter->contains(crypto::sha1("good" + std::to_string(++asked))) ? 1 : 0;
  state.counters["bits_a_password"] = static_cast<double>(made->bytes) * 8 / kPasswords;
  state.counters["import_a_second"] = kPasswords / (static_cast<double>(took.count()) / 1e6);
  state.counters["wrong_in_65536"] = static_cast<double>(wrong) * 65536 / static_cast<double>(asked);
  std::filesystem::remove_all(directory);
}
BENCHMARK(LookUpABreach);

void VerifyAProof(benchmark::State& state) {
  const ProofOfWork proofs(crypto::Key32{1}, std::chrono::minutes(2));
  const auto now = system_clock().now();
  const auto challenge = proofs.make({"sign_in", "203.0.113.9"}, ProofOfWork::kLeastBits, now, secure_rng());
  for (auto _ : state) benchmark::DoNotOptimize(proofs.verify(challenge.text + ".123456", {"sign_in", "203.0.113.9"}, now));
}
BENCHMARK(VerifyAProof);

}  // namespace
}  // namespace openstrat::protection

BENCHMARK_MAIN();
