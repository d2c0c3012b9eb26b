#include "sim/config/config.hpp"

#include <algorithm>

#include "sim/config/journal.hpp"
#include "sim/config/rules.hpp"

namespace openstrat::sim {
namespace {

bool by_menu(const auto& entry, std::string_view menu) { return entry.menu < menu; }

/// Replaces `old_name` where it is one of the comma separated words of `text`; false if it is not.
bool replace_word(std::string& text, std::string_view old_name, std::string_view new_name) {
  bool replaced = false;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::size_t begin = at < end && text[at] == '!' ? at + 1 : at;
    std::size_t next = end + 1;
    if (std::string_view(text).substr(begin, end - begin) == old_name) {
      text.replace(begin, end - begin, new_name);
      next = begin + new_name.size() + 1;
      replaced = true;
    }
    at = next;
  }
  return replaced;
}

}  // namespace

Config::Config(const TreeView& view, const Schema& schema) : view_(view), schema_(&schema) {}

const Table* Config::table(std::string_view menu) const {
  const auto at = std::lower_bound(tables_.begin(), tables_.end(), menu, by_menu<Entry>);
  return at != tables_.end() && at->menu == menu ? at->table.get() : nullptr;
}

Table& Config::edit(std::string_view path) {
  auto at = std::lower_bound(tables_.begin(), tables_.end(), path, by_menu<Entry>);
  if (at == tables_.end() || at->menu != path) {
    const Menu* known = menu(path);
    const std::string_view lasting = known != nullptr ? std::string_view(known->path) : intern_name(path);
    at = tables_.insert(at, Entry{lasting, std::make_shared<Table>()});
  } else if (at->table.use_count() > 1) {
    at->table = std::make_shared<Table>(*at->table);
  }
  return *at->table;
}

std::vector<std::string_view> Config::menus() const {
  std::vector<std::string_view> paths;
  paths.reserve(tables_.size());
  for (const Entry& entry : tables_) paths.push_back(entry.menu);
  return paths;
}

std::vector<FoundRow> Config::rows(std::string_view path) const {
  std::vector<FoundRow> found;
  const Menu* shown = menu(path);
  if (shown == nullptr || !shown->aggregate) {
    if (const Table* own = table(path)) {
      found.reserve(own->rows().size());
      for (const Row& row : own->rows()) found.push_back({path, &row});
    }
    return found;
  }
  for (const Entry& entry : tables_) {
    const Menu* part = menu(entry.menu);
    if (part == nullptr || part->interface_type.empty()) continue;
    for (const Row& row : entry.table->rows()) found.push_back({entry.menu, &row});
  }
  std::sort(found.begin(), found.end(), [](const FoundRow& a, const FoundRow& b) { return a.row->id < b.row->id; });
  return found;
}

FoundRow Config::find(std::string_view path, RowId id) const {
  const Menu* shown = menu(path);
  if (shown == nullptr || !shown->aggregate) {
    const Table* own = table(path);
    return {path, own == nullptr ? nullptr : own->find(id)};
  }
  for (const Entry& entry : tables_) {
    const Menu* part = menu(entry.menu);
    if (part == nullptr || part->interface_type.empty()) continue;
    if (const Row* row = std::as_const(*entry.table).find(id)) return {entry.menu, row};
  }
  return {path, nullptr};
}

std::string_view Config::name_property(std::string_view path) const {
  const Menu* known = menu(path);
  const ArgumentSpec* name = known == nullptr ? nullptr : known->name_property(view_.version);
  return name == nullptr ? std::string_view("name") : name->name;
}

