#include "sim/config/table.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_set>

namespace openstrat::sim {
namespace {

template <class Fields>
auto lower_bound(Fields& fields, std::string_view name) {
  return std::lower_bound(fields.begin(), fields.end(), name,
                          [](const Field& field, std::string_view wanted) { return field.name < wanted; });
}

bool by_id(const Row& row, RowId id) { return row.id < id; }

std::size_t heap_bytes(const std::string& text) { return text.capacity() > 15 ? text.capacity() + 1 : 0; }

}  // namespace

const std::string* Row::find(std::string_view name) const {
  const auto at = lower_bound(fields, name);
  return at != fields.end() && at->name == name ? &at->value : nullptr;
}

void Row::set(std::string_view name, std::string value) {
  const auto at = lower_bound(fields, name);
  if (at != fields.end() && at->name == name) {
    at->value = std::move(value);
  } else {
    fields.insert(at, Field{name, std::move(value)});
  }
}

bool Row::unset(std::string_view name) {
  const auto at = lower_bound(fields, name);
  if (at == fields.end() || at->name != name) return false;
  fields.erase(at);
  return true;
}

std::size_t Table::index_of(RowId id) const {
  const auto at = sorted_ ? std::lower_bound(rows_.begin(), rows_.end(), id, by_id)
                          : std::find_if(rows_.begin(), rows_.end(), [id](const Row& row) { return row.id == id; });
  return at != rows_.end() && at->id == id ? static_cast<std::size_t>(at - rows_.begin()) : rows_.size();
}

const Row* Table::find(RowId id) const {
  const std::size_t index = index_of(id);
  return index < rows_.size() ? &rows_[index] : nullptr;
}

Row* Table::find(RowId id) {
  const std::size_t index = index_of(id);
  return index < rows_.size() ? &rows_[index] : nullptr;
}

Row& Table::insert(Row row, std::size_t position) {
  position = std::min(position, rows_.size());
  const bool ascends = position == rows_.size() && (rows_.empty() || rows_.back().id < row.id);
  sorted_ = sorted_ && ascends;
  row.fields.shrink_to_fit();
  return *rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(position), std::move(row));
}

void Table::remove(const std::vector<RowId>& ids) {
  std::erase_if(rows_, [&](const Row& row) { return std::binary_search(ids.begin(), ids.end(), row.id); });
}

void Table::move(const std::vector<RowId>& ids, RowId before) {
  std::vector<Row> moved;
  for (const RowId id : ids) {
    const std::size_t index = index_of(id);
    if (index == rows_.size() || id == before) continue;
    moved.push_back(std::move(rows_[index]));
    rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  const std::size_t position = before == 0 ? rows_.size() : index_of(before);
  rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(position), std::make_move_iterator(moved.begin()),
               std::make_move_iterator(moved.end()));
  sorted_ = std::is_sorted(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
}

const RowId* Table::find_key(std::string_view key) const {
  const auto known = keys_.find(std::string(key));
  return known == keys_.end() ? nullptr : &known->second;
}

std::size_t Table::memory_bytes() const {
  std::size_t bytes = sizeof(Table) + rows_.capacity() * sizeof(Row);
  for (const Row& row : rows_) {
    bytes += row.fields.capacity() * sizeof(Field);
    for (const Field& field : row.fields) bytes += heap_bytes(field.value);
  }
  constexpr std::size_t kNode = sizeof(std::string) + sizeof(RowId) + 2 * sizeof(void*);
  bytes += keys_.bucket_count() * sizeof(void*);
  for (const auto& [key, id] : keys_) bytes += kNode + heap_bytes(key);
  return bytes;
}

std::string_view intern_name(std::string_view name) {
  static std::mutex mutex;
  static std::unordered_set<std::string> names;
  const std::lock_guard lock(mutex);
  return *names.emplace(name).first;
}

}  // namespace openstrat::sim
