#include "sim/config/snapshot.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace openstrat::sim {
namespace {

constexpr std::size_t kMaxName = 256;
constexpr RowId kMaxId = 1ULL << 48;

void put_number(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 0; shift < 8 * bytes; shift += 8) out += static_cast<char>(value >> shift & 0xFF);
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size(), 4);
  out += text;
}

std::optional<std::uint64_t> take_number(std::string_view& in, std::size_t bytes) {
  if (in.size() < bytes) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) value = value << 8 | static_cast<unsigned char>(in[i]);
  in.remove_prefix(bytes);
  return value;
}

std::optional<std::string_view> take_text(std::string_view& in) {
  const auto size = take_number(in, 4);
  if (!size || *size > in.size()) return std::nullopt;
  const std::string_view text = in.substr(0, *size);
  in.remove_prefix(*size);
  return text;
}

/// What the router makes anew by itself.
bool is_kept(std::string_view menu) {
  constexpr std::string_view kMade[] = {"/file", "/log", "/system/script/job", "/system/script/environment", "/system/package", "/user/active"};
  return std::find(std::begin(kMade), std::end(kMade), menu) == std::end(kMade);
}

/// A name that lives as long as the program. Bytes from outside must not fill the table of names.
std::optional<std::string_view> lasting_name(const Config& config, std::string_view menu, std::string_view name) {
  const Menu* known = config.schema().find(menu);
  const ArgumentSpec* property = known == nullptr ? nullptr : known->property(name, config.view().version);
  if (property != nullptr) return property->name;
  constexpr std::string_view kOwn[] = {"creation-time", "default", "builtin", "default-name", "owner", kSelectorField};
  const auto own = std::find(std::begin(kOwn), std::end(kOwn), name);
  if (own != std::end(kOwn)) return *own;
  const bool plain = name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (config.view().permissive && plain) return intern_name(name);
  return std::nullopt;
}

struct Record {
  std::string_view menu;
  std::string_view index;
  std::string_view fields;
};

std::optional<Record> take_record(std::string_view& in) {
  const auto menu = take_text(in);
  const auto index = menu ? take_text(in) : std::nullopt;
  const auto fields = index ? take_text(in) : std::nullopt;
  const bool fits = fields && menu->size() <= kMaxName && menu->starts_with('/') && (index->empty() || index->size() == 9);
  return fits ? std::optional(Record{*menu, *index, *fields}) : std::nullopt;
}

std::optional<Row> row_of(const Config& config, Record record) {
  Row row;
  row.id = *take_number(record.index, 8);
  row.builtin = record.index.front() != 0;
  while (!record.fields.empty()) {
    const auto name = take_text(record.fields);
    const auto value = name ? take_text(record.fields) : std::nullopt;
    if (!value) return std::nullopt;
    if (const auto lasting = lasting_name(config, record.menu, *name)) row.set(*lasting, std::string(*value));
  }
  return row;
}

}  // namespace

std::string save_rows(const Config& config) {
  std::string out;
  for (const std::string_view menu : config.menus()) {
    if (!is_kept(menu)) continue;
    put_text(out, menu);  // a menu without rows is worth knowing too: somebody removed them
    put_text(out, {});
    put_text(out, {});
    for (const Row& row : config.table(menu)->rows()) {
      if (row.dynamic) continue;
      put_text(out, menu);
      std::string index;
      put_number(index, row.id, 8);
      index += static_cast<char>(row.builtin ? 1 : 0);
      put_text(out, index);
      std::string fields;
      for (const Field& field : row.fields) {
        put_text(fields, field.name);
        put_text(fields, field.value);
      }
      put_text(out, fields);
    }
  }
  return out;
}

bool load_rows(Config& config, std::string_view bytes) {
  struct Loaded {
    std::vector<Row> rows;
    std::set<RowId> ids;
  };
  std::map<std::string_view, Loaded> tables;
  while (!bytes.empty()) {
    const auto record = take_record(bytes);
    if (!record) return false;
    const Menu* known = config.schema().find(record->menu);
    const bool here = known != nullptr ? known->visible(config.view()) : config.view().permissive;
    if (!here || !is_kept(record->menu)) continue;
    Loaded& loaded = tables[record->menu];
    if (record->index.empty()) continue;
    auto row = row_of(config, *record);
    if (!row || row->id > kMaxId || !loaded.ids.insert(row->id).second) return false;
    loaded.rows.push_back(*std::move(row));
  }
  for (const std::string_view menu : config.menus()) {
    if (is_kept(menu)) config.clear(menu);
  }
  for (auto& [menu, loaded] : tables) config.restore(menu, std::move(loaded.rows));
  return true;
}

}  // namespace openstrat::sim
