// A client of the API, for tests: sentences in, sentences out.
#pragma once

#include <string>
#include <vector>

#include "sim/access/test_peer.hpp"
#include "sim/api/codec.hpp"
#include "sim/api/service.hpp"

namespace openstrat::sim::testing {

inline ServiceTable api_services() {
  ServiceTable table;
  register_api(table);
  return table;
}

class ApiClient {
 public:
  using Words = api::Words;

  explicit ApiClient(ServedRouter& served, std::string_view service = "api") : peer_(served, service) {}
  ApiClient(ServedRouter& served, const std::string& user, const std::string& password) : ApiClient(served) { log_in(user, password); }

  Peer& peer() { return peer_; }
  void send(const Words& words) { peer_.send(api::encode(words)); }
  /// The next sentence; empty when the router closes or says nothing.
  Words next() {
    while (true) {
      if (auto words = decoder_.next()) return *words;
      const std::string bytes = peer_.read_any();
      if (bytes.empty()) return {};
      decoder_.feed(bytes);
    }
  }
  /// Sends a command and takes what comes until it is done.
  std::vector<Words> talk(const Words& words) {
    send(words);
    return until_done();
  }
  std::vector<Words> until_done() {
    std::vector<Words> replies;
    while (true) {
      replies.push_back(next());
      const std::string first = replies.back().empty() ? std::string() : replies.back().front();
      if (first.empty() || first == "!done" || first == "!fatal") return replies;
    }
  }
  std::vector<Words> log_in(const std::string& user = "admin", const std::string& password = "") {
    return talk({"/login", "=name=" + user, "=password=" + password});
  }

 private:
  Peer peer_;
  api::Decoder decoder_{{.word_bytes = 64 << 20, .sentence_bytes = 64 << 20, .words = 100'000}};
};

}  // namespace openstrat::sim::testing
