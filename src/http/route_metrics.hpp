// What every operation of the route table answered, in the Prometheus text format.
#pragma once

#include <string>

namespace openstrat::http {

class Router;

/// openstrat_requests_total{operation,status} and the histogram openstrat_request_seconds{operation}; operations that were never
/// called are left out. Complete families, to be appended to Registry::render().
std::string render_route_metrics(const Router& router);

}  // namespace openstrat::http
