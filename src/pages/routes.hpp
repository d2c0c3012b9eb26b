// Pages of the sign-in host.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "templates/brand.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::http {
class Router;
}
namespace openstrat::sign_in {
class BrowserService;
}
namespace openstrat::templates {
class Library;
}

namespace openstrat::pages {

/// Who may make an account now.
enum class Door { first, everybody, invited, nobody };

/// What the pages need. References outlive the router.
struct Services {
  const templates::Library& library;
  templates::Brand brand;
  const sign_in::BrowserService& browsers;
  Rng& rng;
  std::string home = "/account";  ///< where somebody goes who is signed in and wanted nothing in particular
  std::function<Result<Door>()> door;
  /// Takes an invitation for a signed-in user; errors as POST /invites/{token}/accept.
  std::function<Status(UserId user, std::string_view token)> accept_invitation;
};

void add_routes(http::Router& router, Services services);

}  // namespace openstrat::pages
