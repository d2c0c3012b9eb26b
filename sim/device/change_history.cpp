#include "sim/device/change_history.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "sim/config/dates.hpp"
#include "sim/config/export_text.hpp"

namespace openstrat::sim {
namespace {

using Kind = RowEdit::Kind;

constexpr std::size_t kShownEdits = 8;  ///< of one command, in its texts

struct Noun {
  std::string_view menu;
  std::string_view noun;
  std::string_view named_by = {};
};
constexpr Noun kNouns[] = {
    {"/ip/address", "address"},
    {"/ip/dhcp-client", "dhcp client"},
    {"/ip/dhcp-server", "dhcp server"},
    {"/ip/dhcp-server/lease", "dhcp lease"},
    {"/ip/dhcp-server/network", "dhcp network"},
    {"/ip/dns/static", "static dns entry"},
    {"/ip/firewall/address-list", "address list entry"},
    {"/ip/firewall/filter", "filter rule"},
    {"/ip/firewall/mangle", "mangle rule"},
    {"/ip/firewall/nat", "nat rule"},
    {"/ip/firewall/raw", "raw rule"},
    {"/ip/pool", "pool", "name"},
    {"/ip/route", "route", "dst-address"},
    {"/interface/bridge/port", "bridge port"},
    {"/queue/simple", "simple queue"},
    {"/routing/bgp/connection", "bgp connection"},
    {"/system/scheduler", "scheduler entry"},
    {"/system/script", "script"},
    {"/user", "user", "name"},
    {"/user/group", "group", "name"},
};

std::string_view participle(Kind kind) {
  switch (kind) {
    case Kind::added: return "added";
    case Kind::removed: return "removed";
    case Kind::assigned: return "changed";
    case Kind::moved: return "moved";
  }
  return {};
}

const Row* row_of(const Config& config, const RowEdit& edit) {
  return edit.row != nullptr ? edit.row.get() : config.find(edit.menu, edit.id).row;
}

std::string spaced(std::string_view menu) {
  std::string out(menu);
  std::replace(out.begin() + 1, out.end(), '/', ' ');
  return out;
}

/// Interfaces are devices, whatever they are.
std::string action_text(const Config& config, const RowEdit& edit) {
  const Menu* menu = config.schema().find(edit.menu);
  if (menu != nullptr && menu->is_singleton(config.view().version)) return fmt::format("{} changed", spaced(edit.menu).substr(1));
  if (menu != nullptr && !menu->interface_type.empty()) return fmt::format("device {}", participle(edit.kind));
  const auto known = std::ranges::find(kNouns, edit.menu, &Noun::menu);
  if (known == std::end(kNouns)) return fmt::format("item {}", participle(edit.kind));
  const Row* row = known->named_by.empty() ? nullptr : row_of(config, edit);
  const std::string* name = row == nullptr ? nullptr : row->find(known->named_by);
  return fmt::format("{}{}{} {}", known->noun, name == nullptr ? "" : " ", name == nullptr ? "" : *name, participle(edit.kind));
}

/// Passwords and keys are left out.
std::string add_command(const Config& config, const RowEdit& edit) {
  std::string text = spaced(edit.menu) + " add";
  const Row* row = row_of(config, edit);
  if (row == nullptr) return text;
  const Menu* menu = config.schema().find(edit.menu);
  for (const Field& field : row->fields) {
    const ArgumentSpec* property = menu == nullptr ? nullptr : menu->property(field.name, config.view().version);
    if (property != nullptr && (property->secret || property->read_only)) continue;
    text += fmt::format(" {}={}", field.name, exported_value(field.value));
  }
  return text;
}

std::string set_command(const Config& config, const RowEdit& edit, const std::optional<std::string>& value) {
  const Menu* menu = config.schema().find(edit.menu);
  const ArgumentSpec* property = menu == nullptr ? nullptr : menu->property(edit.property, config.view().version);
  const std::string head = spaced(edit.menu) + " set" + (edit.id == 0 ? "" : " " + format_id(edit.id));
  if (property != nullptr && property->secret) return head;
  return value ? fmt::format("{} {}={}", head, edit.property, exported_value(*value)) : fmt::format("{} !{}", head, edit.property);
}

std::string command_text(const Config& config, const RowEdit& edit, bool again) {
  const std::string id = format_id(edit.id);
  switch (edit.kind) {
    case Kind::added: return again ? add_command(config, edit) : spaced(edit.menu) + " remove " + id;
    case Kind::removed: return again ? spaced(edit.menu) + " remove " + id : add_command(config, edit);
    case Kind::assigned: return set_command(config, edit, again ? edit.after : edit.before);
    case Kind::moved: return fmt::format("{} move {} destination={}", spaced(edit.menu), id, again ? edit.to : edit.from);
  }
  return {};
}

std::string commands_text(const Config& config, const std::vector<RowEdit>& edits, bool again) {
  std::string text;
  for (std::size_t i = 0; i < std::min(edits.size(), kShownEdits); ++i) {
    const RowEdit& edit = again ? edits[i] : edits[edits.size() - 1 - i];
    text.append(i == 0 ? "" : "\n").append(command_text(config, edit, again));
  }
  return text;
}

}  // namespace

ChangeHistory::ChangeHistory(Router& router) : router_(router) {
  power_ = router.watch_power([this](bool on) {
    if (!on) return;  // sessions that end with the power still take back what is in suspense
    done_.clear();
    undone_.clear();
    bytes_ = 0;
    floating_ = false;
  });
}

void ChangeHistory::add(const std::string& user, RowJournal journal) {
  if (journal.edits().empty()) return;
  undone_.clear();
  std::string action = action_text(router_.config(), journal.edits().front());
  const std::size_t bytes = sizeof(Entry) + journal.bytes();
  done_.push_back({next_++, std::move(action), user, router_.clock(), bytes, floating_, std::move(journal)});
  bytes_ += bytes;
  while (done_.size() > kMaxEntries || bytes_ > kMaxBytes) drop_oldest();
}

/// With changes in suspense forgotten, taking back the others would leave something that nobody ever configured.
void ChangeHistory::drop_oldest() {
  if (done_.front().floats) settle();
  bytes_ -= done_.front().bytes;
  done_.pop_front();
}

bool ChangeHistory::undo() {
  if (done_.empty()) return false;
  Entry entry = std::move(done_.back());
  done_.pop_back();
  bytes_ -= entry.bytes;
  entry.journal.undo(router_.config(), [this](std::string_view menu, RowId row, Change change) { router_.row_changed(menu, row, change); });
  entry.floats = false;
  undone_.push_back(std::move(entry));
  return true;
}

bool ChangeHistory::redo() {
  if (undone_.empty()) return false;
  Entry entry = std::move(undone_.back());
  undone_.pop_back();
  entry.journal.redo(router_.config(), [this](std::string_view menu, RowId row, Change change) { router_.row_changed(menu, row, change); });
  entry.floats = floating_;
  bytes_ += entry.bytes;
  done_.push_back(std::move(entry));
  return true;
}

void ChangeHistory::float_changes() {
  settle();
  floating_ = true;
}

void ChangeHistory::settle() {
  floating_ = false;
  for (Entry& entry : done_) entry.floats = false;
}

void ChangeHistory::undo_floating() {
  while (!done_.empty() && done_.back().floats) undo();
  floating_ = false;
}

Row ChangeHistory::row_of(const Entry& entry, bool undone) const {
  const auto yes_no = [](bool yes) { return std::string(yes ? "yes" : "no"); };
  Row row{.id = entry.number};
  row.set("action", entry.action);
  row.set("by", entry.user);
  row.set("policy", "write");
  row.set("time", format_date_time(entry.time, router_.version()));
  row.set("redo", commands_text(router_.config(), entry.journal.edits(), true));
  row.set("undo", commands_text(router_.config(), entry.journal.edits(), false));
  row.set("undoable", yes_no(!undone && !entry.floats));
  row.set("redoable", yes_no(undone));
  row.set("floating-undo", yes_no(entry.floats));
  return row;
}

std::vector<Row> ChangeHistory::rows() const {
  std::vector<Row> rows;
  for (const Entry& entry : undone_) rows.push_back(row_of(entry, true));
  std::for_each(done_.rbegin(), done_.rend(), [&](const Entry& entry) { rows.push_back(row_of(entry, false)); });
  return rows;
}

}  // namespace openstrat::sim
