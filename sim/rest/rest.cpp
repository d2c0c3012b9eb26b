#include "sim/rest/rest.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/device/router.hpp"
#include "sim/rest/inspect.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kNoPermission = "not enough permissions (9)";
constexpr std::string_view kNotIdentified = "missing or invalid resource identifier";

/// Known before anything runs: leaves the request with this answer.
struct Refused {
  int status;
  std::string detail;
};

bool is_id(std::string_view word) { return word.starts_with('*'); }

class RestRun {
 public:
  RestRun(Router& router, Host& host, const RestRequest& request)
      : router_(router), host_(host), request_(request), path_(find_api_path(router, request.target.words)) {
    rest_ = std::span(request.target.words).subspan(path_.used);
  }

  HttpAnswer run() {
    switch (request_.method) {
      case RestRequest::Method::get: return rest_.empty() ? get_menu() : get_row();
      case RestRequest::Method::put: return create();
      case RestRequest::Method::patch: return change();
      case RestRequest::Method::remove: return remove();
      case RestRequest::Method::post: return command();
    }
    throw Refused{501, {}};
  }

 private:
  struct Outcome {
    std::optional<std::string> ret;
    std::vector<ApiRow> rows;
  };

  Outcome perform(const ApiCall& call) {
    Outcome outcome;
    outcome.ret = run_api_call(router_, host_, call, [&](ApiRow row) { outcome.rows.push_back(std::move(row)); });
    return outcome;
  }

  /// The call of `verb` in the menu of the request.
  ApiCall call_of(std::string_view verb, int status_if_missing = 400) {
    ApiCall call;
    call.path = path_;
    call.path.command = path_.command ? std::nullopt : find_api_command(router_, path_.dir, verb);
    if (!call.path.command) throw Refused{status_if_missing, fmt::format("no such command or directory ({})", verb)};
    return call;
  }

  ApiCall print_call() {
    if (path_.command || !find_api_command(router_, path_.dir, "print")) throw Refused{400, "no such command"};
    return call_of("print");
  }

  HttpAnswer get_menu() {
    ApiCall call = print_call();
    std::vector<std::string> query;
    for (const auto& [name, value] : request_.target.parameters) {
      if (name == ".proplist") add_properties(value, call.proplist);
      else query.push_back(fmt::format("={}={}", name, value));
    }
    if (!path_.is_list()) {
      const Outcome outcome = perform(call);
      return json_answer(200, outcome.rows.empty() ? "{}" : to_json(outcome.rows.front()));
    }
    if (!call.proplist.empty()) call.proplist.emplace_back(".id");
    call.query = Query::parse(query);
    return json_answer(200, to_json(perform(call).rows));
  }

  static void add_properties(std::string_view list, std::vector<std::string>& properties) {
    while (!list.empty()) {
      const std::size_t end = std::min(list.find(','), list.size());
      if (end > 0) properties.emplace_back(list.substr(0, end));
      list.remove_prefix(std::min(end + 1, list.size()));
    }
  }

  HttpAnswer get_row() {
    if (path_.command) throw Refused{400, fmt::format("no such command or directory ({})", rest_.front())};
    const std::string& word = row_word();
    if (!is_id(word) && name_property() == nullptr) throw Refused{400, "no such command prefix"};
    ApiCall call = print_call();
    for (const auto& [name, value] : request_.target.parameters) {
      if (name == ".proplist") add_properties(value, call.proplist);
    }
    const auto row = read_row(std::move(call), word);
    if (row) return json_answer(200, to_json(*row));
    if (is_id(word)) throw Refused{404, {}};
    throw Refused{400, fmt::format("no such command or directory ({})", word)};
  }

  /// The one word behind the menu that names a row.
  const std::string& row_word() const {
    const std::string& word = rest_.front();
    if (rest_.size() > 1 || !path_.is_list() || path_.command) throw Refused{400, fmt::format("no such command or directory ({})", word)};
    if (word.starts_with("%2")) throw Refused{400, "no such command prefix"};
    return word;
  }

  const ros::ArgumentSpec* name_property() const { return path_.shape == nullptr ? nullptr : path_.shape->name_property(router_.version()); }

  std::optional<ApiRow> read_row(ApiCall call, const std::string& word) {
    const ros::ArgumentSpec* name = name_property();
    const std::string query[] = {fmt::format("={}={}", is_id(word) || name == nullptr ? ".id" : name->name, word)};
    call.query = Query::parse(query);
    const Outcome outcome = perform(call);
    return outcome.rows.empty() ? std::nullopt : std::optional(outcome.rows.front());
  }

