// /tool fetch as a command of a running script.
#include <fmt/core.h>

#include "sim/behaviour/device_mode.hpp"
#include "sim/device/action.hpp"
#include "sim/device/fetch.hpp"

namespace openstrat::sim {
namespace {

constexpr Version kV7{7, 0, 0};
constexpr Version kLogsFailures{7, 13, 0};

Value kibibytes(std::size_t bytes) { return Value::num(static_cast<std::int64_t>((bytes + 512) / 1024)); }

}  // namespace

TransferResult Job::transfer(TransferRequest request) {
  if (request.source_address.empty()) request.source_address = router_.spec().source_address;
  request.detours = router_.spec().detours;
  request.network_namespace = router_.spec().network_namespace;
  TransferResult nothing;
  nothing.outcome = TransferResult::Outcome::timeout;
  if (!router_.online()) {
    delay(request.connect_timeout);
    return nothing;
  }
  const std::uint64_t token = begin_wait();
  const auto answer = std::make_shared<std::optional<TransferResult>>();
  Transfers& transfers = router_.services().transfers;
  const Transfers::Id id = transfers.start(std::move(request), [self = weak_from_this(), token, answer](TransferResult result) {
    *answer = std::move(result);
    if (const auto job = self.lock()) job->wake(token);
  });
  bool ended = false;
  try {
    wait();
    ended = true;
  } catch (const ScriptKilled&) {
    transfers.cancel(id);
  }
  if (!ended) throw ScriptKilled();
  return router_.online() ? std::move(**answer) : nothing;  // an answer that arrives on a cut link does not arrive
}

Value Job::fetch(const CommandCall& call) {
  if (!device_allows(router_.config(), "fetch")) throw ScriptError(std::string(kNotAllowed));
  refuse_waiting();
  FetchPlan plan = plan_fetch(call, router_.version());
  const bool to_file = plan.keep && plan.output == FetchOutput::file;
  if (to_file || plan.transfer.upload) require(Policy::ftp);
  if (plan.transfer.upload) {
    const StoredFile* file = router_.files().find(plan.source);
    if (file == nullptr) throw ScriptError("failure: " + plan.source + " not found");
    plan.transfer.body = file->contents;
  }
  if (plan.transfer.verify != Verify::nothing) plan.transfer.ca_pem = router_.authorities();
  const bool unverifiable = plan.transfer.verify != Verify::nothing && plan.transfer.ca_pem.empty() && plan.transfer.url.starts_with("https");
  if (const auto address = router_.static_address(plan.host)) plan.transfer.known_host = fmt::format("{}:{}:{}", plan.host, plan.port, *address);
  TransferResult result;
  if (unverifiable) result.outcome = TransferResult::Outcome::untrusted;
  else result = transfer(plan.transfer);
  return fetched(plan, std::move(result), call);
}

Value Job::fetched(const FetchPlan& plan, TransferResult result, const CommandCall& call) {
  const auto error = fetch_error(plan, result, router_.version());
  if (RouterObserver* observer = router_.services().observer) {
    observer->fetched(router_, {.url = plan.transfer.url, .upload = plan.transfer.upload, .ok = !error, .error = error ? *error : std::string_view()});
  }
  if (error) {
    if (router_.version() >= kLogsFailures) log("fetch,info", fmt::format("Download from {} FAILED: {}", plan.host, error->substr(error->find(": ") + 2)));
    if (!call.wants_value) put("  status: failed");
    throw ScriptError(*error);
  }
  const std::string_view what = plan.transfer.upload ? "Upload to" : "Download from";
  if (router_.version() >= kV7) log("fetch,info", fmt::format("{} {} FINISHED", what, plan.host));
  const std::size_t size = plan.transfer.upload ? plan.transfer.body.size() : result.received;
  const Value duration = Value::time(std::chrono::ceil<std::chrono::seconds>(result.length).count() * 1'000'000'000);
  const bool variable = plan.output == FetchOutput::user || plan.output == FetchOutput::user_with_headers;
  if (plan.keep && plan.output == FetchOutput::file && !plan.file.empty()) write_file(plan.file, std::move(result.body));
  if (!plan.as_value) {
    put("      status: finished");
    put(fmt::format("  {}: {}KiB", plan.transfer.upload ? "  uploaded" : "downloaded", kibibytes(size).to_text()));
    put(fmt::format("       total: {}KiB", kibibytes(size).to_text()));
    put(fmt::format("    duration: {}", format_time_short(duration.as_time_ns())));
    if (variable) put("        data: " + result.body);
    return {};
  }
  Array row;
  row.set("status", Value::str("finished"));
  row.set(plan.transfer.upload ? "uploaded" : "downloaded", kibibytes(size));
  row.set("total", kibibytes(size));
  row.set("duration", duration);
  if (variable) row.set("data", Value::str(plan.output == FetchOutput::user ? std::move(result.body) : result.headers + "\r\n" + result.body));
  return Value::array(std::move(row));
}

}  // namespace openstrat::sim
