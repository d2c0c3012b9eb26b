// The typed route table. An operation is declared once; dispatch, authentication, tenancy, validation, audit, metrics
// and the OpenAPI document come from the declaration.
//
//   router.add<CreateJobRequest, JobView>(Method::post, "/site/{site}/job", {
//       .family = "Jobs", .summary = "Create Site Job",
//       .aliases = {"/sites/{site}/jobs"}, .auth = Auth::bearer | Auth::api_key, .scope = "job:create", .status = 201,
//       .handle = [&service](Call& call, CreateJobRequest request) -> Result<JobView> { … }});
//
// All add() calls happen at start-up; afterwards handle() may be called from any thread. A declaration that cannot
// work (a conflict, no auth, no scope, a path parameter without a field) aborts with a line that names the route.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "http/endpoint.hpp"
#include "http/principal.hpp"

namespace openstrat::http {

/// One typed operation. `{name}` takes any one segment; `{name:uuid}`, `{name:runbook}`, `{name:int}`, `{name:word}`
/// take only what fits, which root-level parameters must say. Prefix and suffix are allowed: `{id}.rsc`.
template <class Request, class View>
struct Route {
  std::string_view family;
  std::string_view summary;
  std::string_view description = {};
  std::vector<std::string_view> aliases = {};  ///< `/path` or `PATCH:/path`
  Auth auth = Auth::none;
  std::string_view own_auth = {};   ///< `client-token` …: with Auth::public_, the handler checks this credential itself
  std::string_view scope = {};      ///< `job:create`, `a|b` any of, "-" none
  int status = 0;                   ///< 0: 200, or 204 for NoContent
  std::optional<bool> audit = {};   ///< default: everything but GET
  bool needs_team = true;           ///< false: users without an active team may call it
  bool without_mfa = false;         ///< true: answers also while the user still has to set up a second factor (Principal::mfa_missing)
  bool accepts_form = false;        ///< application/x-www-form-urlencoded beside JSON
  std::string_view rate_limit = {};
  std::size_t body_limit = 1024 * 1024;
  std::string_view media_type = {};
  std::vector<Errc> errors = {};
  std::function<Result<View>(Call&, Request)> handle;
};

/// An operation that runs directly on the I/O thread and must not block: the devices' own endpoints, and streams. Those that are not
/// documented may end in `{name...}`, which takes all segments that are left.
struct DeviceRoute {
  std::string_view family;
  std::string_view summary;
  std::string_view description = {};
  std::vector<std::string_view> aliases = {};
  Auth auth = Auth::none;
  /// The handler authenticates (POST /poll decrypts its token). The router itself checks signed URLs only.
  bool checks_own_auth = false;
  int status = 200;
  std::string_view rate_limit = {};
  std::size_t body_limit = 64 * 1024;
  std::string_view media_type = "text/plain";
  bool is_documented = true;         ///< in the OpenAPI document
  std::function<void(RawCall, Responder)> handle;
};

/// One line for the audit log, handed over before the answer is sent: the hook must not wait.
struct AuditRecord {
  const Endpoint& endpoint;
  const Principal& principal;
  std::string_view path;             ///< as called
  std::string_view request_id;
  const IpAddress& remote;
  std::string_view user_agent;
  std::string_view frontend_page;    ///< X-Current-Url
  int status;
  std::string_view error_body;       ///< the answer when status ≥ 400
  std::string payload;               ///< request body as JSON, secrets masked, at most 16 KiB
  std::string_view note;
  Timestamp at;
  Duration elapsed;
};

struct RateDecision {
  bool allowed = true;
  std::int64_t limit = 0;            ///< 0: print no X-RateLimit headers
  std::int64_t remaining = 0;
  std::chrono::seconds reset{0};     ///< until the bucket is full, or until the next try when refused
};

/// What app plugs in. Only `clock` and `execute` are needed when every route is public.
struct RouterHooks {
  const Clock* clock = nullptr;
  Authenticator* authenticator = nullptr;
  /// Runs work on the worker pool; false: the queue is full, which answers 503.
  std::function<bool(std::move_only_function<void()>)> execute;
  /// Asked before authentication (principal is nullptr; I/O thread, must not block) and again after it.
  std::function<std::optional<RateDecision>(const Request&, const Endpoint&, const Principal*)> rate_limit;
  /// Checks `signature` (and `expires`) of a signed URL. Must not block.
  std::function<Status(const Request&)> verify_signature;
  std::function<void(const AuditRecord&)> audit;
  std::string base_url;              ///< `public_url.api`
  std::string docs_base_url;         ///< `docs.base_url`
  std::vector<std::string> dashboard_origins;  ///< CORS
  int validation_status = 422;       ///< `errors.validation_status`
};

class PathTrie;

class Router {
 public:
  explicit Router(RouterHooks hooks);
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  template <class Request, class View>
  void add(Method method, std::string_view path, Route<Request, View> route);
  void add_device(Method method, std::string_view path, DeviceRoute route);

  /// Answers a request: at once for unknown routes and device routes, else from a worker. The server's RequestHandler.
  void handle(Request request, Responder responder) const;

  /// How large the body may be, asked when the head of a request is complete; nullopt: no such route.
  std::optional<std::size_t> body_limit(Method method, std::string_view path) const;

  const std::vector<std::unique_ptr<Endpoint>>& endpoints() const { return endpoints_; }
  const RouterHooks& hooks() const { return hooks_; }

 private:
  void insert(std::unique_ptr<Endpoint> endpoint, std::string_view path, const std::vector<std::string_view>& aliases);
  void insert_pattern(const Endpoint& endpoint, Method method, std::string_view pattern);

  RouterHooks hooks_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
  std::unique_ptr<PathTrie> trie_;
};

/// Decodes the current request into `out`, a default-constructed struct described by `type`.
Status decode_request(RequestDecoder& decoder, const TypeInfo& type, void* out);

template <class Request, class View>
void Router::add(Method method, std::string_view path, Route<Request, View> route) {
  auto endpoint = std::make_unique<Endpoint>();
  endpoint->method = method;
  endpoint->family = route.family;
  endpoint->summary = route.summary;
  endpoint->description = route.description;
  endpoint->auth = route.auth;
  endpoint->own_auth = route.own_auth;
  endpoint->scope = route.scope;
  endpoint->status = route.status != 0 ? route.status : std::same_as<View, NoContent> ? 204 : 200;
  endpoint->audit = route.audit.value_or(method != Method::get);
  endpoint->needs_team = route.needs_team;
  endpoint->without_mfa = route.without_mfa;
  endpoint->accepts_form = route.accepts_form;
  endpoint->rate_limit = route.rate_limit;
  endpoint->body_limit = route.body_limit;
  endpoint->media_type = route.media_type;
  endpoint->errors = std::move(route.errors);
  endpoint->request = &type_of<Request>;
  endpoint->view = view_type<View>();
  endpoint->view_kind = http::view_kind<View>();
  if (route.handle) endpoint->invoke = [handle = std::move(route.handle)](Call& call, RequestDecoder& decoder) -> Result<Payload> {
    Request request{};
    if (auto done = decode_request(decoder, type_of<Request>, &request); !done) {
      return std::unexpected(std::move(done.error()));
    }
    auto view = handle(call, std::move(request));
    if (!view) return std::unexpected(std::move(view.error()));
    return payload_of(*std::move(view));
  };
  insert(std::move(endpoint), path, route.aliases);
}

}  // namespace openstrat::http
