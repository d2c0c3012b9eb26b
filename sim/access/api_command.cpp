#include "sim/access/api_command.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "ros_language/language.hpp"
#include "sim/device/monitor.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

using ros::ArgType;
using ros::ArgumentKind;
using ros::ArgumentSpec;
using ros::CommandSpec;
using ros::Menu;
using ros::Verb;

constexpr std::int64_t kSecond = 1'000'000'000;

/// Scripting commands that the API has too.
bool is_shared_with_scripts(std::string_view menu, std::string_view name) {
  if (menu == "/log") return name == "debug" || name == "info" || name == "warning" || name == "error";
  return menu == "/" && (name == "execute" || name == "resolve" || name == "delay" || name == "beep");
}

/// Commands whose rows are steps of one piece of work: the rows are numbered.
bool reports_progress(std::string_view menu, std::string_view name) {
  return (menu == "/tool" && (name == "fetch" || name == "bandwidth-test" || name == "traceroute")) || name == "check-for-updates";
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 10 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The one argument that has no name in the console: `.id` and `numbers` mean it in every command.
const ArgumentSpec* unnamed_argument(const CommandSpec& command) {
  for (const ArgumentSpec& argument : command.own) {
    if (argument.type == ArgType::numbers && argument.name != "copy-from" && argument.name != "place-before") return &argument;
  }
  for (const ArgumentSpec& argument : command.own) {
    if (argument.positional) return &argument;
  }
  return nullptr;
}

class QueryPredicate final : public Predicate {
 public:
  QueryPredicate(const Query& query, const ApiPath& path, const Version& version) : query_(query), path_(path), version_(version) {}
  bool matches(const RowView& row) const override {
    return query_.matches([&](std::string_view name) {
      const ArgumentSpec* known = path_.shape == nullptr ? nullptr : path_.shape->property(name, version_);
      return api_text(path_.menu, name, row.get(name), known);
    });
  }

 private:
  const Query& query_;
  const ApiPath& path_;
  const Version version_;
};

/// One run of a call: turns words into arguments, the command's value into rows.
class ApiRun {
 public:
  ApiRun(Router& router, Host& host, const ApiCall& call, const std::function<void(ApiRow)>& row)
      : router_(router), host_(host), call_(call), row_(row), spec_(router.lookup().command(call.path.command->id)) {}

  std::optional<std::string> run() {
    if (is_shared_with_scripts(call_.path.menu, call_.path.command->name)) return run_scripting();
    build_arguments();
    if (name() == "ping") return ping();
    if (is_watching()) return watch();
    if (call_.path.menu == "/tool" && name() == "fetch") return fetch();
    return report(run_once());
  }

 private:
  std::string_view name() const { return call_.path.command->name; }
  const ApiArgument* given(std::string_view argument) const {
    const auto found = std::find_if(call_.arguments.begin(), call_.arguments.end(), [&](const ApiArgument& a) { return a.name == argument; });
    return found == call_.arguments.end() ? nullptr : &*found;
  }
  bool has_own(std::string_view argument) const {
    return spec_ != nullptr && std::any_of(spec_->own.begin(), spec_->own.end(), [&](const ArgumentSpec& a) { return a.name == argument; });
  }

  std::string text_of(std::string_view argument) const {
    const ApiArgument* found = given(argument);
    if (found == nullptr) throw ScriptError(fmt::format("missing ={}=", argument));
    return found->value;
  }

  std::optional<std::string> run_scripting() {
    if (call_.path.menu == "/log") {
      host_.log(fmt::format("script,{}", name()), text_of("message"));
      return std::nullopt;
    }
    if (name() == "execute") {
      const std::string script = text_of("script");
      const ApiArgument* file = given("file");
      const Value result = host_.execute({.source = script, .file = file == nullptr ? std::string_view() : file->value, .as_string = given("as-string") != nullptr});
      return result.to_text();
    }
    if (name() == "resolve") {
      const ApiArgument* server = given("server");
      const ApiArgument* type = given("type");
      const std::string domain = text_of("domain-name");
      return host_.resolve(domain, server == nullptr ? "" : server->value, type == nullptr ? "" : type->value).to_text();
    }
    if (name() == "delay") {
      const ApiArgument* length = given("delay-time");
      const auto number = length == nullptr ? std::nullopt : ros::parse_num(length->value);
      const auto time = length == nullptr || number ? std::nullopt : ros::parse_time(length->value);
      if (length != nullptr && !number && !time) throw ScriptError("invalid value for argument delay-time");
      host_.delay(std::chrono::nanoseconds(time ? time->as_time_ns() : (number ? number->as_num() : 1) * kSecond));
    }
    return std::nullopt;
  }

  void build_arguments() {
    const ArgumentSpec* unnamed = spec_ == nullptr ? nullptr : unnamed_argument(*spec_);
    for (const ApiArgument& argument : call_.arguments) {
      const bool means_unnamed = argument.name == ".id" || argument.name == "numbers" || argument.name == "number";
      if (means_unnamed && unnamed != nullptr) {
        add(*unnamed, argument);
        continue;
      }
      const ros::ArgumentMatch match = router_.lookup().argument(call_.path.command->id, argument.name);
      if (match.kind != ros::MatchKind::found || match.info.name != argument.name) throw ScriptError("unknown parameter " + argument.name);
      const ArgumentSpec* known = call_.path.shape == nullptr || spec_ == nullptr
                                      ? nullptr
                                      : call_.path.shape->argument(*spec_, argument.name, router_.lookup().view()).item;
      if (known != nullptr) add(*known, argument);
      else arguments_.push_back({match.info.name, Value::str(argument.value), argument.unset, false});
    }
    if (has_own("as-value") && given("as-value") == nullptr) arguments_.push_back({"as-value", Value::boolean(true), false, true});
    if (spec_ != nullptr && spec_->verb == Verb::print && !call_.proplist.empty()) {
      std::string list;
      for (const std::string& property : call_.proplist) list.append(list.empty() ? "" : ",").append(property);
      std::erase_if(arguments_, [](const CallArgument& a) { return a.name == "proplist"; });
      arguments_.push_back({"proplist", Value::str(std::move(list)), false, false});
    }
  }

  void add(const ArgumentSpec& known, const ApiArgument& argument) {
    if (argument.unset) {
      arguments_.push_back({known.name, Value(), true, false});
    } else if (known.type == ArgType::flag && !known.default_value) {
      const bool meant = argument.value != "no" && argument.value != "false";
      if (meant) arguments_.push_back({known.name, Value::boolean(true), false, true});
    } else {
      arguments_.push_back({known.name, value_of(known, argument.value), false, false});
    }
  }

  /// The console's words from those of clients: booleans are `true` and `false` here, `yes` and `no` there.
  Value value_of(const ArgumentSpec& known, const std::string& text) const {
    if (known.type == ArgType::numbers) return numbers(text);
    if (text != "true" && text != "false") return Value::str(text);
    const bool yes = text == "true";
    if (known.type == ArgType::boolean || known.type == ArgType::any) return Value::boolean(yes);
    const auto has_word = [&](std::string_view word) { return std::find(known.values.begin(), known.values.end(), word) != known.values.end(); };
    if (known.type == ArgType::enumeration && !has_word(text) && has_word(yes ? "yes" : "no")) return Value::boolean(yes);
    return Value::str(text);
  }

  /// A bare number is a position in the table, unless a row is called so.
  Value numbers(const std::string& text) const {
    const std::string_view menu = call_.path.menu;
    if (!text.contains(',') && !is_number(text)) return Value::str(text);
    if (router_.config().find_named(menu, text)) return Value::str(text);
    Array rows;
    for (const std::string_view word : text::split(text, ',')) {
      const bool position = is_number(word) && !router_.config().find_named(menu, word);
      if (!position) {
        if (const auto id = ros::parse_id(word)) rows.push(*id);
        else rows.push(Value::str(word));
        continue;
      }
      const std::vector<FoundRow> all = router_.config().rows(menu);
      const auto index = static_cast<std::size_t>(ros::parse_num(word)->as_num());
      if (index >= all.size()) throw ScriptError("no such item");
      rows.push(Value::id(all[index].row->id));
    }
    return Value::array(std::move(rows));
  }

  /// `monitor`, `torch` and their like run until they are stopped, unless asked for one look.
  bool is_watching() const {
    if (spec_ == nullptr || spec_->verb != Verb::action || given("once") != nullptr) return false;
    return has_own("once") ? name().starts_with("monitor") : find_monitor(call_.path.menu, name()) != nullptr;
  }

  std::optional<std::string> watch() {
    const auto duration = std::find_if(arguments_.begin(), arguments_.end(), [](const CallArgument& a) { return a.name == "duration"; });
    std::optional<std::int64_t> limit;
    if (duration != arguments_.end()) {
      const std::string text = duration->value.to_text();
      const auto number = ros::parse_num(text);
      const auto time = number ? std::nullopt : ros::parse_time(text);
      if (!number && !time) throw ScriptError("invalid value for argument duration");
      limit = number ? number->as_num() : time->as_time_ns() / kSecond;
    }
    std::erase_if(arguments_, [](const CallArgument& a) { return a.name == "duration"; });
    if (has_own("once")) arguments_.push_back({"once", Value::boolean(true), false, true});
    else arguments_.push_back({"duration", Value::str("0s"), false, false});
    for (std::int64_t second = 0;; ++second) {
      section_ = second;
      report(run_once());
      if (limit && second >= *limit) return std::nullopt;
      host_.delay(std::chrono::seconds(1));
    }
  }

  /// Tells how it goes before it has gone.
  std::optional<std::string> fetch() {
    const auto tell = [&](std::string_view status) {
      Array step;
      step.set("status", Value::str(status));
      report_row(step);
    };
    section_ = 0;
    tell("connecting");
    section_ = 1;
    std::string message;
    try {
      return report(run_once());
    } catch (const ScriptError& error) {
      message = error.message();
    }
    tell("failed");
    throw ScriptError(message);
  }

  /// One packet a row, until so many were sent or somebody stops it.
  std::optional<std::string> ping() {
    const ApiArgument* asked = given("count");
    const auto count = asked == nullptr ? std::nullopt : ros::parse_num(asked->value);
    if (asked != nullptr && (!count || count->as_num() < 1)) throw ScriptError("invalid value for argument count");
    const ApiArgument* pause = given("interval");
    const auto length = pause == nullptr ? std::nullopt : ros::parse_time(pause->value);
    const std::int64_t interval = length ? std::max<std::int64_t>(length->as_time_ns(), kSecond / 100) : kSecond;
    std::erase_if(arguments_, [](const CallArgument& a) { return a.name == "count" || a.name == "interval"; });
    arguments_.push_back({"count", Value::num(1), false, false});
    std::int64_t received = 0;
    for (std::int64_t sent = 0; !count || sent < count->as_num(); ++sent) {
      if (sent > 0) host_.delay(std::chrono::nanoseconds(interval));
      const Value rows = run_once();
      if (!rows.is(Type::array) || rows.as_array().empty()) return rows.is_empty() ? std::nullopt : std::optional(rows.to_text());
      Array row = rows.as_array().keyed().empty() ? rows.as_array().at(0)->as_array() : rows.as_array();
      received += row.find("time") != nullptr ? 1 : 0;
      row.set("seq", Value::num(sent));
      row.set("sent", Value::num(sent + 1));
      row.set("received", Value::num(received));
      row.set("packet-loss", Value::num((sent + 1 - received) * 100 / (sent + 1)));
      report_row(row);
    }
    return std::nullopt;
  }

  Value run_once() {
    const QueryPredicate predicate(call_.query, call_.path, router_.version());
    CommandCall command;
    command.dir = call_.path.dir;
    command.id = call_.path.command->id;
    command.menu = call_.path.menu;
    command.name = call_.path.command->name;
    command.arguments = arguments_;
    command.wants_value = true;
    if (!call_.query.empty()) command.where = &predicate;
    std::string message;
    try {
      return host_.run_command(command);
    } catch (const ScriptError& error) {
      message = error.message();
    }
    throw ScriptError(in_words_of_the_api(message));
  }

  std::string in_words_of_the_api(const std::string& message) const {
    constexpr std::string_view kMissing = "missing value(s) of argument(s) ";
    if (!message.starts_with(kMissing)) return message;
    const std::string_view names = std::string_view(message).substr(kMissing.size());
    std::string_view first = names.substr(0, names.find(' '));
    const ArgumentSpec* unnamed = spec_ == nullptr ? nullptr : unnamed_argument(*spec_);
    if (unnamed != nullptr && unnamed->type == ArgType::numbers && unnamed->name == first) first = ".id";
    return fmt::format("missing ={}=", first);
  }

  std::optional<std::string> report(const Value& value) {
    if (value.is_empty()) return std::nullopt;
    if (!value.is(Type::array)) return api_text(call_.path.menu, {}, value, nullptr);
    if (spec_ != nullptr && spec_->verb == Verb::get) return value.to_text();
    const Array& array = value.as_array();
    if (!array.keyed().empty()) {
      report_row(array);
      return std::nullopt;
    }
    const bool rows = std::all_of(array.items().begin(), array.items().end(), [](const Value& item) { return item.is(Type::array); });
    if (!rows || (array.empty() && spec_ != nullptr && spec_->verb == Verb::find)) return value.to_text();
    for (const Value& item : array.items()) report_row(item.as_array());
    return std::nullopt;
  }

  void report_row(const Array& record) {
    const bool printed = spec_ != nullptr && spec_->verb == Verb::print;
    ApiRow row;
    if (!section_ && reports_progress(call_.path.menu, name())) section_ = 0;
    if (section_) row.emplace_back(".section", std::to_string(*section_));
    for (const auto& [property, value] : record.keyed()) {
      const bool wanted = printed || call_.proplist.empty() || std::find(call_.proplist.begin(), call_.proplist.end(), property) != call_.proplist.end();
      if (!wanted) continue;
      const ArgumentSpec* known = call_.path.shape == nullptr ? nullptr : call_.path.shape->property(property, router_.version());
      if (auto text = api_text(call_.path.menu, property, value, known)) row.emplace_back(property, *std::move(text));
    }
    row_(std::move(row));
  }

  Router& router_;
  Host& host_;
  const ApiCall& call_;
  const std::function<void(ApiRow)>& row_;
  const CommandSpec* spec_;
  std::vector<CallArgument> arguments_;
  std::optional<std::int64_t> section_;
};

/// Times of day are written as a clock shows them, other times as a length.
bool is_time_of_day(std::string_view menu, std::string_view property) {
  return (menu == "/system/clock" && property == "time") || property == "start-time";
}

}  // namespace

