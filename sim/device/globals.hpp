// Global variables of a router, until it reboots.
#pragma once

#include <map>

#include "sim/lang/host.hpp"

namespace openstrat::sim {

class RouterGlobals final : public Globals {
 public:
  static constexpr std::size_t kMaxBytes = 4 << 20;

  const Value* find(std::string_view name) const override {
    const auto known = values_.find(name);
    return known == values_.end() ? nullptr : &known->second;
  }
  void set(std::string_view name, Value value) override {
    const Value* old = find(name);
    const std::size_t bytes = bytes_ - (old == nullptr ? 0 : old->weight()) + value.weight();
    if (bytes > kMaxBytes) throw ScriptError("out of memory");
    bytes_ = bytes;
    values_.insert_or_assign(std::string(name), std::move(value));
  }
  void erase(std::string_view name) override {
    const auto known = values_.find(name);
    if (known == values_.end()) return;
    bytes_ -= known->second.weight();
    values_.erase(known);
  }
  std::vector<std::string> names() const override {
    std::vector<std::string> names;
    for (const auto& [name, value] : values_) names.push_back(name);
    return names;
  }
  void clear() {
    values_.clear();
    bytes_ = 0;
  }

 private:
  std::map<std::string, Value, std::less<>> values_;
  std::size_t bytes_ = 0;
};

}  // namespace openstrat::sim
