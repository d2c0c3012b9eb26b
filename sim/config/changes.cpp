// The commands that change rows.
#include <algorithm>

#include <fmt/core.h>

#include "sim/config/commands.hpp"
#include "sim/config/export_text.hpp"
#include "sim/config/rules.hpp"

namespace openstrat::sim {
namespace {

/// Arguments of add and set that are no properties.
bool is_control(std::string_view name) { return name == "copy-from" || name == "place-before" || name == "numbers"; }

/// ` find default-name=wlan1 ` in its brackets, as an export writes it.
std::string find_text(const std::vector<Field>& fields) {
  std::string text = "[ find ";
  for (const Field& field : fields) text += fmt::format("{}={} ", field.name, exported_value(field.value));
  return text + "]";
}

void refuse_dynamic(const FoundRow& row, std::string_view what) {
  if (row.row->dynamic) throw ScriptError(fmt::format("failure: can not {} dynamic item", what));
}

}  // namespace

const ArgumentSpec* ConfigCommands::property(const Target& target, std::string_view menu, std::string_view name) const {
  if (target.opaque) return nullptr;
  const Version& version = config_.view().version;
  const Menu* holder = target.shape->aggregate ? config_.schema().find(menu) : target.shape;
  const ArgumentSpec* known = holder == nullptr ? nullptr : holder->property(name, version);
  return known != nullptr ? known : target.shape->property(name, version);
}

std::string ConfigCommands::stored(const Target& target, const ArgumentSpec* property, const Value& value) const {
  if (property == nullptr || (target.shape->generic && property->type != ArgType::boolean)) {
    return value.is(Type::boolean) ? (value.as_bool() ? "yes" : "no") : value.to_text();
  }
  return to_stored(*property, value, config_, {.keep_unknown = config_.view().permissive});
}

Row ConfigCommands::new_row(const CommandCall& call, const Target& target) const {
  Row row;
  if (const CallArgument* source = call.find("copy-from")) {
    const std::vector<FoundRow> rows = rows_of(target, source->value);
    if (rows.size() != 1) throw ScriptError("no such item");
    row.fields = rows.front().row->fields;
  }
  for (const CallArgument& argument : call.arguments) {
    if (is_control(argument.name)) continue;
    const ArgumentSpec* known = property(target, target.path, argument.name);
    const std::string_view name = known != nullptr ? known->name : intern_name(argument.name);
    if (argument.unset) {
      row.unset(name);
      continue;
    }
    std::string value = argument.flag ? "yes" : stored(target, known, argument.value);
    const bool is_default = known != nullptr && known->default_value && *known->default_value == value && !known->is_name && !known->keeps_default &&
                            !target.shape->keeps_defaults(config_.view().version);
    if (is_default) {
      row.unset(name);
    } else {
      row.set(name, std::move(value));
    }
  }
  return row;
}

/// All interfaces share their names, whatever menu they are in.
void ConfigCommands::refuse_taken_interface(std::string_view menu, const Row& row) const {
  const Menu* holder = config_.schema().find(menu);
  if (holder == nullptr || holder->interface_type.empty() || config_.view().permissive) return;
  const std::string* name = row.find("name");
  const FoundRow taken = name == nullptr ? FoundRow{} : config_.find_named("/interface", *name);
  if (taken && taken.row->id != row.id) throw ScriptError(std::string(duplicate_error(menu)));
}

Value ConfigCommands::add(const CommandCall& call, const Target& target) {
  const Version& version = config_.view().version;
  if (!target.opaque && !config_.view().permissive) {
    std::vector<const ArgumentSpec*> missing;
    for (const ArgumentSpec& known : target.shape->properties) {
      if (!known.required || !known.versions.contains(version) || call.has("copy-from")) continue;
      if (const CallArgument* given = call.find(known.name); given == nullptr || given->unset) missing.push_back(&known);
    }
    std::sort(missing.begin(), missing.end(), [](const auto* a, const auto* b) { return a->rank < b->rank; });
    std::string names;
    for (const ArgumentSpec* known : missing) names.append(names.empty() ? "" : " ").append(known->name);
    if (!names.empty()) throw ScriptError("missing value(s) of argument(s) " + names);
  }
  Row row = new_row(call, target);
  if (!target.opaque) complete_new_row(config_, target.path, *target.shape, row, facts_);
  const std::string key = unique_key(target.path, target.opaque ? nullptr : target.shape, row, version);
  const Table* table = config_.table(target.path);
  if (!key.empty() && table != nullptr && table->find_key(key) != nullptr) {
    throw ScriptError(std::string(duplicate_error(target.path)));
  }
  refuse_taken_interface(target.path, row);
  std::size_t position = static_cast<std::size_t>(-1);
  if (const CallArgument* before = call.find("place-before")) {
    const std::vector<FoundRow> rows = rows_of(target, before->value);
    if (!rows.empty() && table != nullptr) position = table->index_of(rows.front().row->id);
  }
  const RowId id = config_.insert(target.path, std::move(row), position);
  events_.row_changed(target.path, id, Change::added);
  return Value::id(id);
}

void ConfigCommands::change(const Target& target, const FoundRow& row, std::string_view name, std::optional<std::string> value) {
  const ArgumentSpec* known = property(target, row.menu, name);
  const std::string_view lasting = known != nullptr ? known->name : intern_name(name);
  const bool is_default = value && known != nullptr && known->default_value && *known->default_value == *value && !known->is_name && !known->keeps_default &&
                          !row.row->builtin && !target.shape->keeps_defaults(config_.view().version);
  config_.assign(row.menu, row.row->id, lasting, is_default ? std::nullopt : std::move(value));
}

void ConfigCommands::set_row(const CommandCall& call, const Target& target, const FoundRow& found) {
  const std::string_view menu = found.menu;
  const RowId id = found.row->id;
  std::vector<std::pair<std::string_view, std::optional<std::string>>> changes;
  for (const CallArgument& argument : call.arguments) {  // convert all first: a wrong value changes nothing
    if (is_control(argument.name)) continue;
    const ArgumentSpec* known = property(target, menu, argument.name);
    std::optional<std::string> value;
    if (!argument.unset) value = argument.flag ? "yes" : stored(target, known, argument.value);
    changes.emplace_back(argument.name, std::move(value));
  }
  Row changed = *found.row;
  for (const auto& [name, value] : changes) {
    if (value) changed.set(name, *value);
    else changed.unset(name);
  }
  const Menu* holder = config_.schema().find(menu);
  const std::string key = unique_key(menu, holder, changed, config_.view().version);
  const Table* table = config_.table(menu);
  const RowId* owner = key.empty() || table == nullptr ? nullptr : table->find_key(key);
  // Ports of somebody else's router may have changed their names among each other.
  if (owner != nullptr && *owner != id && !config_.view().permissive) throw ScriptError(std::string(duplicate_error(menu)));
  if (call.has("name")) refuse_taken_interface(menu, changed);
  for (auto& [name, value] : changes) {
    const FoundRow current{menu, config_.edit(menu).find(id)};
    change(target, current, name, std::move(value));
  }
  const bool network_given = call.has("network");
  if (const FoundRow row = config_.find(menu, id); row && !network_given && call.has("address")) complete_row(row);
  events_.row_changed(menu, id, Change::changed);
}

void ConfigCommands::complete_row(const FoundRow& found) {
  Row completed = *found.row;
  complete_changed_row(found.menu, completed);
  for (Field& field : completed.fields) {
    const std::string* now = config_.find(found.menu, completed.id).row->find(field.name);
    if (now == nullptr || *now != field.value) config_.assign(found.menu, completed.id, field.name, std::move(field.value));
  }
}

std::optional<RowId> ConfigCommands::foreign_row(const CommandCall& call, const Target& target) {
  const std::optional<Missed> missed = std::exchange(missed_, std::nullopt);
  const CallArgument* numbers = call.find("numbers");
  if (!config_.view().permissive || numbers == nullptr) return std::nullopt;
  Row row{.builtin = true};
  if (numbers->value.is(Type::array)) {
    if (numbers->value.as_array().size() > 0 || !missed || missed->menu != target.path) return std::nullopt;
    row.fields = missed->fields;
    std::sort(row.fields.begin(), row.fields.end(), [](const Field& a, const Field& b) { return a.name < b.name; });
    row.set(kSelectorField, find_text(missed->fields));
  } else {
    const std::string word = numbers->value.to_text();
    if (word.empty() || word.find(',') != std::string::npos || config_.find_named(target.path, word)) return std::nullopt;
    const auto number = parse_num(word);
    if (number && static_cast<std::size_t>(number->as_num()) < config_.rows(target.path).size()) return std::nullopt;
    if (!fixed_name(target.path, word).empty()) return std::nullopt;
    if (word.starts_with('*') && parse_id(word) && config_.find(target.path, parse_id(word)->as_id())) return std::nullopt;
    row.set(kSelectorField, exported_value(word));
    const ArgumentSpec* name = target.opaque ? nullptr : target.shape->name_property(config_.view().version);
    if (!number && !word.starts_with('*') && name != nullptr) row.set(name->name, word);
  }
  const std::string* default_name = row.find("default-name");
  if (default_name != nullptr && row.find("name") == nullptr) row.set("name", std::string(*default_name));
  const RowId id = config_.insert(target.path, std::move(row));
  events_.row_changed(target.path, id, Change::added);
  return id;
}

Value ConfigCommands::set(const CommandCall& call, const Target& target) {
  const CallArgument* numbers = call.find("numbers");
  if (singleton(target) || (target.opaque && numbers == nullptr)) {
    if (config_.record(target.path) == nullptr) config_.edit(target.path).insert(Row{}, 0);
    set_row(call, target, {target.path, config_.record(target.path)});
    return {};
  }
  if (const auto foreign = foreign_row(call, target)) {
    set_row(call, target, config_.find(target.path, *foreign));
    return {};
  }
  std::vector<std::pair<std::string_view, RowId>> rows;  // ids, since a change may give the table a new home
  for (const FoundRow& found : rows_of(target, required(call, "numbers"))) {
    refuse_dynamic(found, "change");
    rows.emplace_back(found.menu, found.row->id);
  }
  for (const auto& [menu, id] : rows) set_row(call, target, config_.find(menu, id));
  return {};
}

Value ConfigCommands::unset(const CommandCall& call, const Target& target) {
  const std::string name = required(call, "value-name").to_text();
  const ArgumentSpec* known = property(target, target.path, name);
  if (known == nullptr && !target.opaque && !target.shape->generic) throw ScriptError(fmt::format("unknown parameter {}", name));
  for (const FoundRow& found : rows_of(target, required(call, "numbers"))) {
    refuse_dynamic(found, "change");
    const RowId id = found.row->id;
    config_.assign(found.menu, id, known != nullptr ? known->name : intern_name(name), std::nullopt);
    events_.row_changed(found.menu, id, Change::changed);
  }
  return {};
}

Value ConfigCommands::reset(const CommandCall& call, const Target& target) {
  std::vector<FoundRow> rows;
  if (singleton(target)) {
    if (const Row* record = config_.record(target.path)) rows.push_back({target.path, record});
  } else {
    rows = rows_of(target, required(call, "numbers"));
  }
  for (const FoundRow& found : rows) {
    refuse_dynamic(found, "change");
    const RowId id = found.row->id;
    const std::string_view menu = found.menu;
    for (const CallArgument& argument : call.arguments) {
      if (is_control(argument.name)) continue;
      config_.assign(menu, id, intern_name(argument.name), std::nullopt);
    }
    events_.row_changed(menu, id, Change::changed);
  }
  return {};
}

Value ConfigCommands::remove(const CommandCall& call, const Target& target) {
  std::map<std::string_view, std::vector<RowId>> ids;
  for (const FoundRow& found : rows_of(target, required(call, "numbers"))) {
    const bool removable = !found.row->dynamic || target.shape->command("add", config_.view()).item == nullptr ||
                           found.menu.ends_with("/address-list") || found.menu.ends_with("/lease");
    if (!removable) throw ScriptError("failure: can not remove dynamic item");
    const std::string* builtin = found.row->builtin ? found.row->find("default") : nullptr;
    const std::string* reserved = found.row->builtin ? found.row->find("builtin") : nullptr;
    if (builtin != nullptr || reserved != nullptr) throw ScriptError("failure: can not remove default item");
    ids[found.menu].push_back(found.row->id);
  }
  for (auto& [menu, list] : ids) {
    config_.remove(menu, list);
    for (const RowId id : list) events_.row_changed(menu, id, Change::removed);
  }
  return {};
}

Value ConfigCommands::set_disabled(const CommandCall& call, const Target& target, bool disabled) {
  for (const FoundRow& found : rows_of(target, required(call, "numbers"))) {
    refuse_dynamic(found, disabled ? "disable" : "enable");
    const std::string_view menu = found.menu;
    const RowId id = found.row->id;
    change(target, found, "disabled", disabled ? "yes" : "no");
    events_.row_changed(menu, id, Change::changed);
  }
  return {};
}

Value ConfigCommands::comment(const CommandCall& call, const Target& target) {
  const std::string text = required(call, "comment").to_text();
  for (const FoundRow& found : rows_of(target, required(call, "numbers"))) {
    const std::string_view menu = found.menu;
    const RowId id = found.row->id;
    change(target, found, "comment", text.empty() ? std::nullopt : std::optional(text));
    events_.row_changed(menu, id, Change::changed);
  }
  return {};
}

Value ConfigCommands::move(const CommandCall& call, const Target& target) {
  std::vector<RowId> ids;
  for (const FoundRow& found : rows_of(target, required(call, "numbers"))) ids.push_back(found.row->id);
  RowId before = 0;
  if (const CallArgument* destination = call.find("destination")) {
    const std::vector<FoundRow> rows = rows_of(target, destination->value);
    if (!rows.empty()) before = rows.front().row->id;
  }
  config_.move(target.path, ids, before);
  for (const RowId id : ids) events_.row_changed(target.path, id, Change::moved);
  return {};
}

}  // namespace openstrat::sim