FoundRow Config::find_named(std::string_view path, std::string_view name) const {
  const Menu* shown = menu(path);
  const auto in_table = [&](std::string_view holder) -> FoundRow {
    const Table* own = table(holder);
    if (own == nullptr) return {holder, nullptr};
    if (const RowId* id = own->find_key(name)) return {holder, own->find(*id)};
    const std::string_view property = name_property(holder);
    for (const Row& row : own->rows()) {
      const std::string* value = row.find(property);
      if (value != nullptr && *value == name) return {holder, &row};
    }
    return {holder, nullptr};
  };
  if (shown == nullptr || !shown->aggregate) return in_table(path);
  for (const Entry& entry : tables_) {
    const Menu* part = menu(entry.menu);
    if (part == nullptr || part->interface_type.empty()) continue;
    if (const FoundRow found = in_table(entry.menu)) return found;
  }
  return {path, nullptr};
}

const Row* Config::record(std::string_view path) const {
  const Table* own = table(path);
  return own == nullptr ? nullptr : own->find(0);
}

RowId Config::next_id(std::string_view path, Table& table) {
  const Menu* known = menu(path);
  return known != nullptr && !known->interface_type.empty() ? next_interface_id_++ : table.next_id++;
}

void Config::record(std::string_view path, const Row& row, RowEdit edit) {
  if (journal_ == nullptr || row.dynamic || !is_configuration(*this, path)) return;
  const Menu* known = menu(path);
  edit.menu = known != nullptr ? std::string_view(known->path) : intern_name(path);
  edit.id = row.id;
  journal_->add(std::move(edit));
}

RowId Config::insert(std::string_view path, Row row, std::size_t position) {
  Table& own = edit(path);
  const Menu* known = menu(path);
  if (row.id == 0 && (known == nullptr || !known->is_singleton(view_.version))) row.id = next_id(path, own);
  const RowId id = row.id;
  if (const std::string key = unique_key(path, known, row, view_.version); !key.empty()) own.add_key(key, id);
  const Row& added = own.insert(std::move(row), position);
  record(path, added, {.kind = RowEdit::Kind::added});
  return id;
}

void Config::remove(std::string_view path, std::vector<RowId> ids) {
  std::sort(ids.begin(), ids.end());
  const Menu* known = menu(path);
  const std::string_view property = name_property(path);
  Table& own = edit(path);
  for (const RowId id : ids) {
    const Row* row = std::as_const(own).find(id);
    if (row == nullptr) continue;
    if (const std::string key = unique_key(path, known, *row, view_.version); !key.empty()) own.remove_key(key);
    if (known == nullptr || !known->referenced) continue;
    if (const std::string* name = row->find(property)) rename_references(path, std::string(*name), format_id(id));
  }
  if (journal_ != nullptr) {  // from the last one up, so that each comes back to where it was
    for (std::size_t at = own.rows().size(); at-- > 0;) {
      const Row& row = own.rows()[at];
      if (std::binary_search(ids.begin(), ids.end(), row.id)) record(path, row, {.kind = RowEdit::Kind::removed, .from = at, .row = std::make_unique<Row>(row)});
    }
  }
  own.remove(ids);
}

void Config::move(std::string_view path, const std::vector<RowId>& ids, RowId before) {
  Table& own = edit(path);
  if (journal_ == nullptr) return own.move(ids, before);
  for (const RowId id : ids) {
    const std::size_t from = own.index_of(id);
    own.move({id}, before);
    const std::size_t to = own.index_of(id);
    if (to < own.rows().size()) record(path, own.rows()[to], {.kind = RowEdit::Kind::moved, .from = from, .to = to});
  }
}

