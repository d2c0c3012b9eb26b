// The structure of a template: its names and sections, read before the template library sees the text.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "templates/fields.hpp"

namespace openstrat::templates {

struct Node {
  std::string name;
  bool is_section = false;
  std::vector<Node> inside;
};

struct Outline {
  std::string text;         ///< includes put in, lines that hold nothing but section marks taken out
  std::vector<Node> nodes;
};

/// Text of an included file, nullptr if there is none.
using FindFile = std::function<const std::string*(std::string_view name)>;

/// `file` is for messages, which tell the line.
Result<Outline> outline(const std::string& file, std::string_view text, const FindFile& find);

void collect_names(const std::vector<Node>& nodes, std::set<std::string>& names);
/// The first name that would be shown and that `fields` lacks; empty: none.
std::string missing_name(const std::vector<Node>& nodes, const Fields& fields);

}  // namespace openstrat::templates
