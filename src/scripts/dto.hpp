// Checks and completion on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "http/dto.hpp"
#include "scripts/types.hpp"

namespace openstrat::scripts {

struct CheckScriptRequest {
  std::string script;
  std::optional<std::string> routeros;
  std::vector<std::string> sites;
};
struct CompleteScriptRequest {
  std::string script;
  std::uint32_t offset = 0;
  std::optional<std::string> routeros;
};
struct VersionsRequest { std::vector<std::string> sites; };

struct FindingView {
  std::string kind, message;
  std::optional<std::string> hint;
  std::uint32_t line = 1, column = 1, from = 0, to = 0;
};
struct CheckedSiteView { SiteId id; std::string name; };
struct VersionVerdictView {
  std::string routeros;
  bool accepted = false;
  std::optional<FindingView> error;
  std::vector<FindingView> errors, warnings;
  std::vector<CheckedSiteView> sites;
};
struct CheckView {
  std::string routeros;
  bool accepted = false;
  std::optional<FindingView> error;
  std::vector<FindingView> errors, warnings;
  std::vector<VersionVerdictView> by_version;
  std::vector<CheckedSiteView> unknown_version;
  std::vector<std::string> not_found;
  std::int64_t failing_sites = 0;
};
struct CompletionItemView {
  std::string label;
  CompletionKind kind = CompletionKind::command;
  std::string detail, apply;
};
struct CompletionView {
  std::uint32_t from = 0, to = 0;
  std::vector<CompletionItemView> items;
};
struct VersionUseView { std::string routeros; std::int64_t sites = 0; };
struct VersionsView {
  std::string newest;
  std::vector<std::string> versions;
  std::vector<VersionUseView> in_use;
};

}  // namespace openstrat::scripts

namespace openstrat {

template <>
struct http::EnumNames<scripts::CompletionKind> {
  using E = scripts::CompletionKind;
  static constexpr EnumName table[] = {{"menu", E::menu}, {"command", E::command}, {"argument", E::argument}, {"value", E::value}, {"variable", E::variable}};
};

template <>
struct http::Fields<scripts::CheckScriptRequest> {
  using V = scripts::CheckScriptRequest;
  static constexpr auto table = fields<V>("ScriptCheckRequest", body<&V::script>("script", "RouterOS script").required().length(0, 524288).example("/ip address print"),
      body<&V::routeros>("routeros", "version; without it that of most of the sites, else the newest").length(1, 32).example("7.20"),
      body<&V::sites>("sites", "sites that it is meant for: it is checked for each of their versions").items(50));
};
template <>
struct http::Fields<scripts::CompleteScriptRequest> {
  using V = scripts::CompleteScriptRequest;
  static constexpr auto table = fields<V>("ScriptCompletionRequest", body<&V::script>("script", "RouterOS script").required().length(0, 524288).example("/ip addr"),
      body<&V::offset>("offset", "the cursor, in UTF-16 code units, as editors count").required().range(0, 1048576).example("8"),
      body<&V::routeros>("routeros", "version; without it the newest").length(1, 32).example("7.20"));
};
template <>
struct http::Fields<scripts::VersionsRequest> {
  using V = scripts::VersionsRequest;
  static constexpr auto table = fields<V>("ScriptVersionsRequest", query<&V::sites>("sites", "only what these sites run").items(50));
};
template <>
struct http::Fields<scripts::FindingView> {
  using V = scripts::FindingView;
  static constexpr auto table = fields<V>("ScriptFinding",
      body<&V::kind>("kind", "syntax; or of a warning: unknown_command, unknown_parameter, undeclared_variable, shadowed_variable, ignored_rest, embedded_script, dangerous"),
      body<&V::message>("message", "of an error: the router's words"), body<&V::hint>("hint", "what to do about it"), body<&V::line>("line", "from 1"),
      body<&V::column>("column", "bytes from 1, as routers count"), body<&V::from>("from", "where it starts, in UTF-16 code units"), body<&V::to>("to", "where it ends"));
};
template <>
struct http::Fields<scripts::CheckedSiteView> {
  using V = scripts::CheckedSiteView;
  static constexpr auto table = fields<V>("CheckedSite", body<&V::id>("id", "UUID"), body<&V::name>("name", "of the site"));
};
template <>
struct http::Fields<scripts::VersionVerdictView> {
  using V = scripts::VersionVerdictView;
  static constexpr auto table = fields<V>("ScriptVersionVerdict", body<&V::routeros>("routeros", "version"), body<&V::accepted>("accepted", "whether routers take it"),
      body<&V::error>("error", "the one that a router reports"), body<&V::errors>("errors", "all that were found, 20 at most"),
      body<&V::warnings>("warnings", "200 at most"), body<&V::sites>("sites", "that run the version"));
};
template <>
struct http::Fields<scripts::CheckView> {
  using V = scripts::CheckView;
  static constexpr auto table = fields<V>("ScriptCheck", body<&V::routeros>("routeros", "version that the next fields are about"),
      body<&V::accepted>("accepted", "whether a router takes it"), body<&V::error>("error", "the one that a router reports; null: none"),
      body<&V::errors>("errors", "all that were found, 20 at most; the first is `error`"), body<&V::warnings>("warnings", "of an accepted script too; 200 at most"),
      body<&V::by_version>("by_version", "for each version of the sites, oldest first"), body<&V::unknown_version>("unknown_version", "sites whose version is not known"),
      body<&V::not_found>("not_found", "of `sites`: what is none of yours"), body<&V::failing_sites>("failing_sites", "how many of the sites refuse it"));
};
template <>
struct http::Fields<scripts::CompletionItemView> {
  using V = scripts::CompletionItemView;
  static constexpr auto table = fields<V>("ScriptCompletionItem", body<&V::label>("label", "what to show"), body<&V::kind>("kind", "what it is"),
      body<&V::detail>("detail", "a few words about it; may be empty"), body<&V::apply>("apply", "what to put between from and to"));
};
template <>
struct http::Fields<scripts::CompletionView> {
  using V = scripts::CompletionView;
  static constexpr auto table = fields<V>("ScriptCompletion", body<&V::from>("from", "start of the word at the cursor, in UTF-16 code units"), body<&V::to>("to", "its end"),
      body<&V::items>("items", "likeliest first, 200 at most"));
};
template <>
struct http::Fields<scripts::VersionUseView> {
  using V = scripts::VersionUseView;
  static constexpr auto table = fields<V>("RouterOsVersionUse", body<&V::routeros>("routeros", "version"), body<&V::sites>("sites", "how many run it"));
};
template <>
struct http::Fields<scripts::VersionsView> {
  using V = scripts::VersionsView;
  static constexpr auto table = fields<V>("ScriptVersions", body<&V::newest>("newest", "of which we know the menus"), body<&V::versions>("versions", "to check for, newest first"),
      body<&V::in_use>("in_use", "by the team's sites, most sites first; empty without the scope site:view"));
};

}  // namespace openstrat
