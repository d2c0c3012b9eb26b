// Pages and cursors: the query fragments, the documented shapes of lists, the Link header, and signed cursors.
//
//   struct ListFaults { http::PageQuery paging; … };            table: http::include<&ListFaults::paging>(), …
//   http::add_page_links(call, request.paging, total);          for documented bare arrays
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/error.hpp"
#include "http/dto.hpp"

namespace openstrat::http {

struct Call;

/// `page` and `per_page` (or `limit`), 1-based. Max is the largest page the operation gives.
template <int Max>
struct PageQueryUpTo {
  std::optional<int> page;
  std::optional<int> per_page;
  std::optional<int> limit;
  /// Whether the caller asked for pages at all (some lists come whole otherwise).
  bool is_given() const { return page || per_page || limit; }
  int number() const { return page.value_or(1); }
  int size(int fallback = 50) const { return per_page ? *per_page : limit.value_or(fallback); }
  std::int64_t offset(int fallback = 50) const { return static_cast<std::int64_t>(number() - 1) * size(fallback); }
};
using PageQuery = PageQueryUpTo<100>;

/// `cursor` and `limit`.
template <int Max>
struct CursorQueryUpTo {
  std::optional<std::string> cursor;
  int limit = Max < 50 ? Max : 50;
};
using CursorQuery = CursorQueryUpTo<100>;

template <int Max>
struct Fields<PageQueryUpTo<Max>> {
  using Q = PageQueryUpTo<Max>;
  static constexpr auto table = fields<Q>("PageQuery",
      query<&Q::page>("page", "number of the page, from 1").range(1, 1'000'000),
      query<&Q::per_page>("per_page", "entries a page").range(1, Max),
      query<&Q::limit>("limit", "other name of `per_page`").range(1, Max));
};
template <int Max>
struct Fields<CursorQueryUpTo<Max>> {
  using Q = CursorQueryUpTo<Max>;
  static constexpr auto table = fields<Q>("CursorQuery",
      query<&Q::cursor>("cursor", "where the last page ended; opaque").length(1, 2048),
      query<&Q::limit>("limit", "entries a page").range(1, Max));
};

/// `{data, current_page, per_page, total}`
template <class T>
struct PageView {
  std::vector<T> data;
  std::int64_t current_page = 1;
  std::int64_t per_page = 50;
  std::int64_t total = 0;
};
template <class T>
struct Fields<PageView<T>> {
  using V = PageView<T>;
  static constexpr auto table = fields<V>("", body<&V::data>("data", "the entries of this page"),
      body<&V::current_page>("current_page", "number of this page"), body<&V::per_page>("per_page", "entries a page"),
      body<&V::total>("total", "entries on all pages"));
};

/// `{data, meta: {count, cursor, has_more}}`, the shape of our own lists.
struct CursorMeta {
  std::int64_t count = 0;
  std::optional<std::string> cursor;
  bool has_more = false;
};
template <>
struct Fields<CursorMeta> {
  static constexpr auto table = fields<CursorMeta>("CursorMeta", body<&CursorMeta::count>("count", "entries in this answer"),
      body<&CursorMeta::cursor>("cursor", "send it to get the next entries"),
      body<&CursorMeta::has_more>("has_more", "whether there are more"));
};
template <class T>
struct CursorView {
  std::vector<T> data;
  CursorMeta meta;
};
template <class T>
struct Fields<CursorView<T>> {
  using V = CursorView<T>;
  static constexpr auto table =
      fields<V>("", body<&V::data>("data", "the entries"), body<&V::meta>("meta", "where the list goes on"));
};

/// `{data, has_more, next_cursor, previous_cursor}`, the shape of billing lists.
template <class T>
struct BillingListView {
  std::vector<T> data;
  bool has_more = false;
  std::optional<std::string> next_cursor;
  std::optional<std::string> previous_cursor;
};
template <class T>
struct Fields<BillingListView<T>> {
  using V = BillingListView<T>;
  static constexpr auto table = fields<V>("", body<&V::data>("data", "the entries"),
      body<&V::has_more>("has_more", "whether there are more"), body<&V::next_cursor>("next_cursor", "of the next entries"),
      body<&V::previous_cursor>("previous_cursor", "of the entries before"));
};

/// `{data, links: {first, last, prev, next}, meta: {current_page, from, last_page, path, per_page, to, total}}`
struct LaravelLinks {
  std::optional<std::string> first, last, prev, next;
};
struct LaravelMeta {
  std::int64_t current_page = 1;
  std::optional<std::int64_t> from;
  std::int64_t last_page = 1;
  std::string path;
  std::int64_t per_page = 50;
  std::optional<std::int64_t> to;
  std::int64_t total = 0;
};
template <>
struct Fields<LaravelLinks> {
  static constexpr auto table = fields<LaravelLinks>("PageLinks", body<&LaravelLinks::first>("first", "URL of the first page"),
      body<&LaravelLinks::last>("last", "URL of the last page"), body<&LaravelLinks::prev>("prev", "URL of the page before"),
      body<&LaravelLinks::next>("next", "URL of the next page"));
};
template <>
struct Fields<LaravelMeta> {
  static constexpr auto table = fields<LaravelMeta>("PageMeta", body<&LaravelMeta::current_page>("current_page", "this page"),
      body<&LaravelMeta::from>("from", "number of the first entry here"), body<&LaravelMeta::last_page>("last_page", "last page"),
      body<&LaravelMeta::path>("path", "URL without query"), body<&LaravelMeta::per_page>("per_page", "entries a page"),
      body<&LaravelMeta::to>("to", "number of the last entry here"), body<&LaravelMeta::total>("total", "entries on all pages"));
};
template <class T>
struct LaravelPageView {
  std::vector<T> data;
  LaravelLinks links;
  LaravelMeta meta;
};
template <class T>
struct Fields<LaravelPageView<T>> {
  using V = LaravelPageView<T>;
  static constexpr auto table = fields<V>("", body<&V::data>("data", "the entries of this page"),
      body<&V::links>("links", "URLs of other pages"), body<&V::meta>("meta", "place of this page"));
};

/// The request's own URL with other query parameters set (`public_url.api` in front).
std::string url_with(const Call& call, std::initializer_list<std::pair<std::string_view, std::string>> parameters);

/// `Link` (first, prev, next, last) and `X-Total-Count` for a bare array.
void add_page_links(Call& call, std::int64_t page, std::int64_t per_page, std::int64_t total);
template <int Max>
void add_page_links(Call& call, const PageQueryUpTo<Max>& query, std::int64_t total, int fallback = 50) {
  add_page_links(call, query.number(), query.size(fallback), total);
}
/// `Link: <…cursor=…>; rel="next"` for a bare array that goes on.
void add_next_link(Call& call, std::string_view next_cursor);
void add_total_count(Call& call, std::int64_t total);

/// links and meta of a LaravelPageView.
void fill_laravel(const Call& call, std::int64_t page, std::int64_t per_page, std::int64_t total, std::size_t count,
                  LaravelLinks& links, LaravelMeta& meta);

/// Where a list was left: the sort key of the last entry and its id, which breaks ties.
struct CursorPosition {
  std::string sort_key;
  std::string id;
  bool operator==(const CursorPosition&) const = default;
};

/// Signs cursors, so that a client can neither read meaning into them nor carry them to another list.
class CursorSigner {
 public:
  explicit CursorSigner(crypto::Key32 key) : key_(key) {}
  /// `list` names the operation, the tenant and the filters: whatever must be the same on the next page.
  std::string sign(const CursorPosition& position, std::string_view list) const;
  /// 400 `parameter_invalid` when it was changed, or made for another list.
  Result<CursorPosition> open(std::string_view cursor, std::string_view list) const;

 private:
  std::string tag(std::string_view payload, std::string_view list) const;
  crypto::Key32 key_;
};

}  // namespace openstrat::http
