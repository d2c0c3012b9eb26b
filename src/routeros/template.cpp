#include "routeros/template.hpp"

#include <algorithm>
#include <stdexcept>

#include "routeros/escape.hpp"
#include "routeros/tokens.hpp"

namespace openstrat::routeros {
namespace {

struct Node {
  enum class Kind { text, string, number, word, list, include, quote, condition };
  Kind kind;
  std::string text;  ///< literal text, or the name of the value, flag or template
  std::vector<Node> then_nodes, else_nodes;
  std::string indent;  ///< of the line on which an include stands
};
using Nodes = std::vector<Node>;

[[noreturn]] void broken(std::string_view what, std::string_view name) {
  throw std::logic_error("script template: " + std::string(what) + ": " + std::string(name));
}

/// Recursive descent over `<<…>>` directives.
class Parser {
 public:
  explicit Parser(std::string_view source) : source_(source) {}

  Nodes run() {
    Nodes nodes = parse_until_directive();
    if (!stopped_at_.empty()) broken("unexpected directive", stopped_at_);
    return nodes;
  }

 private:
  /// Reads up to `else`, `end` or the end of the text; which one is left in stopped_at_.
  Nodes parse_until_directive() {
    Nodes nodes;
    stopped_at_ = {};
    for (;;) {
      const std::size_t open = source_.find("<<", at_);
      const std::size_t close = open == source_.npos ? source_.npos : source_.find(">>", open);
      if (close == source_.npos) {
        add_text(nodes, source_.substr(at_));
        at_ = source_.size();
        return nodes;
      }
      const std::string_view directive = source_.substr(open + 2, close - open - 2);
      take_text_before(nodes, open, close + 2, is_control(directive));
      if (directive == "else" || directive == "end") {
        stopped_at_ = directive;
        return nodes;
      }
      nodes.push_back(parse_directive(directive));
      if (nodes.back().kind == Node::Kind::include) nodes.back().indent = indent_before(open);
    }
  }

  static bool is_control(std::string_view directive) {
    return directive == "else" || directive == "end" || directive.starts_with("if ");
  }

  /// A control directive alone on its line takes the whole line with it.
  void take_text_before(Nodes& nodes, std::size_t open, std::size_t after, bool control) {
    std::string_view before = source_.substr(at_, open - at_);
    at_ = after;
    if (control) {
      const std::size_t line = before.find_last_not_of(' ');
      const bool starts_line = line == before.npos ? open == before.size() || source_[open - before.size() - 1] == '\n'
                                                   : before[line] == '\n';
      if (starts_line && at_ < source_.size() && source_[at_] == '\n') {
        before = before.substr(0, line == before.npos ? 0 : line + 1);
        ++at_;
      }
    }
    add_text(nodes, before);
  }

  std::string indent_before(std::size_t open) const {
    const std::size_t line = source_.find_last_not_of(' ', open - 1);
    if (open == 0 || (line != source_.npos && source_[line] != '\n')) return {};
    return std::string(open - (line == source_.npos ? 0 : line + 1), ' ');
  }

  static void add_text(Nodes& nodes, std::string_view text) {
    if (!text.empty()) nodes.push_back({Node::Kind::text, std::string(text), {}, {}, {}});
  }

  Node parse_directive(std::string_view directive) {
    using enum Node::Kind;
    if (directive.starts_with("include ")) return {include, std::string(directive.substr(8)), {}, {}, {}};
    if (directive.starts_with("quote ")) return {quote, std::string(directive.substr(6)), {}, {}, {}};
    if (directive.starts_with("if ")) return parse_condition(directive.substr(3));
    const std::size_t colon = directive.find(':');
    const std::string name(directive.substr(0, colon));
    const std::string_view type = colon == directive.npos ? std::string_view() : directive.substr(colon + 1);
    if (type == "string") return {string, name, {}, {}, {}};
    if (type == "number") return {number, name, {}, {}, {}};
    if (type == "word") return {word, name, {}, {}, {}};
    if (type == "list") return {list, name, {}, {}, {}};
    broken("unknown directive", directive);
  }

