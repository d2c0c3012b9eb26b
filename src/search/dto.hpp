// Search on the wire.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "http/dto.hpp"

namespace openstrat::search {

struct SearchRequest {
  std::string q;
  std::vector<std::string> types;
  std::optional<Uuid> workspace_id, org_id;
  std::optional<Timestamp> created_from, created_to;
  int page = 1;
};

struct DocsRequest {
  std::string q;
  int page = 1;
};

struct HitView {
  std::string id, name, type, description;
  std::optional<Uuid> org_id, workspace_id;
  http::Json metadata;
  std::optional<Timestamp> created_at, updated_at;
  int relevance_percentage = 0;
  double score = 0;
};

}  // namespace openstrat::search

namespace openstrat {

template <>
struct http::Fields<search::SearchRequest> {
  using V = search::SearchRequest;
  static constexpr auto table = fields<V>("SearchRequest",
      query<&V::q>("q", "words, parts of words, a product code, a serial number, an address").required().length(1, 255).example("RB5009UG+S+IN"),
      query<&V::types>("types", "only these kinds").items(20).one_of("site"),
      query<&V::workspace_id>("workspace_id", "only of this workspace"), query<&V::org_id>("org_id", "only of this organization; not together with workspace_id"),
      query<&V::created_from>("created_from", "made at this time or later"), query<&V::created_to>("created_to", "made before this time"),
      query<&V::page>("page", "number of the page; 20 hits each").range(1, 1000));
};
template <>
struct http::Fields<search::DocsRequest> {
  using V = search::DocsRequest;
  static constexpr auto table = fields<V>("SearchDocsRequest", query<&V::q>("q", "words to look for").required().length(1, 255).example("restore a backup"),
      query<&V::page>("page", "number of the page; 20 hits each").range(1, 1000));
};
template <>
struct http::Fields<search::HitView> {
  using V = search::HitView;
  static constexpr auto table = fields<V>("SearchHit", body<&V::id>("id", "what the routes of its kind take; of documentation the page and heading"),
      body<&V::name>("name", "of the thing, or the heading"), body<&V::type>("type", "kind of the thing").example("site"),
      body<&V::description>("description", "a line about it"), body<&V::org_id>("org_id", "of the team"), body<&V::workspace_id>("workspace_id", "of the team"),
      body<&V::metadata>("metadata", "more about it, by kind"), body<&V::created_at>("created_at", "null for documentation"),
      body<&V::updated_at>("updated_at", "null for documentation"), body<&V::relevance_percentage>("relevance_percentage", "0 to 100"),
      body<&V::score>("score", "0 to 1"));
};

}  // namespace openstrat
