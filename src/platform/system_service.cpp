#include "platform/system_service.hpp"

namespace openstrat::platform {

Result<std::shared_ptr<const SystemReport>> SystemService::report() {
  const std::scoped_lock lock(mutex_);
  const Timestamp now = clock_.now();
  if (newest_ && now >= newest_->collected_at && now - newest_->collected_at < kFresh) return newest_;
  auto taken = collect_();
  if (!taken) return fail(std::move(taken.error()));
  taken->collected_at = now;
  newest_ = std::make_shared<const SystemReport>(*std::move(taken));
  return newest_;
}

}  // namespace openstrat::platform
