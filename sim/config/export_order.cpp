#include "sim/config/export_order.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace openstrat::sim {
namespace {

using Member = ExportSection::Member;

constexpr std::string_view kInterfaces = "/interface";

/// Where rows that had to wait are written, if that is not at once: after which menu.
constexpr std::pair<std::string_view, std::string_view> kSecondPlaces[] = {
    {"/ip/hotspot/user/profile", "/ip/hotspot"},
    {"/ip/ipsec/mode-config", "/ip/hotspot"},
};

class Sections {
 public:
  Sections(const Config& config, const std::vector<std::string_view>& menus) : config_(config), menus_(menus) {
    for (const std::string_view menu : menus_) note_names(menu);
  }

  std::vector<ExportSection> run() {
    for (std::size_t at = 0; at < menus_.size(); ++at) {
      std::vector<Member> waiting = write(menus_[at], rows(menus_[at]));
      if (!waiting.empty()) waiting_.push_back({menus_[at], std::move(waiting), second_place(menus_[at], at)});
      while (write_waiting(at)) {}
    }
    for (Waiting& left : waiting_) append(left.menu, std::move(left.rows));  // they refer to each other: there is no right order
    return std::move(sections_);
  }

 private:
  struct Waiting {
    std::string_view menu;
    std::vector<Member> rows;
    std::size_t from;  ///< position of the menu after which they may be written
  };
  using Names = std::set<std::string_view, std::less<>>;

  std::string_view name_property(std::string_view menu) const {
    const Menu* known = config_.schema().find(menu);
    const ArgumentSpec* name = known == nullptr ? nullptr : known->name_property(config_.view().version);
    return name == nullptr ? std::string_view() : name->name;
  }

  std::vector<Member> rows(std::string_view menu) const {
    std::vector<Member> members;
    const std::vector<FoundRow> found = config_.rows(menu);
    members.reserve(found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!found[i].row->dynamic) members.push_back({found[i], i});
    }
    return members;
  }

  /// Names that whoever imports the text does not know before it has come to their rows.
  void note_names(std::string_view menu) {
    const Menu* known = config_.schema().find(menu);
    const std::string_view property = name_property(menu);
    if (known == nullptr || !known->referenced || property.empty()) return;
    const Table* factory = config_.factory() == nullptr ? nullptr : config_.factory()->table(menu);
    const bool interface = !known->interface_type.empty();
    for (const FoundRow& found : config_.rows(menu)) {
      const std::string* name = found.row->dynamic ? nullptr : found.row->find(property);
      if (name == nullptr) continue;
      const Row* before = found.row->builtin && factory != nullptr ? factory->find(found.row->id) : nullptr;
      const std::string* old = before == nullptr ? nullptr : before->find(property);
      if (old != nullptr && *old == *name) continue;
      unwritten_[menu].insert(*name);
      if (interface) unwritten_[kInterfaces].insert(*name);
    }
  }

  void forget_name(std::string_view menu, const Row& row) {
    const auto names = unwritten_.find(menu);
    const std::string* name = names == unwritten_.end() ? nullptr : row.find(name_property(menu));
    if (name == nullptr) return;
    names->second.erase(*name);
    const Menu* known = config_.schema().find(menu);
    if (known != nullptr && !known->interface_type.empty()) unwritten_[kInterfaces].erase(*name);
  }

  bool is_unwritten(std::string_view menu, std::string_view words) const {
    const auto names = unwritten_.find(menu);
    if (names == unwritten_.end() || names->second.empty()) return false;
    if (names->second.contains(words)) return true;  // a name may have a comma
    while (!words.empty()) {
      const std::size_t end = std::min(words.find(','), words.size());
      const std::size_t begin = words.front() == '!' ? 1 : 0;
      if (begin < end && names->second.contains(words.substr(begin, end - begin))) return true;
      words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
  }

  /// Properties of a menu that may name what is not there yet.
  std::vector<const ArgumentSpec*> pointing(std::string_view menu) const {
    std::vector<const ArgumentSpec*> properties;
    const Menu* known = config_.schema().find(menu);
    if (known == nullptr) return properties;
    for (const ArgumentSpec& property : known->properties) {
      const auto open = [&](std::string_view to) {
        const auto names = unwritten_.find(to);
        return names != unwritten_.end() && !names->second.empty();
      };
      if (property.versions.contains(config_.view().version) && std::ranges::any_of(property.references, open)) properties.push_back(&property);
    }
    return properties;
  }

  bool must_wait(const Row& row, const std::vector<const ArgumentSpec*>& properties) const {
    return std::ranges::any_of(properties, [&](const ArgumentSpec* property) {
      const std::string* value = row.find(property->name);
      return value != nullptr && std::ranges::any_of(property->references, [&](std::string_view to) { return is_unwritten(to, *value); });
    });
  }

  /// Writes what can be written; the rest comes back. Where the order of rows means something, it stays.
  std::vector<Member> write(std::string_view menu, std::vector<Member> members) {
    const std::vector<const ArgumentSpec*> properties = pointing(menu);
    const Menu* known = config_.schema().find(menu);
    const bool ordered = known != nullptr && known->ordered;
    std::vector<Member> ready;
    std::vector<Member> left;
    for (const Member& member : members) {
      if ((ordered && !left.empty()) || must_wait(*member.found.row, properties)) {
        left.push_back(member);
        continue;
      }
      forget_name(menu, *member.found.row);
      ready.push_back(member);
    }
    if (!ready.empty() || left.empty()) append(menu, std::move(ready));
    return left;
  }

  /// Of what may be written after the menu at `position`; false if nothing could be.
  bool write_waiting(std::size_t position) {
    bool written = false;
    for (Waiting& one : waiting_) {
      if (one.from > position) continue;
      const std::size_t before = one.rows.size();
      one.rows = write(one.menu, std::move(one.rows));
      written = written || one.rows.size() < before;
    }
    std::erase_if(waiting_, [](const Waiting& one) { return one.rows.empty(); });
    return written;
  }

  std::size_t second_place(std::string_view menu, std::size_t position) const {
    const auto known = std::ranges::find(kSecondPlaces, menu, &std::pair<std::string_view, std::string_view>::first);
    if (known == std::end(kSecondPlaces)) return position;
    const auto rank = [&](std::string_view path) {
      const Menu* found = config_.schema().find(path);
      return found == nullptr ? 0xFFFF : found->export_rank;
    };
    std::size_t last = position;
    for (std::size_t i = position; i < menus_.size() && rank(menus_[i]) <= rank(known->second); ++i) last = i;
    return last;
  }

  void append(std::string_view menu, std::vector<Member> rows) {
    if (sections_.empty() || sections_.back().menu != menu) sections_.push_back({menu, {}});
    std::vector<Member>& all = sections_.back().rows;
    if (all.empty()) all = std::move(rows);
    else all.insert(all.end(), rows.begin(), rows.end());
  }

  const Config& config_;
  const std::vector<std::string_view>& menus_;
  std::map<std::string_view, Names> unwritten_;  ///< by menu, and of all interfaces
  std::vector<Waiting> waiting_;
  std::vector<ExportSection> sections_;
};

}  // namespace

std::vector<ExportSection> export_sections(const Config& config, const std::vector<std::string_view>& menus) { return Sections(config, menus).run(); }

}  // namespace openstrat::sim