std::optional<std::string> api_text(std::string_view menu, std::string_view property, const Value& value, const ArgumentSpec* known) {
  switch (value.type()) {
    case Type::nothing:
    case Type::nil: return std::nullopt;
    case Type::boolean:
      if (known != nullptr && known->type == ArgType::flag) return value.as_bool() ? std::optional<std::string>("") : std::nullopt;
      return value.as_bool() ? "true" : "false";
    case Type::time: return is_time_of_day(menu, property) ? ros::format_time(value.as_time_ns()) : ros::format_time_short(value.as_time_ns());
    case Type::array: {
      std::string out;
      for (std::size_t i = 0; i < value.as_array().size(); ++i) {
        if (i > 0) out += ',';
        out += api_text(menu, property, *value.as_array().at(i), known).value_or("");
      }
      return out;
    }
    case Type::str: {
      const std::string& text = value.as_str();
      // Where the schema knows no type, these words are a boolean's far more often than an enumeration's.
      if (known != nullptr && known->type == ArgType::any && (text == "yes" || text == "no")) return text == "yes" ? "true" : "false";
      return text;
    }
    default: return value.to_text();
  }
}

std::optional<std::string> run_api_call(Router& router, Host& host, const ApiCall& call, const std::function<void(ApiRow)>& row) {
  return ApiRun(router, host, call, row).run();
}

std::optional<ros::CommandInfo> find_api_command(const Router& router, DirId dir, std::string_view name) {
  const ros::ChildMatch match = router.lookup().child(dir, name);
  if (match.kind != ros::MatchKind::found || !match.exact || match.dir != DirId::none) return std::nullopt;
  const ros::LanguageMenus::Found found = ros::LanguageMenus(&router.lookup(), router.version()).child(dir, name);
  if (found.language != nullptr && !is_shared_with_scripts(router.lookup().path(dir), name)) return std::nullopt;
  return match.command;
}

ApiPath find_api_path(const Router& router, std::span<const std::string> words) {
  const SchemaLookup& lookup = router.lookup();
  ApiPath path;
  for (const std::string& word : words) {
    const ros::ChildMatch match = lookup.child(path.dir, word);
    if (match.kind != ros::MatchKind::found || !match.exact) break;
    if (match.dir == DirId::none) {
      path.command = find_api_command(router, path.dir, word);
      if (path.command) ++path.used;
      break;
    }
    path.dir = match.dir;
    ++path.used;
  }
  path.menu = lookup.path(path.dir);
  path.shape = lookup.menu(path.dir);
  return path;
}

}  // namespace openstrat::sim
