// Which rows a command means, and the commands that read them.
#include "sim/config/commands.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "sim/config/export.hpp"
#include "sim/config/print.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/rules.hpp"

namespace openstrat::sim {

ConfigCommands::Target ConfigCommands::target(const CommandCall& call) const {
  const Menu* menu = lookup_.menu(call.dir);
  const bool opaque = menu == nullptr || menu->kind_in(config_.view().version) == MenuKind::directory;
  return {opaque ? &opaque_shape(config_.schema()) : menu, call.menu, opaque};
}

Verb ConfigCommands::verb(const CommandCall& call) const {
  const CommandSpec* command = lookup_.command(call.id);
  return command == nullptr ? Verb::action : command->verb;
}

bool ConfigCommands::owns(const CommandCall& call) const {
  const Verb kind = verb(call);
  if (kind == Verb::exporting) return true;
  const Menu* menu = lookup_.menu(call.dir);
  const bool directory = menu != nullptr && menu->kind_in(config_.view().version) == MenuKind::directory && !config_.view().permissive;
  return kind != Verb::action && kind != Verb::edit && !directory;
}

Value ConfigCommands::run(const CommandCall& call) {
  const Target where = target(call);
  switch (verb(call)) {
    case Verb::add: return add(call, where);
    case Verb::set: return set(call, where);
    case Verb::get: return get(call, where);
    case Verb::find: return find(call, where);
    case Verb::print: return print(call, where);
    case Verb::remove: return remove(call, where);
    case Verb::enable: return set_disabled(call, where, false);
    case Verb::disable: return set_disabled(call, where, true);
    case Verb::comment: return comment(call, where);
    case Verb::move: return move(call, where);
    case Verb::unset: return unset(call, where);
    case Verb::reset: return reset(call, where);
    case Verb::exporting: return export_text(call, where);
    case Verb::edit:
    case Verb::action: break;
  }
  throw ScriptError("no such command");
}

const Value& ConfigCommands::required(const CommandCall& call, std::string_view argument) const {
  const CallArgument* given = call.find(argument);
  if (given == nullptr) throw ScriptError(fmt::format("missing value(s) of argument(s) {}", argument));
  return given->value;
}

void ConfigCommands::rows_of_word(const Target& target, std::string_view word, std::vector<FoundRow>& rows) const {
  if (const auto id = parse_id(word)) {
    const std::string_view known = fixed_name(target.path, word);
    const FoundRow found = known.empty() ? config_.find(target.path, id->as_id()) : config_.find_named(target.path, known);
    if (!found) throw ScriptError("no such item");
    rows.push_back(found);
    return;
  }
  if (const FoundRow named = config_.find_named(target.path, word)) {
    rows.push_back(named);
    return;
  }
  const bool digits = !word.empty() && word.size() < 10 && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits) {
    const auto number = static_cast<std::size_t>(parse_num(word)->as_num());
    const auto printed = printed_->find(target.path);
    if (printed != printed_->end() && number < printed->second.size()) {
      if (const FoundRow found = config_.find(target.path, printed->second[number])) return rows.push_back(found);
    }
    // Exports name some rows by their number (`set 0 name=serial0`), and importing them works without a print.
    const std::vector<FoundRow> all = config_.rows(target.path);
    if (printed == printed_->end() && target.shape->selector == Selector::number && number < all.size()) {
      return rows.push_back(all[number]);
    }
  }
  throw ScriptError("no such item");
}

std::vector<FoundRow> ConfigCommands::rows_of(const Target& target, const Value& numbers) const {
  std::vector<FoundRow> rows;
  const auto add_value = [&](const Value& value, auto& self) -> void {
    if (value.is(Type::array)) {
      for (std::size_t i = 0; i < value.as_array().size(); ++i) self(*value.as_array().at(i), self);
      return;
    }
    if (value.is_empty()) return;
    if (value.is(Type::id) && fixed_name(target.path, format_id(value.as_id())).empty()) {  // the common case, without a look at names
      const FoundRow found = config_.find(target.path, value.as_id());
      if (!found) throw ScriptError("no such item");
      return rows.push_back(found);
    }
    const std::string text = value.to_text();
    if (!text.starts_with('*') && config_.find_named(target.path, text)) return rows_of_word(target, text, rows);
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      rows_of_word(target, rest.substr(0, end), rows);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  };
  add_value(numbers, add_value);
  return rows;
}

