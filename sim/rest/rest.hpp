// One REST request, from its target to its answer: which command of which menu it means and how the outcome is told.
#pragma once

#include <string>

#include "sim/rest/body.hpp"
#include "sim/rest/http.hpp"
#include "sim/rest/target.hpp"

namespace openstrat::sim {

class Host;
class Router;

struct RestRequest {
  enum class Method { get, put, patch, remove, post };
  Method method = Method::get;
  RestTarget target;      ///< words without the leading `rest`
  RestBody body;
  std::string base_url;   ///< `https://192.168.88.1/rest`, for the place of what was created
};

/// Whether the version serves REST over this kind of connection: HTTPS since 7.1, HTTP since 7.9.
bool serves_rest(const Router& router, bool tls);

/// On the fiber of a job that has the rights of the user. ScriptKilled goes through.
HttpAnswer answer_rest(Router& router, Host& host, const RestRequest& request);

}  // namespace openstrat::sim
