// A network of the machine other than its usual one (`ip netns`): a router's sockets are made in it and stay there.
#pragma once

#include <memory>
#include <string>

#include "base/error.hpp"

namespace openstrat::sim {

class NetworkNamespace {
 public:
  /// By the name that `ip netns` knows; the error is one sentence for whoever started us.
  static Result<std::shared_ptr<const NetworkNamespace>> open(const std::string& name);
  ~NetworkNamespace();
  NetworkNamespace(const NetworkNamespace&) = delete;
  NetworkNamespace& operator=(const NetworkNamespace&) = delete;

  const std::string& name() const { return name_; }
  int fd() const { return fd_; }  ///< for setns(2) in a child process

 private:
  NetworkNamespace(std::string name, int fd) : name_(std::move(name)), fd_(fd) {}
  std::string name_;
  int fd_;
};

/// socket(2) inside of `space`; null: in the machine's own network.
int open_socket_in(const NetworkNamespace* space, int domain, int type, int protocol = 0);

}  // namespace openstrat::sim
