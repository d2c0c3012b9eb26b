#include "identity/site_visibility_service.hpp"

namespace openstrat::identity {
namespace {

class SelectedSites final : public SiteLimits {
 public:
  SelectedSites(std::vector<SiteSelection> any_of, const SiteVisibility* visibility) : any_of_(std::move(any_of)), visibility_(visibility) {}
  Condition condition(std::string_view customer, std::string_view site, int next) const override {
    if (visibility_ == nullptr) return {"(1 = 0)", {}};
    return visibility_->condition(any_of_, customer, site, next);
  }

 private:
  const std::vector<SiteSelection> any_of_;
  const SiteVisibility* const visibility_;
};

}  // namespace

std::shared_ptr<const SiteLimits> limits_to(std::vector<SiteSelection> any_of, const SiteVisibility* visibility) {
  return std::make_shared<const SelectedSites>(std::move(any_of), visibility);
}

}  // namespace openstrat::identity
