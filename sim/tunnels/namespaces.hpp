// Network namespaces that the program makes for its routers, and takes away again.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "sim/device/network_namespace.hpp"

namespace openstrat::sim {

struct NamespacePlan {
  std::string prefix;     ///< namespaces are called `r1`, `r2`, …; one to eight lower-case letters, digits and `-`, ending in a letter or `-`
  std::string network;    ///< of IPv4; its first address is that of this machine, the next ones those of the routers
  std::size_t count = 1;
};

/// Each has one device, `uplink`, on a bridge of this machine, which is its next router. What a process that was killed has left behind
/// is removed by the next one.
class Namespaces {
 public:
  static constexpr std::size_t kMost = 1000;  ///< a bridge has no more ports

  static Result<std::unique_ptr<Namespaces>> make(const NamespacePlan& plan);
  ~Namespaces();
  Namespaces(const Namespaces&) = delete;
  Namespaces& operator=(const Namespaces&) = delete;

  const std::vector<std::shared_ptr<const NetworkNamespace>>& all() const { return spaces_; }

 private:
  Namespaces() = default;
  Result<bool> build(const NamespacePlan& plan);

  std::string record_;  ///< file that names what we made; locked while we live
  int lock_ = -1;
  std::vector<std::shared_ptr<const NetworkNamespace>> spaces_;
};

bool is_namespace_prefix(std::string_view text);

}  // namespace openstrat::sim
