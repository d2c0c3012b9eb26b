// HTTP parameters and JSON bodies through the route table: whatever comes, the answer is one of the documented ones,
// and what was accepted can be printed and read again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/pagination.hpp"
#include "http/router.hpp"
#include "http/testing/in_memory.hpp"

namespace openstrat {
namespace {

enum class Level { low, high };

struct Inner {
  std::string name;
  std::optional<std::int64_t> number;
  std::vector<Inner> more;
};
struct Everything {
  std::string site;
  http::PageQuery paging;
  std::vector<std::string> tags;
  bool flag = false;
  std::optional<std::optional<std::string>> note;
  std::optional<Timestamp> at;
  Level level = Level::low;
  std::optional<Uuid> id;
  std::optional<IpAddress> address;
  std::optional<Cidr> network;
  std::optional<MacAddress> mac;
  double ratio = 0;
  std::uint16_t port = 0;
  std::vector<Inner> inner;
  std::map<std::string, std::string> labels;
  http::Json extra;
  Attributes attributes;
  std::string url;
};
struct Echo {
  std::vector<Inner> inner;
  std::map<std::string, std::string> labels;
  http::Json extra;
  Attributes attributes;
  std::optional<Timestamp> at;
};

}  // namespace

template <>
struct http::EnumNames<Level> {
  static constexpr EnumName table[] = {{"low", Level::low}, {"high", Level::high}};
};
template <>
struct http::Fields<Inner> {
  static constexpr auto table =
      http::fields<Inner>("Inner", http::body<&Inner::name>("name", "name").required().length(1, 20),
                          http::body<&Inner::number>("number", "number"), http::body<&Inner::more>("more", "more").items(3));
};
template <>
struct http::Fields<Everything> {
  using E = Everything;
  static constexpr auto table = http::fields<E>(
      "Everything", http::path<&E::site>("site", "site").pattern("[a-z]+"), http::include<&E::paging>(),
      http::query<&E::tags>("tag", "tags").items(4).length(1, 10), http::header<&E::flag>("X-Flag", "flag"),
      http::body<&E::note>("note", "note"), http::body<&E::at>("at", "time"), http::body<&E::level>("level", "level"),
      http::body<&E::id>("id", "id"), http::body<&E::address>("address", "address"),
      http::body<&E::network>("network", "network"), http::body<&E::mac>("mac", "MAC"),
      http::body<&E::ratio>("ratio", "ratio").range(0, 1), http::body<&E::port>("port", "port"),
      http::body<&E::inner>("inner", "inner"), http::body<&E::labels>("labels", "labels"),
      http::body<&E::extra>("extra", "extra"), http::body<&E::attributes>("attributes", "attributes"),
      http::body<&E::url>("url", "URL").url_https());
};
template <>
struct http::Fields<Echo> {
  static constexpr auto table = http::fields<Echo>(
      "Echo", http::body<&Echo::inner>("inner", "inner"), http::body<&Echo::labels>("labels", "labels"),
      http::body<&Echo::extra>("extra", "extra"), http::body<&Echo::attributes>("attributes", "attributes"),
      http::body<&Echo::at>("at", "time"));
};

namespace {

const http::Router& router() {
  static ManualClock clock(from_unix_us(0));
  static http::testing::FakeAuthenticator authenticator;
  static http::Router router([] {
    auto hooks = http::testing::in_memory_hooks(clock, authenticator);
    hooks.audit = [](const http::AuditRecord&) {};
    return hooks;
  }());
  static const bool is_filled = [] {
    router.add<Everything, Echo>(http::Method::post, "/sites/{site}.x",
        {.family = "f", .summary = "Everything", .auth = http::Auth::public_, .accepts_form = true,
         .handle = [](http::Call& call, Everything request) -> Result<Echo> {
           http::add_page_links(call, request.paging, 1000);
           return Echo{request.inner, request.labels, request.extra, request.attributes, request.at};
         }});
    return true;
  }();
  (void)is_filled;
  return router;
}

bool is_documented(int status) {
  return status == 200 || status == 400 || status == 404 || status == 405 || status == 415 || status == 422;
}

}  // namespace
}  // namespace openstrat

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openstrat;
  // Lines of an input: target (empty = the operation's own), query, X-Flag, Content-Type; the rest is the body.
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = [&input] {
    const auto end = std::min(input.find('\n'), input.size());
    const std::string taken(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
    return taken;
  };
  http::testing::Sending sending;
  const std::string path = line();
  const std::string target = (path.empty() ? "/sites/abc.x" : path) + '?' + line();
  for (const char* name : {"X-Flag", "Content-Type"})
    if (std::string value = line(); !value.empty()) sending.headers.emplace_back(name, std::move(value));
  sending.body = input;
  const auto response = http::testing::send(router(), http::Method::post, target, sending);
  if (!is_documented(response.status)) std::abort();
  // Depth is limited on the way in; the answer nests no deeper.
  if (response.status == 200 && !http::from_json<Echo>(response.body)) std::abort();
  return 0;
}
