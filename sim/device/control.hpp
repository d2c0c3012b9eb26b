// A socket for people and tests: one JSON object a line, one answer a line. Loopback or unix only; no authentication.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "sim/device/fleet.hpp"

namespace openstrat::sim {

/// `{"do":"list"}`, `{"do":"cut","router":"0"}`, … : docs/simulator.md lists them. Loop thread only.
class Control {
 public:
  /// `ADDR:PORT` on loopback, or the path of a unix socket.
  static Result<std::unique_ptr<Control>> listen(Fleet& fleet, const std::string& where);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

  using Reply = std::function<void(std::string)>;
  /// Answers one request; `reply` may come later (scripts) and exactly once.
  static void handle(Fleet& fleet, std::string_view request, const Reply& reply);

 private:
  struct Client {
    int fd = -1;
    std::string in;
    std::string out;
  };
  Control(Fleet& fleet, int listener, std::string path) : fleet_(fleet), listener_(listener), path_(std::move(path)) {}
  void accept_one();
  void readable(const std::shared_ptr<Client>& client);
  void send(const std::shared_ptr<Client>& client);
  void drop(const std::shared_ptr<Client>& client);

  Fleet& fleet_;
  int listener_;
  std::string path_;  ///< of a unix socket, removed at the end
  std::map<int, std::shared_ptr<Client>> clients_;
};

}  // namespace openstrat::sim
