#include "http/dispatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>

#include "base/log.hpp"
#include "base/text.hpp"
#include "http/content_coding.hpp"
#include "http/declaration.hpp"
#include "http/errors.hpp"
#include "http/gzip.hpp"
#include "http/request_decoder.hpp"
#include "http/security_headers.hpp"

namespace openstrat::http {
namespace {

/// Everything that one request needs until its answer is on the way. The I/O thread passes it to a worker.
struct Job {
  const RouterHooks& hooks;
  const Endpoint& endpoint;
  Request request;
  Responder responder;
  PathValues path;
  Duration started;
  std::optional<RateDecision> rate;
};

bool is_dashboard(const RouterHooks& hooks, std::string_view origin) {
  return std::ranges::find(hooks.dashboard_origins, origin) != hooks.dashboard_origins.end();
}

/// Tokens travel in a header that pages of other origins cannot make browsers send, so no credentials are allowed along.
void add_cors_headers(const RouterHooks& hooks, std::string_view origin, Response& response) {
  if (origin.empty() || !is_dashboard(hooks, origin)) return;
  response.headers.set("Access-Control-Allow-Origin", std::string(origin));
  response.headers.set("Access-Control-Expose-Headers",
                       "X-Request-Id, X-Total-Count, Link, ETag, Retry-After, RateLimit, RateLimit-Policy, X-RateLimit-Limit, "
                       "X-RateLimit-Remaining, X-RateLimit-Reset");
  response.headers.add("Vary", "Origin");
}

void add_common_headers(const RouterHooks& hooks, const Request& request, Response& response) {
  response.headers.set("X-Request-Id", request.request_id);
  add_security_headers({.tls = request.tls, .hsts = hooks.base_url.starts_with("https://")}, response);
  add_cors_headers(hooks, request.headers.find("Origin").value_or(""), response);
}

void add_rate_headers(const RateDecision& decision, Response& response) {
  if (decision.limit <= 0) return;
  response.headers.set("X-RateLimit-Limit", std::to_string(decision.limit));
  response.headers.set("X-RateLimit-Remaining", std::to_string(decision.remaining));
  response.headers.set("X-RateLimit-Reset", std::to_string(decision.reset.count()));
  // The same as draft-ietf-httpapi-ratelimit-headers has it; every rule of ours is counted by the minute.
  response.headers.set("RateLimit-Policy", fmt::format("\"default\";q={};w=60", decision.limit));
  response.headers.set("RateLimit", fmt::format("\"default\";r={};t={}", decision.remaining, decision.reset.count()));
}

Response error_response(const RouterHooks& hooks, const Request& request, const Endpoint* endpoint, const Error& error) {
  if (endpoint != nullptr && endpoint->is_device) return to_text_response(error);
  return to_response(error, {.request_id = request.request_id,
                             .docs_base_url = hooks.docs_base_url,
                             .validation_status = hooks.validation_status});
}

Error too_many_requests(const RateDecision& decision) {
  const auto wait = std::max(decision.reset, std::chrono::seconds(1));
  return Error(Errc::rate_limited, fmt::format("too many requests, try again in {} s", wait.count())).with_retry_after(wait);
}

/// 405, or the answer to a dashboard's preflight request.
Response answer_other_method(const RouterHooks& hooks, const Request& request, const PathTrie::Match& match) {
  std::string allow;
  for (std::size_t i = 0; i < PathTrie::kMethods; ++i) {
    if ((*match.targets)[i].endpoint == nullptr) continue;
    if (!allow.empty()) allow += ", ";
    allow += to_string(static_cast<Method>(i));
    if (static_cast<Method>(i) == Method::get) allow += ", HEAD";
  }
  Response response;
  const auto origin = request.headers.find("Origin");
  if (request.method == Method::options && origin && is_dashboard(hooks, *origin)) {
    response.status = 204;
    response.headers.set("Access-Control-Allow-Methods", allow);
    response.headers.set("Access-Control-Allow-Headers", std::string(request.headers.find("Access-Control-Request-Headers")
                                                                         .value_or("Authorization, Content-Type")));
    response.headers.set("Access-Control-Max-Age", "600");
  } else {
    response = to_response(Error(Errc::not_found, "method_not_allowed",
                                 fmt::format("{} is not possible here, only {}", to_string(request.method), allow)),
                           {.request_id = request.request_id, .docs_base_url = hooks.docs_base_url});
    response.status = 405;
  }
  response.headers.set("Allow", std::move(allow));
  return response;
}

Status check_scope(const Endpoint& endpoint, const Principal& principal) {
  // What needs no scope is the user's own affair (password, sessions, second factors), not that of applications.
  if (!principal.delegate.empty() && endpoint.scope.empty())
    return fail(Errc::forbidden, "scope_missing", "applications may not do this in a user's name");
  const bool has_scopes = principal.kind == Principal::Kind::user || principal.kind == Principal::Kind::api_key;
  if (!has_scopes || endpoint.scope.empty()) return {};
  for (const auto scope : text::split(endpoint.scope, '|')) {
    if (principal.may(scope)) return {};
  }
  return fail(Error(Errc::forbidden, "scope_missing", fmt::format("this needs the scope {}", endpoint.scope))
                  .with_required_scope(endpoint.scope));
}

/// From here on the caller sees the sites for which it holds the scope of this operation. Of several scopes that would do, one
/// without limits wins.
void limit_sites(const Endpoint& endpoint, Principal& principal) {
  if (!principal.site_limits) return;
  const auto& limits = *principal.site_limits;
  std::shared_ptr<const SiteLimits> found;
  for (const auto scope : text::split(endpoint.scope.empty() ? std::string_view("-") : endpoint.scope, '|')) {
    if (scope != "-" && !principal.may(scope)) continue;
    const auto limit = limits.find(scope);
    if (limit == limits.end()) return;
    if (!found) found = limit->second;
  }
  principal.tenant.sites = std::move(found);
}

Status check_team(const Endpoint& endpoint, const Principal& principal) {
  const bool acts_for_team = principal.kind == Principal::Kind::user || principal.kind == Principal::Kind::api_key;
  if (!acts_for_team || !endpoint.needs_team || !principal.tenant.customer_id.value.is_nil()) return {};
  return fail(Errc::unauthenticated, "customer_missing", "choose a team first");
}

Status check_mfa(const Endpoint& endpoint, const Principal& principal) {
  if (!principal.mfa_missing || endpoint.without_mfa) return {};
  return fail(Errc::forbidden, "mfa_required", "your team requires a second factor: set up an authenticator app or a passkey first");
}

bool has_signature(const Request& request) {
  return request.query.starts_with("signature=") || request.query.find("&signature=") != std::string::npos;
}

bool has_credential(const Request& request) {
  return request.headers.contains("Authorization") || request.headers.contains("X-Bearer-Token");
}

/// Whether the URL's signature counts here, and holds. False: the route does not want one.
Result<bool> check_signature(const RouterHooks& hooks, const Endpoint& endpoint, const Request& request) {
  const bool must = endpoint.auth == Auth::signed_url || contains(endpoint.auth, Auth::device_and_signed);
  const bool may = contains(endpoint.auth, Auth::signed_url) && has_signature(request);
  if (!must && !may) return false;
  if (!hooks.verify_signature) return fail(Errc::forbidden, "signature_invalid", "signed links are switched off");
  if (auto done = hooks.verify_signature(request); !done) return std::unexpected(std::move(done.error()));
  return true;
}

Result<Principal> authenticate(const RouterHooks& hooks, const Endpoint& endpoint, const Request& request, bool is_signed) {
  const auto needed = Auth(unsigned(endpoint.auth) & unsigned(kAuthenticated));
  if (needed == Auth::none) return Principal{};
  if (is_signed && !contains(endpoint.auth, Auth::device_and_signed)) return Principal{};
  if (contains(endpoint.auth, Auth::public_) && !has_credential(request)) return Principal{};
  if (hooks.authenticator == nullptr) return fail(Errc::internal, "no authenticator is configured");
  return hooks.authenticator->authenticate(request, needed);
}

Result<Payload> run(Job& job, Call& call) {
  const auto is_signed = check_signature(job.hooks, job.endpoint, job.request);
  if (!is_signed) return std::unexpected(is_signed.error());
  call.signature_verified = *is_signed;
  auto principal = authenticate(job.hooks, job.endpoint, job.request, *is_signed);
  if (!principal) return std::unexpected(std::move(principal.error()));
  call.principal = *std::move(principal);
  if (job.hooks.rate_limit) {
    if (auto decision = job.hooks.rate_limit(job.request, job.endpoint, &call.principal)) job.rate = decision;
    if (job.rate && !job.rate->allowed) return fail(too_many_requests(*job.rate));
  }
  if (auto done = check_mfa(job.endpoint, call.principal); !done) return std::unexpected(std::move(done.error()));
  if (auto done = check_team(job.endpoint, call.principal); !done) return std::unexpected(std::move(done.error()));
  if (auto done = check_scope(job.endpoint, call.principal); !done) return std::unexpected(std::move(done.error()));
  limit_sites(job.endpoint, call.principal);
  RequestDecoder decoder(job.request, job.path, job.endpoint.accepts_form);
  return job.endpoint.invoke(call, decoder);
}

/// Nothing that a handler throws may reach the worker pool; the user gets a request id, the log the reason.
Result<Payload> run_guarded(Job& job, Call& call) {
  const auto log_exception = [&](std::string_view what) {
    log::error("handler threw an exception", {{"request", job.request.request_id},
                                              {"operation", job.endpoint.operation_id},
                                              {"what", what}});
    return fail(Errc::internal, "an internal error occurred; quote the request id when you ask for help");
  };
  try {
    return run(job, call);
  } catch (const std::exception& e) {
    return log_exception(e.what());
  } catch (...) {
    return log_exception("not a std::exception");
  }
}

/// A handler's Stream as the server wants it: each piece is made by a worker.
class PulledBody final : public BodySource, public std::enable_shared_from_this<PulledBody> {
 public:
  PulledBody(const RouterHooks& hooks, std::move_only_function<Result<std::string>()> make, std::string request_id)
      : hooks_(hooks), make_(std::move(make)), request_id_(std::move(request_id)) {}

