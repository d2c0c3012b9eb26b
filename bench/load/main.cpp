// openstrat-load: drives run_load() and prints one JSON object.
#include <fmt/core.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>

#include "bench/load/load.hpp"

using namespace openstrat::bench;

namespace {

/// Requests separated by NUL bytes.
std::vector<std::string> read_requests(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string all(std::istreambuf_iterator<char>(file), {});
  std::vector<std::string> requests;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find('\0', at), all.size());
    if (end > at) requests.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  return requests;
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  CLI::App cli("Puts load on an HTTP server and reports rates and latencies as JSON");
  LoadOptions options;
  std::string requests_file;
  std::string target = "/";
  std::size_t body_size = 0;
  bool plain = false;
  cli.add_option("--host", options.host, "IPv4 address");
  cli.add_option("--port", options.port)->required();
  cli.add_flag("--plain", plain, "HTTP without TLS");
  cli.add_flag("--keep-alive", options.keep_alive, "many requests a connection instead of one");
  cli.add_flag("--resume", options.resume, "resume TLS sessions");
  cli.add_option("--ciphers", options.ciphers, "TLS 1.2 with these ciphers");
  cli.add_option("--connections", options.connections, "in parallel")->check(CLI::PositiveNumber);
  cli.add_option("--threads", options.threads)->check(CLI::PositiveNumber);
  cli.add_option("--seconds", options.seconds)->check(CLI::PositiveNumber);
  cli.add_option("--rate", options.rate, "requests a second, by the clock; latency counts from when a request was due")->check(CLI::PositiveNumber);
  cli.add_flag("--once", options.once, "every request exactly once, then end (--seconds is the limit)");
  cli.add_option("--target", target, "path and query of the built-in request");
  cli.add_option("--body-size", body_size, "POST so many bytes instead of GET");
  cli.add_option("--requests", requests_file, "file of complete requests, separated by NUL bytes, sent in turn")->check(CLI::ExistingFile);
  CLI11_PARSE(cli, argc, argv);

  options.tls = !plain;
  if (!requests_file.empty()) options.requests = read_requests(requests_file);
  if (options.requests.empty()) {
    options.requests.push_back(
        body_size == 0 ? fmt::format("GET {} HTTP/1.1\r\nHost: bench\r\n\r\n", target)
                       : fmt::format("POST {} HTTP/1.1\r\nHost: bench\r\nUser-Agent: Mikrotik/7.x Fetch\r\nContent-Type: application/json\r\n"
                                     "Authorization: Bearer 0123456789abcdef0123456789abcdef\r\nContent-Length: {}\r\n\r\n{}",
                                     target, body_size, std::string(body_size, 'x')));
  }
  const LoadResult result = run_load(options);
  fmt::print(
      "{{\"answered\":{},\"not_2xx\":{},\"failed\":{},\"resumed\":{},\"seconds\":{:.3f},\"per_second\":{:.1f},"
      "\"latency_us\":{{\"p50\":{},\"p90\":{},\"p99\":{},\"p999\":{},\"max\":{}}}}}\n",
      result.answered, result.not_2xx, result.failed, result.resumed, result.seconds,
      static_cast<double>(result.answered) / result.seconds, result.latency.percentile(0.5), result.latency.percentile(0.9),
      result.latency.percentile(0.99), result.latency.percentile(0.999), result.latency.percentile(1));
  return result.answered == 0 ? 1 : 0;
}
