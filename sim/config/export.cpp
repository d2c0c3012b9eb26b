#include "sim/config/export.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "ros_menus/lookup.hpp"
#include "sim/config/dates.hpp"
#include "sim/config/export_order.hpp"
#include "sim/config/export_text.hpp"
#include "sim/config/reader.hpp"
#include "sim/config/rules.hpp"

namespace openstrat::sim {
namespace {

class Exporter {
 public:
  Exporter(const Config& config, const Facts& facts, const ExportOptions& options)
      : config_(config), facts_(facts), options_(options), version_(config.view().version) {}

  std::string run() {
    if (options_.header) header();
    const std::vector<std::string_view> paths = menus();
    for (const ExportSection& part : export_sections(config_, paths)) section(part);
    return std::move(out_);
  }

 private:
  std::string fact(std::string_view menu, std::string_view property) const {
    const auto value = facts_.fact(menu, 0, property);
    return value ? value->to_text() : std::string();
  }

  void header() {
    const std::string system_id = version_ >= Version{7, 20, 0} ? fact("/system/license", "system-id") : std::string();
    out_ += fmt::format("# {} by RouterOS {}\n", format_date_time(facts_.now(), version_), version_.to_string());
    out_ += system_id.empty() ? fmt::format("# software id = {}\n#\n", fact("/system/license", "software-id"))
                              : fmt::format("# system id = {}\n#\n", system_id);
    const std::string model = fact("/system/routerboard", "model");
    if (!model.empty()) {
      out_ += fmt::format("# model = {}\n# serial number = {}\n", model, fact("/system/routerboard", "serial-number"));
    } else if (version_ < Version{7, 0, 0}) {
      out_ += "#\n#\n";
    }
  }

  bool below_root(std::string_view path) const {
    const std::string_view root = options_.root;
    return root == "/" || path == root || (path.starts_with(root) && path.size() > root.size() && path[root.size()] == '/');
  }

  std::vector<std::string_view> menus() const {
    std::vector<std::string_view> paths;
    if (options_.verbose) {
      for (const Menu* menu : config_.schema().menus()) {
        if (menu->exported && menu->visible(config_.view()) && menu->is_singleton(version_) && !menu->generic) paths.push_back(menu->path);
      }
    }
    for (const std::string_view path : config_.menus()) {
      if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
    }
    const auto rank = [&](std::string_view path) {
      const Menu* menu = config_.schema().find(path);
      return menu == nullptr ? 0xFFFF : menu->export_rank;
    };
    std::erase_if(paths, [&](std::string_view path) {
      const Menu* menu = config_.schema().find(path);
      return !below_root(path) || (menu != nullptr && (!menu->exported || menu->aggregate));
    });
    std::sort(paths.begin(), paths.end(), [&](std::string_view a, std::string_view b) {
      return std::pair(rank(a), a) < std::pair(rank(b), b);
    });
    return paths;
  }

  void section(const ExportSection& part) {
    const std::string_view path = part.menu;
    const Menu* known = config_.schema().find(path);
    if (known != nullptr && known->kind_in(version_) == MenuKind::directory) known = nullptr;  // rows of another version's menu
    const Menu& shape = known != nullptr ? *known : opaque_shape(config_.schema());
    std::string body;
    std::string spaced(path);
    std::replace(spaced.begin() + 1, spaced.end(), '/', ' ');
    if (part.rows.empty() && shape.is_singleton(version_)) row(shape, spaced, {path, nullptr}, 0, body);
    for (const auto& [found, number] : part.rows) {
      if (options_.where != nullptr && path == options_.where_menu &&
          !options_.where->matches(RowReader(config_, facts_, shape, found))) continue;
      row(shape, spaced, found, number, body);
    }
    if (body.empty()) return;
    if (!options_.terse) out_.append(spaced).append("\n");
    out_ += body;
  }

  void row(const Menu& shape, const std::string& spaced, const FoundRow& found, std::size_t number, std::string& body) {
    const std::vector<ExportToken> tokens = this->tokens(shape, found);
    const bool added = found.row != nullptr && found.row->id != 0 && !found.row->builtin;
    if (tokens.empty() && !added) return;
    std::string head = options_.terse ? spaced + " " : std::string();
    head += added ? "add" : "set" + selector(shape, found, number);
    append_export_line(body, head, tokens, !options_.terse);
  }

  std::string selector(const Menu& shape, const FoundRow& found, std::size_t number) const {
    if (found.row == nullptr || found.row->id == 0) return {};
    if (const std::string* known = found.row->find(kSelectorField)) return " " + *known;
    const auto text = [&](std::string_view property) {
      const std::string* value = found.row->find(property);
      return exported_value(value == nullptr ? std::string_view() : std::string_view(*value));
    };
    switch (shape.selector) {
      case Selector::name: {
        const ArgumentSpec* name = shape.name_property(version_);
        const Row* before = factory_row(found);
        const std::string* old = name == nullptr || before == nullptr ? nullptr : before->find(name->name);
        if (const std::string_view id = old == nullptr ? std::string_view() : fixed_id(found.menu, *old); !id.empty()) return " " + std::string(id);
        return " " + (old != nullptr ? exported_value(*old) : std::to_string(number));
      }
      case Selector::default_flag: return " [ find default=yes ]";
      case Selector::default_name: return " [ find default-name=" + text("default-name") + " ]";
      case Selector::number: return " " + std::to_string(number);
    }
    return {};
  }

