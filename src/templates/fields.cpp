#include "templates/fields.hpp"

#include <algorithm>

namespace openstrat::templates {

const Fields::Value* Fields::find(std::string_view name) const {
  const auto found = std::ranges::find(entries_, name, [](const auto& entry) -> std::string_view { return entry.first; });
  return found == entries_.end() ? nullptr : &found->second;
}

Fields& Fields::set(std::string_view name, Value value) {
  const auto found = std::ranges::find(entries_, name, [](const auto& entry) -> std::string_view { return entry.first; });
  if (found == entries_.end()) {
    entries_.emplace_back(name, std::move(value));
  } else {
    found->second = std::move(value);
  }
  return *this;
}

}  // namespace openstrat::templates
