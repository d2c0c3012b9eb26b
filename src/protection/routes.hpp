// The route table of the room.
#pragma once

#include <string>

namespace openstrat::http {
class CursorSigner;
class Router;
}

namespace openstrat::protection {

class AllowList;
class Blocks;
class Policies;

struct Services {
  Policies& policies;
  AllowList& allowed;
  Blocks& blocks;
  http::CursorSigner& cursors;
  std::string auth_url;  ///< public_url.auth
};
void add_routes(http::Router& router, const Services& services);

/// GET /assets/proof-of-work.js, for pages that have to solve a challenge.
void add_assets(http::Router& router);

}  // namespace openstrat::protection
