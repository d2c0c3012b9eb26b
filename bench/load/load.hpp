// Load for an HTTP server: a number of connections, each asking again as soon as it was answered. Routers open a new TLS
// connection for every heartbeat, so that is what it does unless told to keep them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace openstrat::bench {

struct LoadOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  bool tls = true;
  bool keep_alive = false;            ///< many requests a connection instead of one
  bool resume = false;                ///< TLS session resumption on new connections
  std::string ciphers;                ///< TLS 1.2 cipher list; empty: newest protocol, OpenSSL's default
  unsigned connections = 32;          ///< in parallel, over all threads
  unsigned threads = 1;
  double seconds = 5;                 ///< at most so long when `once`
  double rate = 0;                    ///< requests a second, sent by the clock whether answers came or not; 0: as fast as answers come
  bool once = false;                  ///< every request exactly once, tried again until it is answered
  std::vector<std::string> requests;  ///< sent in turn over all connections, byte for byte
};

/// Latencies in buckets of 1/16 of a power of two microseconds: within 7 % at any scale.
class Histogram {
 public:
  void add(std::uint64_t us);
  void merge(const Histogram& other);
  std::uint64_t percentile(double fraction) const;  ///< 1: the greatest
  std::uint64_t count() const { return count_; }

 private:
  std::array<std::uint64_t, 1024> buckets_{};
  std::uint64_t count_ = 0;
};

struct LoadResult {
  std::uint64_t answered = 0;      ///< complete answers
  std::uint64_t not_2xx = 0;       ///< of these
  std::uint64_t failed = 0;        ///< connections that broke before their answer
  std::uint64_t resumed = 0;
  double seconds = 0;
  Histogram latency;               ///< from connect() (or send, when kept alive; or the clock's time, when paced) to the end of the answer
};

LoadResult run_load(const LoadOptions& options);

}  // namespace openstrat::bench
