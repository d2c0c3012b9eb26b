// Any bytes as a connection to the web server: requests are cut out of them, read, and run on a router without a network.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "sim/device/test_router.hpp"
#include "sim/rest/rest.hpp"

using namespace openstrat::sim;

namespace {

std::optional<RestRequest::Method> method_of(const std::string& name) {
  if (name == "GET") return RestRequest::Method::get;
  if (name == "PUT") return RestRequest::Method::put;
  if (name == "PATCH") return RestRequest::Method::patch;
  if (name == "DELETE") return RestRequest::Method::remove;
  return name == "POST" ? std::optional(RestRequest::Method::post) : std::nullopt;
}

void answer(testing::TestRouter& it, const HttpRequest& request) {
  const auto method = method_of(request.method);
  auto body = parse_body(request.body);
  if (!method || !body) return;
  RestRequest rest{.method = *method, .target = parse_target(request.target), .body = *std::move(body), .base_url = "http://r/rest"};
  if (!rest.target.words.empty()) rest.target.words.erase(rest.target.words.begin());
  std::optional<HttpAnswer> answer;
  bool done = false;
  JobRequest job;
  job.type = "login";
  job.task = [&](Host& host) {
    answer = answer_rest(it.router, host, rest);
    return Value();
  };
  job.done = [&](const JobOutcome&) { done = true; };
  const auto id = it.router.run(std::move(job));
  if (!id) return;  // the last request was a reboot
  if (!it.services.loop.run_until([&] { return done; }, std::chrono::seconds(60))) it.router.kill(*id);
  if (!it.services.loop.run_until([&] { return done; }, std::chrono::seconds(60))) std::abort();
  if (answer && answer->status < 200) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 16 * 1024) return 0;
  std::optional<testing::TestRouter> it;
  HttpReader reader;
  reader.add({reinterpret_cast<const char*>(data), size});
  for (int i = 0; i < 20 && reader.read() == HttpReader::State::whole; ++i) {
    if (!it) it.emplace("7.20.8");
    answer(*it, reader.take());
  }
  return 0;
}
