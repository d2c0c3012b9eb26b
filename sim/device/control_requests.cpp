// What the control socket understands.
#include <boost/json.hpp>
#include <fmt/core.h>

#include "sim/device/control.hpp"
#include "sim/device/control_network.hpp"

namespace openstrat::sim {
namespace {

namespace json = boost::json;

std::string failure(std::string_view text) { return json::serialize(json::object{{"ok", false}, {"error", text}}); }

std::string success(json::object answer = {}) {
  answer["ok"] = true;
  return json::serialize(answer);
}

std::string_view power_word(Power power) {
  switch (power) {
    case Power::off: return "off";
    case Power::booting: return "booting";
    case Power::on: return "on";
  }
  std::unreachable();
}

json::object describe(const Fleet& fleet, const Router& router, std::size_t index) {
  return {{"router", index},
          {"identity", router.identity()},
          {"serial", router.spec().serial},
          {"software_id", router.spec().software_id},
          {"model", router.spec().model->key},
          {"version", router.version().to_string()},
          {"power", power_word(router.power())},
          {"link", router.link()},
          {"adopted", fleet.adopted(index)},
          {"uptime_s", std::chrono::duration_cast<std::chrono::seconds>(router.uptime()).count()}};
}

std::string text_of(const json::object& request, std::string_view name) {
  const json::value* value = request.if_contains(name);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  return json::serialize(*value);
}

double number_of(const json::object& request, std::string_view name) {
  const json::value* value = request.if_contains(name);
  return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

json::object inspect(Router& router, std::string_view what) {
  if (what == "export") return {{"export", router.export_text(true)}};
  if (what == "log") {
    json::array lines;
    for (const LogLine& line : router.log().lines()) lines.push_back(json::object{{"time", to_iso8601(line.time)}, {"topics", line.topics}, {"message", line.message}});
    return {{"log", lines}};
  }
  if (what == "globals") {
    json::object values;
    for (const std::string& name : router.globals().names()) values[name] = router.globals().find(name)->to_text();
    return {{"globals", values}};
  }
  json::array files;
  for (const std::string& name : router.files().names()) {
    const StoredFile* file = router.files().find(name);
    files.push_back(json::object{{"name", name}, {"size", file == nullptr ? 0 : file->contents.size()}});
  }
  return {{"files", files}};
}

/// Changes of the world around a router; false: there is no such word.
bool act(Fleet& fleet, Router& router, std::string_view word, const json::object& request) {
  const auto length = Duration(static_cast<std::int64_t>(number_of(request, "seconds") * 1e6));
  if (word == "cut" || word == "power-off") {
    const bool cut = word == "cut";
    if (cut) router.set_link(false);
    else router.power_off();
    if (length <= Duration(0)) return true;
    fleet.loop().after(length, [&router, cut] {
      if (cut) router.set_link(true);
      else router.power_on();
    });
    return true;
  }
  if (word == "restore") router.set_link(true);
  else if (word == "power-on") router.power_on();
  else if (word == "reboot") router.reboot("router rebooted by admin");
  else if (word == "skew") router.skew_clock(length);
  else return false;
  return true;
}

void run_script(Fleet& fleet, Router& router, std::string source, const Control::Reply& reply) {
  const bool running = fleet.run(router, std::move(source), [reply](const Fleet::Printed& printed) {
    reply(success({{"output", printed.output}, {"error", printed.error ? json::value(*printed.error) : json::value(nullptr)}}));
  });
  if (!running) reply(failure("the router is not running, or too busy"));
}

std::string stats_answer(const FleetStats& stats) {
  return success({{"routers", stats.routers}, {"adopted", stats.adopted}, {"online", stats.online}, {"polls", stats.polls}, {"polls_failed", stats.polls_failed},
                  {"fetches", stats.fetches}, {"fetches_failed", stats.fetches_failed}, {"uploads", stats.uploads}, {"uploads_failed", stats.uploads_failed},
                  {"scripts_failed", stats.scripts_failed}, {"last_error", stats.last_error}});
}

}  // namespace

void Control::handle(Fleet& fleet, std::string_view text, const Reply& reply) {
  boost::system::error_code wrong;
  const json::value parsed = json::parse(text, wrong);
  if (wrong || !parsed.is_object()) return reply(failure("a request is one JSON object"));
  const json::object& request = parsed.get_object();
  const std::string word = text_of(request, "do");
  if (word == "stats") return reply(stats_answer(fleet.stats()));
  if (word == "list") {
    json::array rows;
    for (std::size_t i = 0; i < fleet.size(); ++i) rows.push_back(describe(fleet, fleet.router(i), i));
    return reply(success({{"routers", std::move(rows)}}));
  }
  Router* router = fleet.find(text_of(request, "router"));
  if (router == nullptr) return reply(failure("there is no such router: name it by number, serial number or identity"));
  if (word == "run") return run_script(fleet, *router, text_of(request, "script"), reply);
  if (word == "export" || word == "log" || word == "globals" || word == "files") return reply(success(inspect(*router, word)));
  if (auto answer = answer_network(*router, word, request)) return reply(*answer ? success(std::move(**answer)) : failure(answer->error().message()));
  if (act(fleet, *router, word, request)) return reply(success());
  reply(failure("unknown request: " + word));
}

}  // namespace openstrat::sim
