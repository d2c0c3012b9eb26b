#include "sim/console/assistant.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace openstrat::sim {
namespace {

constexpr std::size_t kMostNames = 400;  ///< of rows, for one value

bool is_plain(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '/' || c == ':';
  });
}

std::string common_start(const std::vector<Candidate>& items) {
  std::string common = items.front().name;
  for (const Candidate& item : items) {
    const auto differ = std::ranges::mismatch(common, item.name);
    common.erase(differ.in1, common.end());
  }
  return common;
}

std::string_view verb_help(Verb verb) {
  switch (verb) {
    case Verb::add: return "Create a new item";
    case Verb::set: return "Change item properties";
    case Verb::get: return "Gets value of item's property";
    case Verb::find: return "Find items by value";
    case Verb::print: return "Print values of item properties";
    case Verb::remove: return "Remove item";
    case Verb::enable: return "Enable items";
    case Verb::disable: return "Disable items";
    case Verb::comment: return "Set comment for items";
    case Verb::move: return "Change order of items";
    case Verb::unset: return "Unset value of item's property";
    case Verb::edit: return "Edit value of item's property";
    case Verb::reset: return "Reset to the default";
    case Verb::exporting: return "Print or save an export script that can be used to restore configuration";
    case Verb::action: return "";
  }
  return {};
}

std::string value_help(const ArgumentSpec& argument) {
  switch (argument.type) {
    case ArgType::number: return "integer number";
    case ArgType::boolean: return "yes or no";
    case ArgType::ip: return "IP address";
    case ArgType::prefix: return "IP address and length of the network";
    case ArgType::address: return "address, network, range or name";
    case ArgType::time: return "time interval";
    case ArgType::mac: return "MAC address";
    case ArgType::enumeration: return fmt::format("{}", fmt::join(argument.values, " | "));
    case ArgType::reference: return fmt::format("name from {}", fmt::join(argument.references, ", "));
    case ArgType::script: case ArgType::code: return "script";
    case ArgType::numbers: return "list of item numbers";
    case ArgType::where: return "condition";
    case ArgType::any: case ArgType::text: case ArgType::flag: break;
  }
  return {};
}

std::string help_of(const Candidate& item) {
  if (item.kind == Candidate::Kind::menu) return item.menu->path;
  if (item.command != nullptr) return std::string(verb_help(item.command->verb));
  if (item.kind != Candidate::Kind::value && item.argument != nullptr) return value_help(*item.argument);
  return {};
}

/// Names of the rows that fit an argument.
void add_names(const Config& config, const ArgumentSpec& argument, Candidates& found) {
  for (const std::string_view menu : argument.references) {
    for (const FoundRow& row : config.rows(menu)) {
      const std::string* name = row.row->find("name");
      if (name == nullptr || !name->starts_with(found.typed) || found.items.size() >= kMostNames) continue;
      const bool known = std::ranges::any_of(found.items, [&](const Candidate& item) { return item.name == *name; });
      if (!known) found.items.push_back({.kind = Candidate::Kind::value, .name = *name, .argument = &argument});
    }
  }
}

}  // namespace

Candidates Assistant::look(const std::string& before, DirId context) const {
  ParseOptions options{.personality = personality_, .menus = &menus_, .context = context};
  const Diagnosis known = ros::complete(before, options);
  Candidates found = ros::candidates(menus_, known, before);
  for (const ArgumentSpec* argument : found.values_of) add_names(config_, *argument, found);
  return found;
}

std::string Assistant::ending(const std::string& before, const Candidates& found, const Candidate& only) const {
  if (only.takes_value) return "=";
  if (only.kind == Candidate::Kind::variable) return {};
  // `/ip/addr` goes on as it began, from 7.1 on; `/ip addr` with a space.
  const bool slashed = only.kind == Candidate::Kind::menu && personality_.version >= Version{7, 1, 0} && found.from > 1 && before[found.from - 1] == '/';
  return slashed ? "/" : " ";
}

Completed Assistant::complete(const std::string& before, DirId context) const {
  const Candidates found = look(before, context);
  Completed out{.from = found.from, .with = before.substr(found.from), .choices = {}};
  if (found.items.empty()) return out;
  if (found.items.size() == 1) {
    const Candidate& only = found.items.front();
    const bool quote = only.kind == Candidate::Kind::value && !is_plain(only.name);
    out.with = (quote ? '"' + only.name + '"' : only.name) + ending(before, found, only);
    return out;
  }
  const std::string common = common_start(found.items);
  if (common.size() > out.with.size()) out.with = common;
  for (const Candidate& item : found.items) out.choices.push_back(item.name);
  std::ranges::sort(out.choices);
  out.choices.erase(std::ranges::unique(out.choices).begin(), out.choices.end());
  return out;
}

std::vector<std::string> Assistant::help(const std::string& before, DirId context) const {
  Candidates found = look(before, context);
  std::ranges::stable_sort(found.items, {}, &Candidate::name);
  std::vector<std::string> lines;
  for (const ArgumentSpec* argument : found.values_of) {
    if (const std::string text = value_help(*argument); !text.empty() && argument->type != ArgType::enumeration) lines.push_back(fmt::format("{} ::= {}", argument->name, text));
  }
  for (const Candidate& item : found.items) {
    const std::string text = help_of(item);
    lines.push_back(text.empty() ? item.name : fmt::format("{} -- {}", item.name, text));
  }
  return lines;
}

std::vector<std::string> in_columns(const std::vector<std::string>& words, std::size_t width) {
  std::size_t widest = 1;
  for (const std::string& word : words) widest = std::max(widest, word.size());
  const std::size_t columns = std::max<std::size_t>(1, (width + 2) / (widest + 2));
  const std::size_t rows = (words.size() + columns - 1) / columns;
  std::vector<std::string> lines(rows);
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string& line = lines[i % rows];
    line += i + rows < words.size() ? fmt::format("{:<{}}", words[i], widest + 2) : words[i];
  }
  return lines;
}

}  // namespace openstrat::sim
