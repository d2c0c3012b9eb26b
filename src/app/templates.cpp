#include "app/templates.hpp"

#include <array>

#include "federation/template_files.hpp"
#include "mail/composer.hpp"
#include "mail/template_files.hpp"
#include "oidc/template_files.hpp"
#include "pages/template_files.hpp"
#include "short_links/template_files.hpp"

namespace openstrat::app {

Result<templates::Library> load_templates(const std::filesystem::path& overrides) {
  const std::array sets{federation::template_files(), mail::template_files(), oidc::template_files(), pages::template_files(), short_links::template_files()};
  auto library = templates::Library::load(sets, overrides);
  if (!library) return fail(library.error());
  const mail::Settings settings;
  if (auto good = mail::Composer(*library, settings).check_templates(); !good) return fail(good.error());
  return library;
}

}  // namespace openstrat::app