void Config::assign(std::string_view path, RowId id, std::string_view property, std::optional<std::string> value) {
  const Menu* known = menu(path);
  Table& own = edit(path);
  Row* row = own.find(id);
  if (row == nullptr) return;
  const std::string old_key = unique_key(path, known, *row, view_.version);
  const std::string* old_value = row->find(property);
  const bool renames = known != nullptr && known->referenced && value && old_value != nullptr && property == name_property(path);
  const std::string old_name = renames ? *old_value : std::string();
  const std::string new_name = renames ? *value : std::string();
  const bool differs = value ? old_value == nullptr || *old_value != *value : old_value != nullptr;
  if (differs && journal_ != nullptr) {
    const ArgumentSpec* spec = known == nullptr ? nullptr : known->property(property, view_.version);
    record(path, *row, {.property = spec != nullptr ? spec->name : intern_name(property),
                        .before = old_value == nullptr ? std::nullopt : std::optional(*old_value), .after = value});
  }
  if (value) {
    row->set(property, std::move(*value));
  } else {
    row->unset(property);
  }
  if (const std::string key = unique_key(path, known, *row, view_.version); key != old_key) {
    if (!old_key.empty()) own.remove_key(old_key);
    if (!key.empty()) own.add_key(key, id);
  }
  if (renames && old_name != new_name) rename_references(path, old_name, new_name);
}

void Config::rename_references(std::string_view path, std::string_view old_name, const std::string& new_name) {
  const Menu* renamed = menu(path);
  const auto refers = [&](const ArgumentSpec& property) {
    return std::any_of(property.references.begin(), property.references.end(), [&](std::string_view to) {
      return to == path || (!renamed->interface_type.empty() && to == "/interface");
    });
  };
  for (std::size_t i = 0; i < tables_.size(); ++i) {  // edit() may replace a table, but never adds one here
    const Menu* known = menu(tables_[i].menu);
    if (known == nullptr) continue;
    for (const ArgumentSpec& property : known->properties) {
      if (!property.versions.contains(view_.version) || !refers(property)) continue;
      std::vector<std::pair<RowId, std::string>> changed;
      for (const Row& row : tables_[i].table->rows()) {
        const std::string* value = row.find(property.name);
        if (value == nullptr) continue;
        std::string text = *value;
        if (replace_word(text, old_name, new_name)) changed.emplace_back(row.id, std::move(text));
      }
      for (auto& [row, text] : changed) assign(tables_[i].menu, row, property.name, std::move(text));
    }
  }
}

RowId Config::add_dynamic(std::string_view path, std::vector<std::pair<std::string_view, std::string>> fields) {
  Row row{.dynamic = true};
  for (auto& [name, value] : fields) row.set(intern_name(name), std::move(value));
  return insert(path, std::move(row));
}

void Config::clear(std::string_view path) {
  const auto at = std::lower_bound(tables_.begin(), tables_.end(), path, by_menu<Entry>);
  if (at != tables_.end() && at->menu == path) at->table = std::make_shared<Table>();
}

void Config::restore(std::string_view path, std::vector<Row> rows) {
  clear(path);
  const Menu* known = menu(path);
  RowId& next = known != nullptr && !known->interface_type.empty() ? next_interface_id_ : edit(path).next_id;
  for (Row& row : rows) {
    next = std::max(next, row.id + 1);
    insert(path, std::move(row));
  }
}

std::vector<std::string> Config::names_like(std::string_view path, std::string_view word) const {
  std::vector<std::string> names;
  if (word.starts_with('*')) {
    const auto id = parse_id(word);
    const FoundRow found = id ? find(path, id->as_id()) : FoundRow{};
    const std::string* name = found ? found.row->find(name_property(found.menu)) : nullptr;
    if (name != nullptr) names.push_back(*name);
    return names;
  }
  if (find_named(path, word)) return {std::string(word)};
  for (const FoundRow& found : rows(path)) {
    const std::string* name = found.row->find(name_property(found.menu));
    if (name != nullptr && name->starts_with(word)) names.push_back(*name);
  }
  return names;
}

std::size_t Config::own_bytes() const {
  std::size_t bytes = sizeof(Config) + tables_.capacity() * sizeof(Entry);
  for (const Entry& entry : tables_) {
    if (entry.table.use_count() == 1) bytes += entry.table->memory_bytes();
  }
  return bytes;
}

}  // namespace openstrat::sim