  HttpAnswer create() {
    if (!rest_.empty()) throw Refused{400, fmt::format("no such command or directory ({})", rest_.front())};
    ApiCall call = call_of("add");
    call.arguments = request_.body.arguments;
    const Outcome outcome = perform(call);
    const std::string id = outcome.ret.value_or("");
    const auto row = read_row(print_call(), id);
    HttpAnswer answer = json_answer(201, row ? to_json(*row) : to_json(ApiRow{{".id", id}}));
    answer.headers.emplace_back("Location", fmt::format("{}{}/{}", request_.base_url, path_.menu, id));
    return answer;
  }

  /// The id of the row that a change is for: what is read back has it even when the change renames the row.
  std::string identify() {
    if (rest_.empty() || path_.command || !path_.is_list() || rest_.front().starts_with("%2")) throw Refused{400, std::string(kNotIdentified)};
    const std::string& word = row_word();
    ApiCall call = print_call();
    call.proplist = {".id"};
    const auto row = read_row(std::move(call), word);
    if (!row || row->empty()) {
      if (is_id(word)) throw Refused{404, {}};
      throw Refused{400, std::string(kNotIdentified)};
    }
    return row->front().second;
  }

  HttpAnswer change() {
    const std::string id = identify();
    ApiCall call = call_of("set");
    for (const ApiArgument& argument : request_.body.arguments) {
      if (argument.name != ".id" && argument.name != "numbers") call.arguments.push_back(argument);
    }
    call.arguments.push_back({".id", id, false});
    perform(call);
    const auto row = read_row(print_call(), id);
    return json_answer(200, row ? to_json(*row) : "{}");
  }

  HttpAnswer remove() {
    if (!rest_.empty() && !path_.command && path_.is_list()) call_of("remove", 406);
    const std::string id = identify();
    ApiCall call = call_of("remove", 406);
    call.arguments.push_back({".id", id, false});
    perform(call);
    return {.status = 204};
  }

  HttpAnswer command() {
    if (!rest_.empty()) throw Refused{400, fmt::format("no such command or directory ({})", rest_.front())};
    if (!path_.command) throw Refused{400, "no such command"};
    if (path_.menu == "/console" && path_.command->name == "inspect") return inspect();
    ApiCall call;
    call.path = path_;
    call.arguments = request_.body.arguments;
    call.proplist = request_.body.proplist;
    call.query = Query::parse(request_.body.query);
    const Outcome outcome = perform(call);
    if (!outcome.rows.empty()) return json_answer(200, to_json(outcome.rows));
    return json_answer(200, outcome.ret ? to_json(ApiRow{{"ret", *outcome.ret}}) : "[]");
  }

  HttpAnswer inspect() {
    InspectRequest asked;
    for (const ApiArgument& argument : request_.body.arguments) {
      if (argument.name == "request") asked.request = argument.value;
      else if (argument.name == "path") asked.path = argument.value;
      else if (argument.name == "input") asked.input = argument.value;
      else if (argument.name != "as-value" && argument.name != "without-paging") throw ScriptError("unknown parameter " + argument.name);
    }
    std::vector<ApiRow> rows = inspect_console(router_, asked);
    const std::vector<std::string>& wanted = request_.body.proplist;
    for (ApiRow& row : rows) {
      std::erase_if(row, [&](const auto& property) { return !wanted.empty() && std::find(wanted.begin(), wanted.end(), property.first) == wanted.end(); });
    }
    return json_answer(200, to_json(rows));
  }

  Router& router_;
  Host& host_;
  const RestRequest& request_;
  const ApiPath path_;
  std::span<const std::string> rest_;  ///< words behind the menu or command
};

/// A command's own words, as a status.
HttpAnswer answer_of_error(const std::string& message, RestRequest::Method method) {
  if (message == "no such item") return error_answer(404);
  if (message == kNoPermission) return method == RestRequest::Method::patch ? error_answer(400, kNotIdentified) : error_answer(500, message);
  return error_answer(400, message);
}

}  // namespace

bool serves_rest(const Router& router, bool tls) { return router.version() >= (tls ? Version{7, 1, 0} : Version{7, 9, 0}); }

HttpAnswer answer_rest(Router& router, Host& host, const RestRequest& request) {
  if (request.target.malformed) return error_answer(400);
  try {
    return RestRun(router, host, request).run();
  } catch (const Refused& refused) {
    return error_answer(refused.status, refused.detail);
  } catch (const ScriptError& error) {
    return answer_of_error(error.message(), request.method);
  }
}

}  // namespace openstrat::sim