  void next(PieceTaker taker) override {
    // A full queue drops the work and with it the taker, which breaks the body off.
    if (!hooks_.execute([self = shared_from_this(), taker = std::move(taker)]() mutable { self->make_piece(std::move(taker)); }))
      log::warning("an answer was broken off: the server is busy", {{"request", request_id_}});
  }

 private:
  void make_piece(PieceTaker taker) {
    try {
      auto piece = make_();
      if (piece) return taker(*std::move(piece));
      log::error("an answer was broken off", {{"request", request_id_}, log::of(piece.error())});
    } catch (const std::exception& e) {
      log::error("an answer was broken off", {{"request", request_id_}, {"what", e.what()}});
    }
  }

  const RouterHooks& hooks_;
  std::move_only_function<Result<std::string>()> make_;
  const std::string request_id_;
};

Response success_response(const RouterHooks& hooks, const Endpoint& endpoint, Call& call, Payload payload) {
  Response response;
  response.status = call.reply.status.value_or(endpoint.status);
  response.content_type = std::move(payload.content_type);
  response.body = std::move(payload.body);
  if (payload.next) response.stream = std::make_shared<PulledBody>(hooks, std::move(payload.next), call.request.request_id);
  if (payload.source) response.stream = std::move(payload.source);
  response.headers = std::move(call.reply.headers);
  return response;
}

constexpr std::size_t kWorthCompressing = 1024;

/// Lists, for those who take gzip and came with a token in a header. Compressed sizes tell what a body holds (BREACH) to whoever can make a browser ask
/// again and again with words of his own; pages elsewhere cannot send that header, whereas cookies go along by themselves. So answers to
/// cookies and to anybody stay as they are, and so does what has an entity tag, which would have to be another one.
void compress(const Call& call, Response& response) {
  const bool has_token = call.principal.kind == Principal::Kind::user || call.principal.kind == Principal::Kind::api_key;
  if (!has_token || response.body.size() < kWorthCompressing || !response.content_type.starts_with("application/json")) return;
  if (response.headers.contains("ETag")) return;
  response.headers.add("Vary", "Accept-Encoding");
  static constexpr std::array kOffered{Coding::gzip};
  if (choose_coding(call.request.headers.find("Accept-Encoding"), kOffered) != Coding::gzip) return;
  auto packed = gzip(response.body);
  if (packed.empty() || packed.size() >= response.body.size()) return;
  response.body = std::move(packed);
  response.headers.set("Content-Encoding", std::string(to_string(Coding::gzip)));
}

void audit(const Job& job, const Call& call, int status, std::string_view error_body, Duration elapsed) {
  if (!job.hooks.audit || !job.endpoint.audit) return;
  job.hooks.audit(AuditRecord{
      .endpoint = job.endpoint,
      .principal = call.principal,
      .path = job.request.path,
      .request_id = job.request.request_id,
      .remote = job.request.remote,
      .user_agent = job.request.headers.find("User-Agent").value_or(""),
      .frontend_page = job.request.headers.find("X-Current-Url").value_or(""),
      .status = status,
      .error_body = error_body,
      .payload = audit_payload(job.endpoint, job.request),
      .note = call.audit_note,
      .at = call.now,
      .elapsed = elapsed,
  });
}

/// On a worker thread.
void serve(Job& job) {
  Call call{.request = job.request, .endpoint = job.endpoint, .principal = Principal(), .now = job.hooks.clock->now(),
            .base_url = job.hooks.base_url};
  auto payload = run_guarded(job, call);
  auto response = payload ? success_response(job.hooks, job.endpoint, call, *std::move(payload))
                          : error_response(job.hooks, job.request, &job.endpoint, payload.error());
  if (payload) compress(call, response);
  add_common_headers(job.hooks, job.request, response);
  if (job.rate) add_rate_headers(*job.rate, response);
  const int status = response.status;
  const std::string error_body = status >= 400 && job.endpoint.audit ? response.body : std::string();
  const auto elapsed = job.hooks.clock->monotonic() - job.started;
  job.endpoint.metrics.record(status, elapsed);
  audit(job, call, status, error_body, elapsed);  // first: whoever has the answer can rely on the entry
  job.responder(std::move(response));
}

/// On the I/O thread: device handlers answer through a responder that counts. (The server itself adds X-Request-Id.)
void serve_device(Job job) {
  auto counted = [&hooks = job.hooks, &endpoint = job.endpoint, started = job.started, tls = job.request.tls,
                  origin = std::string(job.request.headers.find("Origin").value_or("")), inner = std::move(job.responder)](Response response) mutable {
    add_security_headers({.tls = tls, .hsts = hooks.base_url.starts_with("https://"), .router = true}, response);
    add_cors_headers(hooks, origin, response);
    endpoint.metrics.record(response.status, hooks.clock->monotonic() - started);
    inner(std::move(response));
  };
  Responder responder(std::move(counted));
  const auto is_signed = check_signature(job.hooks, job.endpoint, job.request);
  if (!is_signed) return responder(to_text_response(is_signed.error()));
  RawCall call{.request = std::move(job.request), .endpoint = &job.endpoint, .path = std::move(job.path),
               .now = job.hooks.clock->now(), .signature_verified = *is_signed, .base_url = job.hooks.base_url};
  job.endpoint.answer(std::move(call), std::move(responder));
}

void refuse(Job& job, const Error& error) {
  auto response = error_response(job.hooks, job.request, &job.endpoint, error);
  add_common_headers(job.hooks, job.request, response);
  if (job.rate) add_rate_headers(*job.rate, response);
  job.endpoint.metrics.record(response.status, job.hooks.clock->monotonic() - job.started);
  job.responder(std::move(response));
}

}  // namespace

void dispatch(const RouterHooks& hooks, const PathTrie& trie, Request request, Responder responder) {
  const auto started = hooks.clock->monotonic();
  const auto answer_now = [&](Response response) {
    add_common_headers(hooks, request, response);
    responder(std::move(response));
  };
  auto match = trie.find(request.path);
  if (!match) {
    return answer_now(error_response(hooks, request, nullptr, Error(Errc::not_found, "there is no such endpoint")));
  }
  const auto* target = &(*match->targets)[static_cast<std::size_t>(request.method)];
  if (target->endpoint == nullptr && request.method == Method::head) target = &(*match->targets)[static_cast<std::size_t>(Method::get)];
  if (target->endpoint == nullptr) return answer_now(answer_other_method(hooks, request, *match));

  Job job{hooks, *target->endpoint, std::move(request), std::move(responder), named_values(*target, std::move(match->values)), started, {}};
  if (job.request.body.size() > job.endpoint.body_limit) {
    return refuse(job, Error(Errc::too_large, fmt::format("the body may have {} bytes here", job.endpoint.body_limit)));
  }
  if (hooks.rate_limit) {
    job.rate = hooks.rate_limit(job.request, job.endpoint, nullptr);
    if (job.rate && !job.rate->allowed) return refuse(job, too_many_requests(*job.rate));
  }
  if (job.endpoint.is_device) return serve_device(std::move(job));
  const auto shared = std::make_shared<Job>(std::move(job));
  if (!hooks.execute([shared] { serve(*shared); })) {
    refuse(*shared, Error(Errc::unavailable, "the server is busy, try again").with_retry_after(std::chrono::seconds(1)));
  }
}

}  // namespace openstrat::http
