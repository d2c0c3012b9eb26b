#include "http/pagination.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "http/call.hpp"
#include "http/url_text.hpp"

namespace openstrat {

template <>
struct http::Fields<http::CursorPosition> {
  static constexpr auto table = http::fields<http::CursorPosition>(
      "CursorPosition", http::body<&http::CursorPosition::sort_key>("k", "last sort key").required(),
      http::body<&http::CursorPosition::id>("i", "last id").required());
};

namespace http {
namespace {

constexpr std::size_t kTagBytes = 16;

std::int64_t last_page_of(std::int64_t per_page, std::int64_t total) {
  return std::max<std::int64_t>(1, (total + per_page - 1) / per_page);
}

std::string page_url(const Call& call, std::int64_t page, std::int64_t per_page) {
  return url_with(call, {{"page", std::to_string(page)}, {"per_page", std::to_string(per_page)}});
}

}  // namespace

std::string url_with(const Call& call, std::initializer_list<std::pair<std::string_view, std::string>> parameters) {
  auto pairs = parse_query(call.request.query);
  for (const auto& [name, value] : parameters) {
    std::erase_if(pairs, [&](const auto& pair) { return pair.first == name; });
    pairs.emplace_back(name, value);
  }
  std::string url(call.base_url);
  url += call.request.path;
  char separator = '?';
  for (const auto& [name, value] : pairs) {
    url += separator + percent_encode(name) + '=' + percent_encode(value);
    separator = '&';
  }
  return url;
}

void add_total_count(Call& call, std::int64_t total) { call.reply.headers.set("X-Total-Count", std::to_string(total)); }

void add_page_links(Call& call, std::int64_t page, std::int64_t per_page, std::int64_t total) {
  add_total_count(call, total);
  const auto last = last_page_of(per_page, total);
  std::string links;
  const auto add = [&](std::int64_t number, std::string_view relation) {
    if (!links.empty()) links += ", ";
    links += fmt::format("<{}>; rel=\"{}\"", page_url(call, number, per_page), relation);
  };
  add(1, "first");
  if (page > 1) add(std::min(page - 1, last), "prev");
  if (page < last) add(page + 1, "next");
  add(last, "last");
  call.reply.headers.set("Link", std::move(links));
}

void add_next_link(Call& call, std::string_view next_cursor) {
  call.reply.headers.set("Link", fmt::format("<{}>; rel=\"next\"", url_with(call, {{"cursor", std::string(next_cursor)}})));
}

void fill_laravel(const Call& call, std::int64_t page, std::int64_t per_page, std::int64_t total, std::size_t count,
                  LaravelLinks& links, LaravelMeta& meta) {
  const auto last = last_page_of(per_page, total);
  links.first = page_url(call, 1, per_page);
  links.last = page_url(call, last, per_page);
  if (page > 1) links.prev = page_url(call, std::min(page - 1, last), per_page);
  if (page < last) links.next = page_url(call, page + 1, per_page);
  meta = {.current_page = page, .from = {}, .last_page = last, .path = std::string(call.base_url) + call.request.path,
          .per_page = per_page, .to = {}, .total = total};
  if (count == 0) return;
  meta.from = (page - 1) * per_page + 1;
  meta.to = *meta.from + static_cast<std::int64_t>(count) - 1;
}

std::string CursorSigner::tag(std::string_view payload, std::string_view list) const {
  const std::string_view key(reinterpret_cast<const char*>(key_.data()), key_.size());
  // The length in front keeps payload and list from flowing into each other.
  const auto mac = crypto::hmac_sha256(key, fmt::format("cursor:{}:{}{}", payload.size(), payload, list));
  return {reinterpret_cast<const char*>(mac.data()), kTagBytes};
}

std::string CursorSigner::sign(const CursorPosition& position, std::string_view list) const {
  const auto payload = to_json(position);
  return crypto::base64url(payload + tag(payload, list));
}

Result<CursorPosition> CursorSigner::open(std::string_view cursor, std::string_view list) const {
  const auto bad = [] { return fail(Errc::malformed, "parameter_invalid", "cursor: start again without it"); };
  const auto bytes = crypto::unbase64url(cursor);
  if (!bytes || bytes->size() <= kTagBytes) return bad();
  const auto payload = std::string_view(*bytes).substr(0, bytes->size() - kTagBytes);
  if (!crypto::equal_constant_time(std::string_view(*bytes).substr(payload.size()), tag(payload, list))) return bad();
  auto position = from_json<CursorPosition>(payload);
  if (!position) return bad();
  return position;
}

}  // namespace http
}  // namespace openstrat
