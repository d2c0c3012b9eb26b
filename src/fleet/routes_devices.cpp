// What routers call. Answers are plain text or empty: RouterOS shows no error bodies.
#include "base/log.hpp"
#include "base/text.hpp"
#include "fleet/adoption_service.hpp"
#include "fleet/heartbeat_service.hpp"
#include "fleet/job_service.hpp"
#include "fleet/routes.hpp"
#include "fleet/site_removal.hpp"
#include "http/errors.hpp"
#include "http/router.hpp"
#include "http/url_text.hpp"

namespace openstrat::fleet {
namespace {

using http::Auth;
using http::Method;
using http::RawCall;
using http::Responder;
using http::Response;

Response script_response(std::string script) {
  Response response{.status = 200, .content_type = "text/plain; charset=utf-8", .body = std::move(script)};
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Response status_response(const Error& error) {
  Response response = http::to_text_response(error);
  if (response.status >= 500) log::warning("a router's request failed", {log::of(error)});
  return response;
}

std::optional<std::string> query_value(const http::Request& request, std::string_view name) {
  for (auto& [key, value] : http::parse_query(request.query))
    if (key == name) return std::move(value);
  return std::nullopt;
}

std::string_view bearer_token(const http::Request& request) {
  const std::string_view header = request.headers.find("Authorization").value_or("");
  return text::starts_with_ignoring_case(header, "Bearer ") ? text::trim(header.substr(7)) : std::string_view();
}

/// Runs what touches the database on a worker; the I/O thread only hands over.
template <class Work>
void on_worker(const http::Router& router, RawCall call, Responder responder, Work work) {
  auto shared = std::make_shared<std::pair<RawCall, Responder>>(std::move(call), std::move(responder));
  const bool taken = router.hooks().execute([shared, work = std::move(work)] { shared->second(work(shared->first)); });
  if (!taken) {
    Response busy{.status = 503};
    busy.headers.set("Retry-After", "5");
    shared->second(std::move(busy));
  }
}

void add_adoption(http::Router& router, const Services& s) {
  router.add_device(Method::get, "/{id:runbook}", {
      .family = "Devices", .summary = "Get Bootstrap Script",
      .description = "The script that the pasted command imports. Header `x-ros-debug` gives the commented text.",
      .aliases = {"/bootstrap/{id:runbook}"}, .auth = Auth::runbook, .checks_own_auth = true, .rate_limit = "bootstrap",
      .handle = [s, &router](RawCall call, Responder responder) {
        on_worker(router, std::move(call), std::move(responder), [s](const RawCall& call) {
          auto script = s.adoption.bootstrap_script(call.path_value("id"), call.request.remote, call.request.headers.contains("x-ros-debug"));
          return script ? script_response(std::move(*script)) : status_response(script.error());
        });
      }});
  router.add_device(Method::post, "/adopt/{id:runbook}", {
      .family = "Devices", .summary = "Adopt Device",
      .description = "Body: the router's facts (`key=value;…`). The answer installs the poll scheduler, or explains on the terminal why not.",
      .auth = Auth::runbook, .checks_own_auth = true, .rate_limit = "adopt", .body_limit = 16 * 1024,
      .handle = [s, &router](RawCall call, Responder responder) {
        on_worker(router, std::move(call), std::move(responder), [s](const RawCall& call) {
          auto script = s.adoption.adopt({.token = std::string(call.path_value("id")), .body = call.request.body, .remote = call.request.remote,
                                          .device_token = std::string(call.request.headers.find("X-Device-Token").value_or("")),
                                          .request_id = call.request.request_id, .readable = call.request.headers.contains("x-ros-debug")});
          return script ? script_response(std::move(*script)) : status_response(script.error());
        });
      }});
  router.add_device(Method::get, "/notify/delete", {
      .family = "Devices", .summary = "Notify Scheduler Deletion",
      .description = "The router has removed its poll scheduler: the site is purged.", .aliases = {"POST:/notify/delete"},
      .auth = Auth::device_and_signed, .checks_own_auth = true,
      .handle = [s, &router](RawCall call, Responder responder) {
        if (!call.signature_verified) return responder(status_response(Error(Errc::forbidden, "signature_invalid", "bad signature")));
        on_worker(router, std::move(call), std::move(responder), [s](const RawCall& call) {
          const auto done = s.removal.notified(bearer_token(call.request), query_value(call.request, "site").value_or(""));
          return done ? Response{} : status_response(done.error());
        });
      }});
}

void add_polling(http::Router& router, const Services& s) {
  router.add_device(Method::post, "/poll", {
      .family = "Devices", .summary = "Receive Heartbeat & Get Job",
      .description = "Body: the router's facts. The answer is the script of its next job, or empty.", .auth = Auth::device,
      .checks_own_auth = true, .body_limit = 16 * 1024,
      .handle = [s](RawCall call, Responder responder) {
        Poll poll{.token = std::string(bearer_token(call.request)), .body = std::move(call.request.body), .remote = call.request.remote,
                  .readable = call.request.headers.contains("x-ros-debug")};
        s.heartbeats.poll(std::move(poll), [responder = std::move(responder)](PollAnswer answer) mutable {
          if (answer.status == 200 && !answer.script.empty()) return responder(script_response(std::move(answer.script)));
          Response response{.status = answer.status};
          if (answer.status == 429 || answer.status == 503) response.headers.set("Retry-After", "30");
          responder(std::move(response));
        });
      }});
}

std::optional<JobService::Report> parse_report(std::string_view status) {
  if (status == "busy") return JobService::Report::busy;
  if (status == "done") return JobService::Report::done;
  if (status == "fail") return JobService::Report::fail;
  return std::nullopt;
}

void add_job_reports(http::Router& router, const Services& s) {
  router.add_device(Method::get, "/job/{job:uuid}/update", {
      .family = "Jobs", .summary = "Update Job Status (from Device)",
      .description = "`status` is busy, done or fail, each with a signature of its own; `error` (≤ 500 characters) says why a script failed.",
      .aliases = {"POST:/job/{job:uuid}/update"}, .auth = Auth::signed_url,
      .handle = [s, &router](RawCall call, Responder responder) {
        on_worker(router, std::move(call), std::move(responder), [s](const RawCall& call) {
          const auto id = JobId::parse(call.path_value("job"));
          const auto report = parse_report(query_value(call.request, "status").value_or(""));
          if (!id || !report) return status_response(Error(Errc::invalid, "status must be busy, done or fail"));
          const auto done = s.jobs.report(*id, *report, query_value(call.request, "error"));
          return done ? Response{} : status_response(done.error());
        });
      }});
  router.add_device(Method::get, "/job/{job:uuid}/payload", {
      .family = "Devices", .summary = "Fetch the script of a big job (from Device)",
      .description = "What a router imports when a job is too long for the answer of a poll.", .auth = Auth::signed_url,
      .handle = [s, &router](RawCall call, Responder responder) {
        on_worker(router, std::move(call), std::move(responder), [s](const RawCall& call) {
          const auto id = JobId::parse(call.path_value("job"));
          if (!id) return status_response(Error(Errc::not_found, "no such job"));
          auto file = s.jobs.payload_file(*id);
          return file ? script_response(std::move(*file)) : status_response(file.error());
        });
      }});
}

}  // namespace

void add_device_routes(http::Router& router, const Services& services) {
  add_adoption(router, services);
  add_polling(router, services);
  add_job_reports(router, services);
}

}  // namespace openstrat::fleet
