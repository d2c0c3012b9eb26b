#include "sim/config/journal.hpp"

#include <algorithm>

#include "sim/config/config.hpp"

namespace openstrat::sim {
namespace {

using Kind = RowEdit::Kind;

struct Event {
  std::string_view menu;
  RowId row;
  Change change;
};

void note(std::vector<Event>& events, const RowEdit& edit, Change change) {
  const auto same = std::ranges::find_if(events, [&](const Event& event) { return event.menu == edit.menu && event.row == edit.id; });
  if (same == events.end()) events.push_back({edit.menu, edit.id, change});
  else if (change == Change::removed) same->change = change;
}

void take_away(Config& config, RowEdit& edit, std::size_t RowEdit::*position) {
  const Table* table = config.table(edit.menu);
  const Row* row = table == nullptr ? nullptr : table->find(edit.id);
  if (row == nullptr) return;
  edit.*position = table->index_of(edit.id);
  edit.row = std::make_unique<Row>(*row);
  config.remove(edit.menu, {edit.id});
}

void bring_back(Config& config, RowEdit& edit, std::size_t position) {
  if (edit.row == nullptr) return;
  config.insert(edit.menu, std::move(*edit.row), position);
  edit.row.reset();
}

void place(Config& config, const RowEdit& edit, std::size_t position) {
  const Table* table = config.table(edit.menu);
  const std::size_t now = table == nullptr ? 0 : table->index_of(edit.id);
  if (table == nullptr || now == table->rows().size()) return;
  const std::size_t next = position > now ? position + 1 : position;
  config.move(edit.menu, {edit.id}, next < table->rows().size() ? table->rows()[next].id : 0);
}

Change undo_one(Config& config, RowEdit& edit) {
  switch (edit.kind) {
    case Kind::added: take_away(config, edit, &RowEdit::to); return Change::removed;
    case Kind::removed: bring_back(config, edit, edit.from); return Change::added;
    case Kind::assigned: config.assign(edit.menu, edit.id, edit.property, edit.before); return Change::changed;
    case Kind::moved: place(config, edit, edit.from); return Change::moved;
  }
  return Change::changed;
}

Change redo_one(Config& config, RowEdit& edit) {
  switch (edit.kind) {
    case Kind::added: bring_back(config, edit, edit.to); return Change::added;
    case Kind::removed: take_away(config, edit, &RowEdit::from); return Change::removed;
    case Kind::assigned: config.assign(edit.menu, edit.id, edit.property, edit.after); return Change::changed;
    case Kind::moved: place(config, edit, edit.to); return Change::moved;
  }
  return Change::changed;
}

}  // namespace

bool is_configuration(const Config& config, std::string_view menu) {
  if (menu == "/user" || menu == "/user/ssh-keys") return true;
  const Menu* known = config.schema().find(menu);
  return known == nullptr || known->exported;
}

std::size_t RowJournal::bytes() const {
  std::size_t bytes = edits_.capacity() * sizeof(RowEdit);
  for (const RowEdit& edit : edits_) {
    bytes += (edit.before ? edit.before->capacity() : 0) + (edit.after ? edit.after->capacity() : 0);
    if (edit.row == nullptr) continue;
    bytes += sizeof(Row) + edit.row->fields.capacity() * sizeof(Field);
    for (const Field& field : edit.row->fields) bytes += field.value.capacity();
  }
  return bytes;
}

void RowJournal::undo(Config& config, const Told& told) {
  std::vector<Event> events;
  for (auto edit = edits_.rbegin(); edit != edits_.rend(); ++edit) note(events, *edit, undo_one(config, *edit));
  for (const Event& event : events) told(event.menu, event.row, event.change);
}

void RowJournal::redo(Config& config, const Told& told) {
  std::vector<Event> events;
  for (RowEdit& edit : edits_) note(events, edit, redo_one(config, edit));
  for (const Event& event : events) told(event.menu, event.row, event.change);
}

}  // namespace openstrat::sim
