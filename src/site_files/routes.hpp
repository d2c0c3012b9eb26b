#pragma once

namespace openstrat {
class UrlSigner;
}
namespace openstrat::fleet {
class SiteService;
}
namespace openstrat::http {
class CursorSigner;
class Router;
}

namespace openstrat::site_files {

class FileService;

/// What the routes call. All outlive the router.
struct Services {
  FileService& files;
  fleet::SiteService& sites;
  const UrlSigner& signer;
  const http::CursorSigner& cursors;
};

void add_routes(http::Router& router, const Services& services);

}  // namespace openstrat::site_files