std::vector<FoundRow> ConfigCommands::rows_where(const CommandCall& call, const Target& target) const {
  std::vector<FoundRow> rows = config_.rows(target.path);
  const CallArgument* from = call.find("from");
  if (from != nullptr) rows = rows_of(target, from->value);
  const bool only_dynamic = call.has("dynamic");
  const bool only_static = call.has("static");
  std::erase_if(rows, [&](const FoundRow& found) {
    if (found.row->id == 0 || (only_dynamic && !found.row->dynamic) || (only_static && found.row->dynamic)) return true;
    if (call.where == nullptr) return false;
    return !call.where->matches(RowReader(config_, facts_, *target.shape, found));
  });
  return rows;
}

Value ConfigCommands::find(const CommandCall& call, const Target& target) {
  Array ids;
  for (const FoundRow& found : rows_where(call, target)) ids.push(Value::id(found.row->id));
  if (ids.size() == 0 && config_.view().permissive) {
    const auto fields = call.where == nullptr ? std::optional(std::vector<NamedValue>()) : call.where->equalities();
    if (fields) {
      missed_ = Missed{std::string(target.path), {}};
      for (const auto& [name, value] : *fields) {
        const bool yes_no = value.is(Type::boolean);
        missed_->fields.push_back({intern_name(name), yes_no ? (value.as_bool() ? "yes" : "no") : value.to_text()});
      }
    }
  }
  return Value::array(std::move(ids));
}

Value ConfigCommands::get(const CommandCall& call, const Target& target) {
  FoundRow row{target.path, nullptr};
  const CallArgument* number = call.find("number");
  if (singleton(target) || (target.opaque && number == nullptr)) {
    row.row = config_.record(target.path);
  } else {
    const std::vector<FoundRow> rows = rows_of(target, required(call, "number"));
    if (rows.size() != 1) throw ScriptError(rows.empty() ? "no such item" : "invalid internal item number");
    row = rows.front();
  }
  const RowReader reader(config_, facts_, *target.shape, row);
  if (const CallArgument* wanted = call.find("value-name")) {
    const std::string name = wanted->value.to_text();
    const bool known = target.opaque || target.shape->generic || name == ".id" || name == "dynamic" ||
                       target.shape->property(name, config_.view().version) != nullptr || !reader.get(name).is(Type::nothing);
    if (!known) throw ScriptError(fmt::format("unknown parameter {}", name));
    return reader.get(name);
  }
  Array record;
  for (NamedValue& value : reader.all()) record.set(value.name, std::move(value.value));
  return Value::array(std::move(record));
}

Value ConfigCommands::print(const CommandCall& call, const Target& target) {
  const bool singleton = this->singleton(target);
  std::vector<FoundRow> rows;
  if (singleton) {
    rows.push_back({target.path, config_.record(target.path)});
  } else {
    rows = rows_where(call, target);
  }
  if (call.has("count-only")) {
    if (!call.wants_value) events_.print(std::to_string(rows.size()));
    return Value::num(static_cast<std::int64_t>(rows.size()));
  }
  PrintStyle style = print_style(call);
  style.width = call.has("file") ? 0 : events_.line_width();
  const Printer printer(config_, facts_, *target.shape, style);
  if (style.as_value) return printer.as_value(rows);
  if (!singleton) {
    std::vector<RowId>& numbers = (*printed_)[std::string(target.path)];
    numbers.clear();
    for (const FoundRow& found : rows) numbers.push_back(found.row->id);
  }
  const std::vector<std::string> lines = printer.lines(rows);
  if (const CallArgument* file = call.find("file")) {
    std::string contents;
    for (const std::string& line : lines) contents.append(line).append("\r\n");
    events_.save_file(file->value.to_text() + ".txt", std::move(contents), call.has("append"));
    return {};
  }
  for (const std::string& line : lines) events_.print(line);
  return {};
}

Value ConfigCommands::export_text(const CommandCall& call, const Target& target) {
  ExportOptions options;
  options.root = call.menu;
  options.verbose = call.has("verbose");
  options.terse = call.has("terse");
  const bool v7 = config_.view().version >= Version{7, 0, 0};
  options.show_secrets = (v7 ? call.has("show-sensitive") : !call.has("hide-sensitive")) && facts_.shows_secrets();
  options.where = call.where;
  options.where_menu = target.path;
  std::string text = export_config(config_, facts_, options);
  if (const CallArgument* file = call.find("file")) {
    std::string name = file->value.to_text();
    if (!name.ends_with(".rsc")) name += ".rsc";
    events_.save_export(name, std::move(text));
    return {};
  }
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    events_.print(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

}  // namespace openstrat::sim
