// One command of the menu tree as the API protocols (binary and REST) ask for it: names and texts in, texts out.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ros_menus/lookup.hpp"
#include "sim/access/query.hpp"
#include "sim/lang/host.hpp"
#include "sim/lang/names.hpp"

namespace openstrat::sim {

class Router;

/// How far a path (`ip`, `address`, `print`) leads in a router's tree. Words are whole names: no abbreviations here.
struct ApiPath {
  DirId dir = DirId::root;
  std::string_view menu;  ///< `/ip/address`
  const ros::Menu* shape = nullptr;  ///< null for menus that the schema does not know (permissive routers)
  std::optional<ros::CommandInfo> command;
  std::size_t used = 0;   ///< words that named menus and the command

  bool is_list() const { return shape == nullptr || shape->kind == ros::MenuKind::list; }
};
ApiPath find_api_path(const Router& router, std::span<const std::string> words);
/// Whether the menu has a command of that exact name; API protocols have none of the scripting commands (`put`, `foreach`).
std::optional<ros::CommandInfo> find_api_command(const Router& router, DirId dir, std::string_view name);

struct ApiArgument {
  std::string name;   ///< `address`, `.id`, `numbers`
  std::string value;  ///< as written; a flag's value says only whether it is meant (`no` and `false`: not)
  bool unset = false;
};

struct ApiCall {
  ApiPath path;  ///< with a command
  std::vector<ApiArgument> arguments;
  std::vector<std::string> proplist;  ///< empty: every property
  Query query;                        ///< of a print
};

using ApiRow = std::vector<std::pair<std::string, std::string>>;  ///< `.id` first, then sorted

/// Runs the call inside a job (JobRequest::task). `row` gets what the command returns line by line, as it comes; the
/// result is what it returns as a whole (`ret`). Throws ScriptError with the words of the API (`missing =address=`).
std::optional<std::string> run_api_call(Router& router, Host& host, const ApiCall& call, const std::function<void(ApiRow)>& row);

/// A property's value on the wire: `true`, `1d2h3m`, `*1F`, `a,b`; nullopt when the row has none.
std::optional<std::string> api_text(std::string_view menu, std::string_view property, const Value& value, const ros::ArgumentSpec* known);

}  // namespace openstrat::sim