  const Row* factory_row(const FoundRow& found) const {
    const Config* factory = config_.factory() != nullptr ? config_.factory().get() : nullptr;
    const Table* table = factory == nullptr ? nullptr : factory->table(found.menu);
    return table == nullptr ? nullptr : table->find(found.row->id);
  }

  bool shown(const ArgumentSpec* property) const {
    if (property == nullptr) return true;
    if (property->read_only || !property->versions.contains(version_)) return false;
    return options_.show_secrets || !property->secret;
  }

  std::vector<ExportToken> tokens(const Menu& shape, const FoundRow& found) const {
    std::vector<ExportToken> tokens;
    if (found.row != nullptr) {
      const Row* before = found.row->builtin ? factory_row(found) : nullptr;
      for (const Field& field : found.row->fields) {
        const ArgumentSpec* property = shape.property(field.name, version_);
        const bool unknown = property == nullptr && !shape.generic && !config_.view().permissive;
        if (!shown(property) || field.name == "creation-time" || field.name == kSelectorField || unknown) continue;
        const std::string* old = before == nullptr ? nullptr : before->find(field.name);
        const bool foreign = found.row->find(kSelectorField) != nullptr;  // what its defaults are, nobody knows
        const bool unchanged = foreign ? selects(found, field)
                               : old != nullptr ? *old == field.value
                                                : found.row->builtin && is_default(property, field.value) && !shape.keeps_defaults(version_);
        const bool kept = property != nullptr && property->keeps_default;
        if (unchanged && !kept && !options_.verbose) continue;
        add(tokens, property, field.name, exported_form(found, field));
      }
      add_unset(tokens, shape, found, before);
    }
    if (options_.verbose) add_defaults(tokens, shape, found);
    std::sort(tokens.begin(), tokens.end(), [](const ExportToken& a, const ExportToken& b) {
      return a.name.substr(a.name.starts_with('!')) < b.name.substr(b.name.starts_with('!'));
    });
    if (version_ >= Version{7, 0, 0}) shorten_dotted(tokens);
    return tokens;
  }

  /// `/ip address` writes the address of a single host without its mask.
  static std::string exported_form(const FoundRow& found, const Field& field) {
    const bool host = found.menu == "/ip/address" && field.name == "address" && field.value.ends_with("/32");
    return host ? field.value.substr(0, field.value.size() - 3) : field.value;
  }

  /// Whether the field only says which row of somebody else's router this is.
  static bool selects(const FoundRow& found, const Field& field) {
    const std::string* selector = found.row->find(kSelectorField);
    if (selector == nullptr) return false;
    const std::string value = exported_value(field.value);
    const bool is_name = field.name == "name" && (*selector == value || selector->find("[ find default-name=" + value + " ]") == 0);
    return is_name || selector->find(fmt::format(" {}={} ", field.name, value)) != std::string::npos;
  }

  static bool is_default(const ArgumentSpec* property, std::string_view value) {
    return property != nullptr && property->default_value && *property->default_value == value;
  }

  static void add(std::vector<ExportToken>& tokens, const ArgumentSpec* property, std::string_view name, const std::string& value) {
    const bool flag = property != nullptr && property->type == ArgType::flag;
    if (flag && value != "yes") return;
    tokens.push_back({name, value, flag});
  }

  /// `remote.address=… remote.as=…` is written as `remote.address=… .as=…`.
  static void shorten_dotted(std::vector<ExportToken>& tokens) {
    std::string_view group;
    for (ExportToken& token : tokens) {
      const std::size_t dot = token.name.find('.');
      if (dot == std::string_view::npos || dot == 0 || token.name.front() == '!') continue;
      const std::string_view own = token.name.substr(0, dot);
      if (own == group) token.name.remove_prefix(dot);
      group = own;
    }
  }

  /// A property that the router had from the start and that somebody unset.
  void add_unset(std::vector<ExportToken>& tokens, const Menu& shape, const FoundRow& found, const Row* before) const {
    if (before == nullptr) return;
    for (const Field& field : before->fields) {
      const ArgumentSpec* property = shape.property(field.name, version_);
      if (found.row->find(field.name) != nullptr || property == nullptr || !shown(property)) continue;
      if (property->default_value) tokens.push_back({field.name, std::string(*property->default_value)});
      else tokens.push_back({intern_name("!" + std::string(field.name)), {}, true});
    }
  }

  void add_defaults(std::vector<ExportToken>& tokens, const Menu& shape, const FoundRow& found) const {
    for (const ArgumentSpec& property : shape.properties) {
      if (!shown(&property) || (found.row != nullptr && found.row->find(property.name) != nullptr)) continue;
      if (property.type == ArgType::flag || property.is_name) continue;
      if (property.default_value) tokens.push_back({property.name, std::string(*property.default_value)});
      else tokens.push_back({intern_name("!" + std::string(property.name)), {}, true});
    }
  }

  const Config& config_;
  const Facts& facts_;
  const ExportOptions& options_;
  const Version version_;
  std::string out_;
};

}  // namespace

std::string export_config(const Config& config, const Facts& facts, const ExportOptions& options) {
  std::string text = Exporter(config, facts, options).run();
  if (!options.crlf) return text;
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

}  // namespace openstrat::sim
