// The HTTP server with a handler that always says the same: what the server itself costs.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "http/certificates.hpp"
#include "http/server.hpp"

using namespace openstrat;

int main(int argc, char** argv) {
  CLI::App cli("Answers every request with the same bytes");
  std::uint16_t http_port = 0;
  std::uint16_t https_port = 0;
  unsigned threads = 2;
  std::string body = "ok";
  std::vector<std::string> certificates;
  cli.add_option("--http", http_port, "port of the plain listener; 0 = any");
  cli.add_option("--https", https_port, "port of the TLS listener; 0 = any");
  cli.add_option("--threads", threads, "I/O threads");
  cli.add_option("--body", body, "the answer");
  cli.add_option("--certificate", certificates, "certificate and key files, in turn")->required();
  CLI11_PARSE(cli, argc, argv);

  http::ServerOptions options;
  const IpAddress loopback = IpAddress::v4(0x7F000001);
  options.listeners = {{"http", loopback, http_port, false}, {"https", loopback, https_port, true}};
  options.io_threads = threads;
  for (std::size_t i = 0; i + 1 < certificates.size(); i += 2) options.certificates.push_back({certificates[i], certificates[i + 1]});

  const auto handler = [&body](http::Request, http::Responder respond) {
    respond(http::Response{.content_type = "text/plain", .body = body});
  };
  // Before the threads start, so that they inherit the mask and only sigwait() sees the signals.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  http::Server server(std::move(options), handler, system_clock());
  if (const auto started = server.start(); !started) {
    log::error("cannot start", {log::of(started.error())});
    return 1;
  }
  const auto ports = server.ports();
  fmt::print("{{\"http\":{},\"https\":{}}}\n", ports[0], ports[1]);
  std::fflush(stdout);

  int received = 0;
  sigwait(&signals, &received);
  server.stop(std::chrono::seconds(1));
  return 0;
}
