// /search
#pragma once

namespace openstrat::http {
class Router;
}

namespace openstrat::search {

class DocsService;
class SearchService;

/// Both must outlive the router.
void add_routes(http::Router& router, SearchService& things, const DocsService& docs);

}  // namespace openstrat::search
