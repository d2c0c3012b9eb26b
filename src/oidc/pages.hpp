// The pages that people see on their way between an application and us. They work without scripts.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "oidc/authorize_service.hpp"
#include "oidc/logout_service.hpp"
#include "oidc/settings.hpp"
#include "templates/brand.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::templates {
class Fields;
class Library;
}

namespace openstrat::oidc {

/// HTML, and the content security policy that lets it do what it must and nothing else.
struct Page {
  std::string html;
  std::string policy;
};

class Pages {
 public:
  Pages(const templates::Library& library, templates::Brand brand, Rng& rng, const Settings& settings)
      : library_(library), brand_(std::move(brand)), rng_(rng), settings_(settings) {}

  Result<Page> consent(const AskConsent& ask) const;
  Result<Page> error(std::string_view message, std::string_view request_id) const;
  Result<Page> confirm_logout(const LogoutService::Confirm& confirm) const;
  Result<Page> signed_out() const;

 private:
  Result<Page> render(std::string_view name, std::string_view title, templates::Fields& fields, const std::string& form_targets) const;

  const templates::Library& library_;
  const templates::Brand brand_;
  Rng& rng_;
  const Settings& settings_;
};

}  // namespace openstrat::oidc
