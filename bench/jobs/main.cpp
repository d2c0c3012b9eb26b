// openstrat-bench-jobs: many routers and their operator, each waiting for the answer of the step before: create a job, fetch it with a
// heartbeat, report busy, report done. Every one of these is committed before it is answered. Prints one JSON object.
#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "base/ids.hpp"
#include "base/rng.hpp"
#include "bench/load/load.hpp"

namespace openstrat::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Site {
  std::string id, token;
};

struct Options {
  std::uint16_t port = 0;
  std::string api_key;
  std::string sites_file;
  unsigned routers = 64;
  double seconds = 5;
};

enum Step { create, hand_out, busy, done, kSteps };

struct Outcome {
  std::uint64_t jobs = 0;
  std::array<Histogram, kSteps> latency;
};

/// A kept-alive connection that asks and waits.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("cannot connect");
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;

  /// The body of the answer, which must be a 2xx.
  std::string ask(std::string_view method, std::string_view target, std::string_view headers, std::string_view body) {
    const std::string request = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Content-Length: {}\r\n\r\n{}", method, target, headers, body.size(), body);
    if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) throw std::runtime_error("cannot send");
    std::string answer;
    std::size_t head = std::string::npos;
    while ((head = answer.find("\r\n\r\n")) == std::string::npos) receive(answer);
    std::size_t length = 0;
    const auto field = answer.find("Content-Length: ");
    if (field < head) std::from_chars(answer.data() + field + 16, answer.data() + head, length);
    while (answer.size() < head + 4 + length) receive(answer);
    if (answer.size() < 10 || answer[9] != '2') throw std::runtime_error(fmt::format("{} {} was answered {}", method, target, answer));
    return answer.substr(head + 4);
  }

 private:
  void receive(std::string& answer) {
    char buffer[16384];
    const auto count = ::recv(socket_, buffer, sizeof buffer, 0);
    if (count <= 0) throw std::runtime_error("the server closed the connection");
    answer.append(buffer, static_cast<std::size_t>(count));
  }
  const int socket_;
};

/// Path and query of the call-back for `status` in a job's script, where RouterOS escapes `?` and `&`.
std::string callback_target(std::string_view script, std::string_view status) {
  const auto path = script.find("/job/");
  if (path == std::string_view::npos) throw std::runtime_error("no job in the answer of a poll");
  for (auto at = path; at != std::string_view::npos; at = script.find("/job/", at + 1)) {
    std::string target;
    for (const char c : script.substr(at, script.find('"', at) - at))
      if (c != '\\') target += c;
    if (target.contains(fmt::format("status={}&", status))) return target;
  }
  throw std::runtime_error("no call-back in the script of a job");
}

Outcome run_router(const Options& options, const Site& site, SteadyClock::time_point end) {
  Connection connection(options.port);
  Outcome outcome;
  const std::string device = fmt::format("Authorization: Bearer {}\r\n", site.token);
  while (SteadyClock::now() < end) {
    auto began = SteadyClock::now();
    const auto step_done = [&](Step step) {
      const auto now = SteadyClock::now();
      outcome.latency[step].add(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now - began).count()));
      began = now;
    };
    const std::string headers = fmt::format("Authorization: Bearer {}\r\nX-Idempotency-Key: {}\r\nX-Description: bench\r\nContent-Type: text/plain\r\n",
                                            options.api_key, uuid_v4(secure_rng()).to_string());
    connection.ask("POST", "/site/" + site.id + "/job", headers, ":log info \"bench\"");
    step_done(create);
    const std::string script = connection.ask("POST", "/poll", device, "");
    step_done(hand_out);
    connection.ask("GET", callback_target(script, "busy"), "", "");
    step_done(busy);
    connection.ask("GET", callback_target(script, "done"), "", "");
    step_done(done);
    ++outcome.jobs;
  }
  return outcome;
}

std::vector<Site> read_sites(const std::string& file, unsigned most) {
  std::ifstream table(file);
  std::vector<Site> sites;
  std::string id, pid, token;
  while (sites.size() < most && table >> id >> pid >> token) sites.push_back({id, token});
  if (sites.size() < most) throw std::runtime_error("fewer sites than routers");
  return sites;
}

void run(const Options& options) {
  const auto sites = read_sites(options.sites_file, options.routers);
  const auto begin = SteadyClock::now();
  const auto end = begin + std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(options.seconds));
  std::vector<Outcome> outcomes(options.routers);
  std::atomic<bool> failed = false;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < options.routers; ++i)
      threads.emplace_back([&, i] {
        try {
          outcomes[i] = run_router(options, sites[i], end);
        } catch (const std::runtime_error& error) {
          if (!failed.exchange(true)) fmt::print(stderr, "openstrat-bench-jobs: {}\n", error.what());
        }
      });
  }
  if (failed) throw std::runtime_error("a router could not go on");
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - begin).count();
  Outcome all;
  for (const Outcome& outcome : outcomes) {
    all.jobs += outcome.jobs;
    for (int step = 0; step < kSteps; ++step) all.latency[step].merge(outcome.latency[step]);
  }
  fmt::print("{{\"jobs\":{},\"per_second\":{:.1f},\"p99_us\":{{\"create\":{},\"hand_out\":{},\"busy\":{},\"done\":{}}}}}\n", all.jobs,
             static_cast<double>(all.jobs) / seconds, all.latency[create].percentile(0.99), all.latency[hand_out].percentile(0.99),
             all.latency[busy].percentile(0.99), all.latency[done].percentile(0.99));
}

}  // namespace
}  // namespace openstrat::bench

int main(int argc, char** argv) {
  CLI::App cli("Runs jobs from creation to done on many sites at once and reports how many a second");
  openstrat::bench::Options options;
  cli.add_option("--port", options.port, "of a plain HTTP listener on 127.0.0.1")->required();
  cli.add_option("--api-key", options.api_key, "that may create jobs")->required();
  cli.add_option("--sites", options.sites_file, "table of openstrat-bench-seed")->required()->check(CLI::ExistingFile);
  cli.add_option("--routers", options.routers, "in parallel")->check(CLI::PositiveNumber);
  cli.add_option("--seconds", options.seconds)->check(CLI::PositiveNumber);
  CLI11_PARSE(cli, argc, argv);
  try {
    openstrat::bench::run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "openstrat-bench-jobs: {}\n", error.what());
    return 1;
  }
  return 0;
}
