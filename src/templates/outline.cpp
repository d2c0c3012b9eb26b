#include "templates/outline.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace openstrat::templates {
namespace {

constexpr int kDeepestInclude = 4;

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::unexpected<Error> broken(const std::string& file, std::string_view text, std::size_t at, const std::string& why) {
  const auto line = 1 + std::ranges::count(text.substr(0, at), '\n');
  return fail(Errc::invalid, "template " + file + ", line " + std::to_string(line) + ": " + why);
}

/// Visits the marks of a text in their order: `gap` is the plain text before each, and before the end.
template <class OnText, class OnMark>
Status walk(const std::string& file, std::string_view text, const OnText& on_text, const OnMark& on_mark) {
  std::size_t at = 0;
  while (true) {
    const auto open = text.find("{{", at);
    on_text(text.substr(at, open == text.npos ? text.npos : open - at));
    if (open == text.npos) return {};
    const auto close = text.find("}}", open);
    if (close == text.npos) return broken(file, text, open, "{{ without }}");
    if (auto done = on_mark(text.substr(open + 2, close - open - 2), open); !done) return done;
    at = close + 2;
  }
}

Status put_includes_in(const std::string& file, std::string_view text, const FindFile& find, int depth, std::string& out) {
  return walk(
      file, text, [&](std::string_view plain) { out += plain; },
      [&](std::string_view mark, std::size_t at) -> Status {
        if (!mark.starts_with('>')) {
          out += "{{" + std::string(mark) + "}}";
          return {};
        }
        const std::string name(mark.substr(1));
        const std::string* included = find(name);
        if (!included) return broken(file, text, at, "there is no template " + name);
        if (depth == kDeepestInclude) return broken(file, text, at, "includes are nested too deep");
        return put_includes_in(name, *included, find, depth + 1, out);
      });
}

/// As people write templates: a line that holds only section marks or comments leaves nothing behind.
std::string without_mark_lines(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size() - 1);
    const auto line = text.substr(at, end + 1 - at);
    std::string marks;
    std::string_view rest = text::trim(line);
    while (rest.starts_with("{{#") || rest.starts_with("{{/") || rest.starts_with("{{!")) {
      const auto close = rest.find("}}");
      if (close == rest.npos) break;
      if (rest[2] != '!') marks += rest.substr(0, close + 2);
      rest = text::trim(rest.substr(close + 2));
    }
    const bool only_marks = rest.empty() && text::trim(line).starts_with("{{");
    out += only_marks ? std::string_view(marks) : line;
    at = end + 1;
  }
  return out;
}

Result<std::vector<Node>> parse(const std::string& file, std::string_view text) {
  std::vector<Node> open{Node{}};
  const auto read = [&](std::string_view mark, std::size_t at) -> Status {
    if (mark.starts_with('!')) return {};
    const bool begins = mark.starts_with('#'), ends = mark.starts_with('/');
    const std::string name(mark.substr(begins || ends ? 1 : 0));
    if (!is_name(name)) return broken(file, text, at, "{{" + std::string(mark) + "}} is not a name: a-z, 0-9 and _ only, no modifiers");
    if (begins) {
      open.push_back({.name = name, .is_section = true});
    } else if (!ends) {
      open.back().inside.push_back({.name = name});
    } else {
      if (open.size() == 1 || open.back().name != name) return broken(file, text, at, "{{/" + name + "}} ends no open section");
      Node section = std::move(open.back());
      open.pop_back();
      open.back().inside.push_back(std::move(section));
    }
    return {};
  };
  if (auto done = walk(file, text, [](std::string_view) {}, read); !done) return fail(done.error());
  if (open.size() > 1) return broken(file, text, text.size(), "{{#" + open.back().name + "}} is never closed");
  return std::move(open.front().inside);
}

bool is_shown(const Fields::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return !text->empty();
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  return !std::get<std::vector<Fields>>(value).empty();
}

using Scopes = std::vector<const Fields*>;

const Fields::Value* look_up(const Scopes& scopes, std::string_view name) {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
    if (const auto* value = (*scope)->find(name)) return value;
  return nullptr;
}

std::string missing_in(const std::vector<Node>& nodes, Scopes& scopes);

std::string missing_in_section(const Node& node, Scopes& scopes) {
  const bool negates = node.name.starts_with("no_") && !look_up(scopes, node.name);
  const auto* value = look_up(scopes, negates ? std::string_view(node.name).substr(3) : node.name);
  if (!value) return node.name;
  if (is_shown(*value) == negates) return {};
  const auto* list = std::get_if<std::vector<Fields>>(value);
  if (!list || negates) return missing_in(node.inside, scopes);
  for (const Fields& entry : *list) {
    scopes.push_back(&entry);
    const std::string missing = missing_in(node.inside, scopes);
    scopes.pop_back();
    if (!missing.empty()) return missing;
  }
  return {};
}

std::string missing_in(const std::vector<Node>& nodes, Scopes& scopes) {
  for (const Node& node : nodes) {
    if (node.is_section) {
      if (const std::string missing = missing_in_section(node, scopes); !missing.empty()) return missing;
      continue;
    }
    const auto* value = look_up(scopes, node.name);
    if (!value || !std::holds_alternative<std::string>(*value)) return node.name;
  }
  return {};
}

}  // namespace

Result<Outline> outline(const std::string& file, std::string_view text, const FindFile& find) {
  Outline result;
  std::string whole;
  if (auto done = put_includes_in(file, text, find, 0, whole); !done) return fail(done.error());
  result.text = without_mark_lines(whole);
  auto nodes = parse(file, whole);
  if (!nodes) return fail(nodes.error());
  result.nodes = std::move(*nodes);
  return result;
}

void collect_names(const std::vector<Node>& nodes, std::set<std::string>& names) {
  for (const Node& node : nodes) {
    names.insert(node.name);
    collect_names(node.inside, names);
  }
}

std::string missing_name(const std::vector<Node>& nodes, const Fields& fields) {
  Scopes scopes{&fields};
  return missing_in(nodes, scopes);
}

}  // namespace openstrat::templates
