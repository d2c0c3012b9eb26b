// The picture of the installation, taken at most once in two seconds whoever asks.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "base/error.hpp"
#include "platform/system_report.hpp"

namespace openstrat::platform {

class SystemService {
 public:
  static constexpr std::chrono::seconds kFresh{2};
  using Collect = std::function<Result<SystemReport>()>;

  SystemService(const Clock& clock, Collect collect) : clock_(clock), collect_(std::move(collect)) {}
  /// Any thread. Who comes while the picture is taken gets the same one.
  Result<std::shared_ptr<const SystemReport>> report();

 private:
  const Clock& clock_;
  const Collect collect_;
  std::mutex mutex_;
  std::shared_ptr<const SystemReport> newest_;
};

}  // namespace openstrat::platform
