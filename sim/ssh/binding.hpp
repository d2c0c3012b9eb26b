// libssh's view of a router: host key and algorithms that new connections are offered.
#pragma once

#include <memory>
#include <string>

#include "sim/device/router.hpp"

struct ssh_bind_struct;

namespace openstrat::sim {

/// Made when the first connection comes, and again when `/ip ssh` or the host key has changed.
class SshBinding {
 public:
  explicit SshBinding(Router& router) : router_(router) {}
  /// nullptr: libssh takes none of our keys.
  ssh_bind_struct* get();

 private:
  struct Free {
    void operator()(ssh_bind_struct* bind) const;
  };

  Router& router_;
  std::unique_ptr<ssh_bind_struct, Free> bind_;
  std::string made_for_;  ///< private key and crypto settings
};

/// A property of `/ip ssh`, or what it is when nobody set it.
std::string ssh_setting(const Router& router, std::string_view name, std::string_view otherwise);

}  // namespace openstrat::sim
