#include "sim/config/reader.hpp"

#include <algorithm>

namespace openstrat::sim {

RowReader::RowReader(const Config& config, const Facts& facts, const Menu& shown, const FoundRow& found)
    : config_(config), facts_(facts), shown_(shown), holder_(config.schema().find(found.menu)), path_(found.menu), row_(found.row) {}

Value RowReader::get(std::string_view name) const {
  if (name == ".id") return row_ != nullptr && !shown_.is_singleton(config_.view().version) ? Value::id(row_->id) : Value();
  const Version& version = config_.view().version;
  const ArgumentSpec* property = holder_ == nullptr ? nullptr : holder_->property(name, version);
  if (property == nullptr) property = shown_.property(name, version);
  if (property != nullptr) return read(*property);
  const std::string* stored = row_ == nullptr || name == kSelectorField ? nullptr : row_->find(name);
  if (stored != nullptr) return Value::str(*stored);
  if (name == "dynamic" && row_ != nullptr && is_list()) return Value::boolean(row_->dynamic);
  return {};
}

Value RowReader::read(const ArgumentSpec& property) const {
  if (property.secret && path_ == "/user") return {};  // passwords of people can be set and tried, never read
  if (property.name == "dynamic" && row_ != nullptr) return Value::boolean(row_->dynamic);
  if (const std::string* stored = row_ == nullptr ? nullptr : row_->find(property.name)) {
    const bool hidden = property.secret && !stored->empty() && !facts_.shows_secrets();
    return hidden ? Value::str("*****") : to_value(&property, *stored);
  }
  if (property.name == "type" && holder_ != nullptr && !holder_->interface_type.empty()) {
    return Value::str(holder_->interface_type);
  }
  if (auto fact = facts_.fact(path_, row_ == nullptr ? 0 : row_->id, property.name)) return *std::move(fact);
  const bool unset = !property.default_value || property.name == "comment";
  return unset || property.is_name ? Value() : to_value(&property, *property.default_value);
}

std::vector<NamedValue> RowReader::all() const {
  const Version& version = config_.view().version;
  std::vector<NamedValue> values;
  const auto add = [&](std::string_view name, Value value) {
    if (!value.is(Type::nothing)) values.push_back({name, std::move(value)});
  };
  const auto add_menu = [&](const Menu& menu) {
    for (const ArgumentSpec& property : menu.properties) {
      if (property.versions.contains(version)) add(property.name, read(property));
    }
  };
  add_menu(shown_);
  if (holder_ != nullptr && holder_ != &shown_ && shown_.aggregate) {
    // The common properties of an interface come from its own menu; the rest of that menu is not shown here.
    std::erase_if(values, [&](const NamedValue& value) { return holder_->property(value.name, version) != nullptr; });
    for (const ArgumentSpec& property : holder_->properties) {
      if (property.versions.contains(version) && shown_.property(property.name, version) != nullptr) add(property.name, read(property));
    }
  }
  if (row_ != nullptr) {
    for (const Field& field : row_->fields) {
      if (field.name == kSelectorField) continue;
      const bool known = shown_.property(field.name, version) != nullptr || (holder_ != nullptr && holder_->property(field.name, version) != nullptr);
      if (!known) add(field.name, Value::str(field.value));
    }
    if (is_list() && shown_.property("dynamic", version) == nullptr) add("dynamic", Value::boolean(row_->dynamic));
  }
  std::sort(values.begin(), values.end(), [](const NamedValue& a, const NamedValue& b) { return a.name < b.name; });
  if (is_list() && row_ != nullptr) values.insert(values.begin(), {".id", Value::id(row_->id)});
  return values;
}

}  // namespace openstrat::sim
