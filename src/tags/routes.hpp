#pragma once

namespace openstrat::http {
class CursorSigner;
class Router;
}

namespace openstrat::tags {

class MetadataService;
class ResourceDirectory;
class TagService;

/// What the routes call. All outlive the router.
struct Services {
  TagService& tags;
  MetadataService& metadata;
  ResourceDirectory& resources;
  const http::CursorSigner& cursors;
};

void add_routes(http::Router& router, const Services& services);

}  // namespace openstrat::tags
