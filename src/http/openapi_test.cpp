#include "http/openapi.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "http/pagination.hpp"
#include "http/router.hpp"
#include "http/testing/isolation.hpp"

namespace openstrat {
namespace {

struct TagDto {
  std::string key;
  std::optional<std::string> value;
};
struct SaveThing {
  std::string id;
  std::string name;
  std::vector<TagDto> tags;
  std::optional<int> size;
  bool force = false;
};
struct ThingView {
  std::string id;
  std::optional<Timestamp> seen;
  std::vector<TagDto> tags;
};
struct ThingPath {
  std::string id;
};

}  // namespace

template <>
struct http::Fields<TagDto> {
  static constexpr auto table = http::fields<TagDto>("Tag", http::body<&TagDto::key>("key", "key").required().length(1, 100),
                                                     http::body<&TagDto::value>("value", "value"));
};
template <>
struct http::Fields<SaveThing> {
  static constexpr auto table = http::fields<SaveThing>(
      "SaveThing", http::path<&SaveThing::id>("id", "thing"), http::body<&SaveThing::name>("name", "name").required(),
      http::body<&SaveThing::tags>("tags", "tags").items(5), http::body<&SaveThing::size>("size", "size").range(1, 9),
      http::header<&SaveThing::force>("X-Force", "force"));
};
template <>
struct http::Fields<ThingView> {
  static constexpr auto table =
      http::fields<ThingView>("Thing", http::body<&ThingView::id>("id", "id"), http::body<&ThingView::seen>("seen", "seen"),
                              http::body<&ThingView::tags>("tags", "tags"));
};
template <>
struct http::Fields<ThingPath> {
  static constexpr auto table = http::fields<ThingPath>("ThingPath", http::path<&ThingPath::id>("id", "thing"));
};

namespace http {
namespace {

constexpr Auth kUsers = Auth::bearer | Auth::api_key;

class OpenApiTest : public ::testing::Test {
 protected:
  OpenApiTest() : router_(testing::in_memory_hooks(clock_, authenticator_)) {
    const Tenant tenant{CustomerId(*Uuid::parse("11111111-1111-4111-8111-111111111111"))};
    authenticator_.add("all", testing::user_with(tenant, {"thing:view", "thing:update"}));
    authenticator_.add("none", testing::user_with(tenant, {}));
    router_.add<SaveThing, ThingView>(Method::put, "/things/{id}",
        {.family = "things", .summary = "Save Thing", .auth = kUsers, .scope = "thing:update", .errors = {Errc::conflict},
         .handle = [](Call&, SaveThing) -> Result<ThingView> { return fail(Errc::not_found, "no such thing"); }});
    router_.add<ThingPath, NoContent>(Method::delete_, "/things/{id}",
        {.family = "things", .summary = "Delete Thing", .auth = Auth::bearer, .scope = "thing:update",
         .handle = [this](Call&, ThingPath) -> Result<NoContent> {
           if (leaks_) return NoContent{};
           return fail(Errc::not_found, "no such thing");
         }});
    router_.add<PageQuery, PageView<ThingView>>(Method::get, "/things",
        {.family = "things", .summary = "List Things", .aliases = {"/thing"}, .auth = kUsers, .scope = "thing:view",
         .handle = [](Call&, PageQuery) -> Result<PageView<ThingView>> { return PageView<ThingView>{}; }});
    router_.add_device(Method::post, "/poll",
        {.family = "devices", .summary = "Poll", .auth = Auth::device, .checks_own_auth = true,
         .handle = [](RawCall, Responder respond) { respond({}); }});
  }

  boost::json::value document() {
    return boost::json::parse(openapi(router_, {"OpenStrat", "1.0", "text", "https://api.example.com"}));
  }

  ManualClock clock_{from_unix_us(0)};
  testing::FakeAuthenticator authenticator_;
  Router router_;
  bool leaks_ = false;
};

TEST_F(OpenApiTest, DescribesOperations) {
  const auto doc = document();
  const auto& save = doc.at("paths").at("/things/{id}").at("put");
  EXPECT_EQ(save.at("operationId"), "saveThing");
  EXPECT_EQ(save.at("x-scope"), "thing:update");
  EXPECT_EQ(save.at("security"), boost::json::parse(R"([{"bearer":[]},{"apiKey":[]}])"));
  EXPECT_EQ(save.at("parameters").as_array().size(), 2u);
  EXPECT_EQ(save.at("requestBody").at("required"), true);
  for (const char* status : {"200", "400", "401", "403", "404", "409", "413", "415", "422", "429", "500"}) {
    EXPECT_TRUE(save.at("responses").as_object().contains(status)) << status;
  }
  EXPECT_EQ(doc.at("paths").at("/things").at("get").at("x-aliases"), boost::json::parse(R"(["GET /thing"])"));
  EXPECT_TRUE(doc.at("paths").at("/poll").at("post").at("responses").at("200").at("content").as_object().contains("text/plain"));
}

TEST_F(OpenApiTest, NamesAnOperationAfterItsSummaryHoweverLong) {
  router_.add<ThingPath, NoContent>(Method::post, "/things/{id}/inspection",
      {.family = "things", .summary = "Ask for a thorough inspection of the thing", .auth = kUsers, .scope = "thing:update",
       .handle = [](Call&, ThingPath) -> Result<NoContent> { return NoContent{}; }});
  EXPECT_EQ(router_.endpoints().back()->operation_id, "askForAThoroughInspectionOfTheThing");
}

TEST_F(OpenApiTest, DescribesBothSidesOfASharedStruct) {
  const auto doc = document();
  const auto& schemas = doc.at("components").at("schemas");
  EXPECT_EQ(schemas.at("TagInput").at("required"), boost::json::parse(R"(["key"])"));
  EXPECT_EQ(schemas.at("Tag").at("required"), boost::json::parse(R"(["key","value"])"));
  EXPECT_EQ(schemas.at("Thing").at("properties").at("seen").at("type"), boost::json::parse(R"(["string","null"])"));
  EXPECT_EQ(schemas.at("SaveThing").at("properties").at("tags").at("maxItems"), 5);
  EXPECT_FALSE(schemas.at("SaveThing").at("properties").as_object().contains("X-Force"));
  EXPECT_EQ(schemas.at("SaveThing").at("additionalProperties"), false);
}

TEST_F(OpenApiTest, IsTheSameEveryTime) {
  const ApiInfo info{"OpenStrat", "1.0", "", ""};
  EXPECT_EQ(openapi(router_, info), openapi(router_, info));
}

TEST_F(OpenApiTest, IsolationTestPassesARouterThatHidesForeignObjects) {
  const testing::IsolationCase fixture{
      .token_without_scopes = "none", .token_with_all_scopes = "all",
      .foreign_id = [](const Endpoint&, std::string_view) { return std::optional<std::string>("foreign"); }};
  EXPECT_THAT(testing::isolation_failures(router_, fixture), ::testing::IsEmpty());
}

TEST_F(OpenApiTest, IsolationTestFindsALeak) {
  leaks_ = true;
  const testing::IsolationCase fixture{
      .token_without_scopes = "none", .token_with_all_scopes = "all",
      .foreign_id = [](const Endpoint&, std::string_view) { return std::optional<std::string>("foreign"); }};
  EXPECT_THAT(testing::isolation_failures(router_, fixture),
              ::testing::ElementsAre(::testing::HasSubstr("DELETE /things/{id} with another team's ids: expected 404, got 204")));
}

}  // namespace
}  // namespace http
}  // namespace openstrat
