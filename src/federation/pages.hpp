// The pages that people see on their way through another provider. They work without scripts.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "federation/account_linker.hpp"
#include "federation/federation_service.hpp"
#include "federation/settings.hpp"
#include "templates/brand.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::templates {
class Fields;
class Library;
}

namespace openstrat::federation {

/// HTML, and the content security policy that lets it do what it must and nothing else.
struct Page {
  std::string html;
  std::string policy;
};

class Pages {
 public:
  Pages(const templates::Library& library, templates::Brand brand, Rng& rng, const Settings& settings)
      : library_(library), brand_(std::move(brand)), rng_(rng), settings_(settings) {}

  Result<Page> error(const Error& error, std::string_view request_id) const;
  Result<Page> check_mail(const FederationService::Finished& finished) const;
  Result<Page> tested(const FederationService::Finished& finished) const;
  Result<Page> confirm(const AccountLinker::Question& question, std::string_view token) const;
  Result<Page> confirmed(const AccountLinker::Question& question) const;

 private:
  Result<Page> render(std::string_view name, std::string_view title, templates::Fields& fields) const;

  const templates::Library& library_;
  const templates::Brand brand_;
  Rng& rng_;
  const Settings& settings_;
};

}  // namespace openstrat::federation
