#include "sim/device/safe_mode.hpp"

#include <algorithm>
#include <set>

namespace openstrat::sim {
namespace {

/// Tables that are configuration; the others show what is going on.
bool is_guarded(const Config& config, std::string_view menu) {
  if (menu == "/user" || menu == "/user/ssh-keys") return true;
  const Menu* known = config.schema().find(menu);
  return known == nullptr || known->exported;
}

bool same(const Row& a, const Row& b) {
  return std::ranges::equal(a.fields, b.fields, [](const Field& x, const Field& y) { return x.name == y.name && x.value == y.value; });
}

/// The rows of then, with the dynamic ones of now.
Table merged(const Table& then, const Table& now) {
  Table table = then;
  std::vector<RowId> stale;
  for (const Row& row : then.rows()) {
    if (row.dynamic) stale.push_back(row.id);
  }
  std::ranges::sort(stale);
  if (!stale.empty()) table.remove(stale);
  for (const Row& row : now.rows()) {
    if (row.dynamic) table.insert(row, table.rows().size());
  }
  table.next_id = std::max(then.next_id, now.next_id);
  return table;
}

}  // namespace

void SafeMode::take(Owner owner) {
  owner_ = owner;
  before_.emplace(router_.config());
}

void SafeMode::release() {
  owner_ = nullptr;
  before_.reset();
}

void SafeMode::restore(std::string_view menu, std::vector<Event>& events) {
  static const Table kEmpty;
  const Table* known_then = before_->table(menu);
  const Table* known_now = router_.config().table(menu);
  if (known_then == known_now) return;  // shared: nobody has written
  const Table now = known_now == nullptr ? kEmpty : *known_now;
  const Table then = merged(known_then == nullptr ? kEmpty : *known_then, now);
  for (const Row& row : now.rows()) {
    if (then.find(row.id) == nullptr) events.push_back({menu, row.id, Change::removed});
  }
  for (const Row& row : then.rows()) {
    const Row* old = now.find(row.id);
    if (old == nullptr) events.push_back({menu, row.id, Change::added});
    else if (!same(*old, row)) events.push_back({menu, row.id, Change::changed});
  }
  router_.config().edit(menu) = then;
}

void SafeMode::undo() {
  if (!before_) return;
  std::set<std::string_view> menus;
  for (const std::string_view menu : before_->menus()) menus.insert(menu);
  for (const std::string_view menu : router_.config().menus()) menus.insert(menu);
  std::vector<Event> events;
  for (const std::string_view menu : menus) {
    if (is_guarded(router_.config(), menu)) restore(menu, events);
  }
  release();
  for (const Event& event : events) router_.row_changed(event.menu, event.row, event.change);
}

}  // namespace openstrat::sim
