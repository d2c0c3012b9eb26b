#include "http/router.hpp"
#include <gtest/gtest.h>
namespace openstrat {
struct R1 { Uuid site; std::string name; std::string script; };
struct V1 { Uuid id; std::string name; };
template <> struct http::Fields<R1> { static constexpr auto table = http::fields<R1>("R1", http::path<&R1::site>("site", "x"), http::header<&R1::name>("X-Name","n").required().length(3,100), http::text_body<&R1::script>("text/plain","s").length(1,20)); };
template <> struct http::Fields<V1> { static constexpr auto table = http::fields<V1>("V1", http::body<&V1::id>("id", "x"), http::body<&V1::name>("name","n")); };
using namespace http;
TEST(Router, Smoke) {
  ManualClock clock(from_unix_us(0));
  Router router({.clock = &clock, .execute = [](auto work) { work(); return true; }});
  router.add<R1, V1>(Method::post, "/site/{site}/job", {.family = "f", .summary = "Create Job", .aliases = {"/sites/{site}/jobs"}, .auth = Auth::public_, .status = 201,
     .handle = [](Call&, R1 r) -> Result<V1> { return V1{r.site, r.name + r.script}; }});
  Request q; q.method = Method::post; q.path = "/sites/8c5d9b0e-1111-4222-8333-444455556666/jobs/"; q.headers.set("x-name", "hey"); q.body = "/log"; q.request_id = "req_1";
  router.handle(q, Responder([](Response r) { EXPECT_EQ(r.status, 201) << r.body; }));
  q.headers.set("x-name", "h"); q.body = "";
  router.handle(q, Responder([](Response r) { EXPECT_EQ(r.status, 422) << r.body; }));
  q.path = "/sites/x/jobs"; 
  router.handle(q, Responder([](Response r) { EXPECT_EQ(r.status, 404) << r.body; }));
  q.method = Method::get;
  router.handle(q, Responder([](Response r) { EXPECT_EQ(r.status, 405) << r.body; }));
}
}