  Node parse_condition(std::string_view flag) {
    Node node{Node::Kind::condition, std::string(flag), parse_until_directive(), {}, {}};
    if (stopped_at_ == "else") node.else_nodes = parse_until_directive();
    if (stopped_at_ != "end") broken("no end of", flag);
    stopped_at_ = {};
    return node;
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::string_view stopped_at_;
};

const Nodes& template_named(std::string_view name) {
  static const auto* const parsed = [] {
    auto* all = new std::map<std::string, Nodes, std::less<>>;
    for (const EmbeddedTemplate& t : embedded_templates()) all->emplace(t.name, Parser(t.text).run());
    return all;
  }();
  const auto found = parsed->find(name);
  if (found == parsed->end()) broken("no such template", name);
  return found->second;
}

bool is_word(std::string_view text, std::string_view extra) {
  return !text.empty() && std::ranges::all_of(text, [extra](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || extra.contains(c);
  });
}

/// A script inside a string, one line a line: the layout that exports use.
std::string escape_laid_out(std::string_view script) {
  std::string out;
  while (!script.empty()) {
    const std::size_t end = script.find('\n');
    out += "\\\n    ";
    out += escape(script.substr(0, end));
    if (end == script.npos) break;
    out += "\\n";
    script.remove_prefix(end + 1);
  }
  return out;
}

class Renderer {
 public:
  Renderer(const Values& values, Layout layout) : values_(values), layout_(layout) {}

  std::string script(std::string_view name) const {
    std::string out;
    append(out, template_named(name));
    while (out.ends_with('\n')) out.pop_back();
    return layout_ == Layout::minified ? minify(out) : out;
  }

 private:
  void append(std::string& out, const Nodes& nodes) const {
    for (const Node& node : nodes) append(out, node);
  }

  void append(std::string& out, const Node& node) const {
    switch (node.kind) {
      case Node::Kind::text: out += node.text; return;
      case Node::Kind::string: out += escape(get<std::string>(node)); return;
      case Node::Kind::number: out += std::to_string(get<std::int64_t>(node)); return;
      case Node::Kind::word: out += checked_word(node, "-._"); return;
      case Node::Kind::list: out += checked_word(node, "-._,"); return;
      case Node::Kind::include: append_indented(out, script(node.text), node.indent); return;
      case Node::Kind::quote: {
        const std::string code = script(node.text);
        out += layout_ == Layout::minified ? escape(code) : escape_laid_out(code);
        return;
      }
      case Node::Kind::condition: append(out, get<bool>(node) ? node.then_nodes : node.else_nodes); return;
    }
  }

  /// Leading blanks mean nothing, in continued strings either.
  static void append_indented(std::string& out, std::string_view code, std::string_view indent) {
    for (const char c : code) {
      out += c;
      if (c == '\n') out += indent;
    }
  }

  template <class T>
  const T& get(const Node& node) const {
    const Values::Value* value = values_.find(node.text);
    if (!value) broken("no value for", node.text);
    const T* typed = std::get_if<T>(value);
    if (!typed) broken("wrong type of", node.text);
    return *typed;
  }

  const std::string& checked_word(const Node& node, std::string_view extra) const {
    const std::string& word = get<std::string>(node);
    if (!is_word(word, extra)) broken("not a bare word", node.text);
    return word;
  }

  const Values& values_;
  Layout layout_;
};

}  // namespace

const Values::Value* Values::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

Values& Values::set(std::string_view name, Value value) {
  values_.insert_or_assign(std::string(name), std::move(value));
  return *this;
}

std::string render(std::string_view template_name, const Values& values, Layout layout) {
  return Renderer(values, layout).script(template_name) + '\n';
}

}  // namespace openstrat::routeros
