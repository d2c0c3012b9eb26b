#include <gmock/gmock.h>

#include "base/rng.hpp"
#include "base/site_limits.hpp"
#include "db/testing.hpp"
#include "search/index_service.hpp"
#include "search/schema.hpp"
#include "search/search_service.hpp"
#include "search/store.hpp"
#include "search/words.hpp"

namespace openstrat::search {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

TEST(SearchWords, OneErrorIsOneOfFourKinds) {
  EXPECT_TRUE(one_error_apart("town", "town"));
  EXPECT_TRUE(one_error_apart("town", "twon")) << "swapped";
  EXPECT_TRUE(one_error_apart("town", "toen")) << "wrong";
  EXPECT_TRUE(one_error_apart("town", "tow")) << "missing";
  EXPECT_TRUE(one_error_apart("town", "towns")) << "too many";
  EXPECT_TRUE(one_error_apart("a", ""));
  for (const auto* other : {"twno", "ton s", "tower", "own t", "", "nwot"}) EXPECT_FALSE(one_error_apart("town", other)) << other;
}

TEST(SearchWords, TakesTextsApart) {
  EXPECT_EQ(normalised("  Cape\tTOWN \n main "), "cape town main");
  EXPECT_THAT(parts_of("rb5009ug+s+in x"), ElementsAre("rb5009ug+s+in", "x"));
  EXPECT_THAT(words_of("cape town-main 12345 rb5009ug+s+in of"), UnorderedElementsAre("cape", "town", "main", "rb5009ug"));
  EXPECT_THAT(variants_of("abca"), UnorderedElementsAre("abca", "bca", "aca", "aba", "abc"));
  EXPECT_EQ(compact_mac("b8:69:f4"), "b869f4");
  EXPECT_EQ(compact_mac("10.1.2.3"), "10123") << "may be either";
  EXPECT_EQ(compact_mac("cape:town"), "");
  for (const auto* mac : {"b8:69:f4", "b8-69-f4-0a-0b-0c", "0a:0b"}) EXPECT_TRUE(looks_like_mac(mac)) << mac;
  for (const auto* other : {"2001:db8::7", "10.1.2.3", "b869.f40a", "b869f4", "site-1"}) EXPECT_FALSE(looks_like_mac(other)) << other;
  const CustomerId one(uuid_v4(secure_rng())), other(uuid_v4(secure_rng()));
  EXPECT_EQ(mark_of(one).size(), 9u);
  EXPECT_NE(mark_of(one), mark_of(other));
}

/// Sites whose id is one of these.
class OnlySites final : public SiteLimits {
 public:
  explicit OnlySites(std::string site) : site_(std::move(site)) {}
  Condition condition(std::string_view, std::string_view site, int next) const override {
    return {"(" + std::string(site) + " = ?" + std::to_string(next) + ")", {site_}};
  }

 private:
  std::string site_;
};

class SearchTest : public db::EachEngineTest {
 protected:
  SearchTest() : database_(make_reused_database(migrations())), service_(*database_) {}

  Document site(const std::string& name, std::vector<std::string> keys = {}, Attributes metadata = {}) {
    const SiteId id(uuid_v4(secure_rng()));
    return {.type = "site", .id = id.to_string(), .site_id = id, .name = name, .keys = std::move(keys), .metadata = std::move(metadata), .created_at = now_, .updated_at = now_};
  }
  Document add(Document document, std::optional<Tenant> tenant = std::nullopt) {
    const auto put = database_->write([&](db::Session& session) { return index_.put(session, tenant.value_or(ours_), document); });
    EXPECT_TRUE(put) << put.error().message();
    return document;
  }
  void remove(const Document& document) {
    ASSERT_TRUE(database_->write([&](db::Session& session) { return index_.remove(session, ours_, document.type, document.id); }));
  }
  std::vector<Hit> hits(const std::string& text, std::vector<Visible> types = {{"site", nullptr}}) {
    auto found = service_.search(ours_, {.text = text, .types = std::move(types)});
    EXPECT_TRUE(found) << found.error().message();
    return *found;
  }
  std::vector<std::string> names(const std::string& text) {
    std::vector<std::string> out;
    for (const auto& hit : hits(text)) out.push_back(hit.name);
    return out;
  }

  const Timestamp now_ = *parse_iso8601("2026-02-03T08:00:00Z");
  const Tenant ours_{CustomerId(uuid_v4(secure_rng()))}, theirs_{CustomerId(uuid_v4(secure_rng()))};
  std::unique_ptr<db::Database> database_;
  Index index_;
  SearchService service_;
};
INSTANTIATE_EACH_ENGINE(SearchTest);

TEST_P(SearchTest, MigrationsAreSound) { db::expect_migrations_are_sound(GetParam(), migrations()); }

TEST_P(SearchTest, FindsByWordsInAnyOrderPartsAndTheWhole) {
  add(site("Cape Town Main"));
  add(site("Durban"));
  for (const auto* text : {"Cape Town Main", "cape", "MAIN town", "ape tow", "wn Ma", "cap", "cape  town"}) EXPECT_THAT(names(text), ElementsAre("Cape Town Main")) << text;
  for (const auto* text : {"cape durban", "xyz", "", "   ", "%", "_", "\"", "' OR 1=1 --"}) EXPECT_THAT(names(text), IsEmpty()) << text;
}

TEST_P(SearchTest, TheBestComesFirst) {
  for (const auto* name : {"Old Branch 1 North", "Branch 12", "Branch 1", "My Branch 1", "Subbranch 1"}) add(site(name));
  add(site("Elsewhere", {}, {{"note", std::string("near branch 1")}}));
  EXPECT_THAT(names("branch 1"), ElementsAre("Branch 1", "Branch 12", "My Branch 1", "Old Branch 1 North", "Subbranch 1", "Elsewhere"));
  const auto found = hits("branch 1");
  EXPECT_EQ(found.front().score, 1.0);
  EXPECT_TRUE(std::ranges::is_sorted(found, std::greater(), &Hit::score));
}

TEST_P(SearchTest, KnowsProductCodesSerialNumbersAndAddresses) {
  add(site("One", {"HEX0A1B2C3D", "B8:69:F4:0A:0B:0C", "203.0.113.77", "2001:db8::7"}, {{"model", std::string("RB5009UG+S+IN")}}));
  add(site("Two", {"HEX9Z8Y7X6W", "48:8F:5A:11:22:33", "198.51.100.1"}, {{"model", std::string("RB5009UPr+S+IN")}}));
  EXPECT_THAT(names("RB5009UG+S+IN"), ElementsAre("One"));
  EXPECT_THAT(names("RB5009UG S IN"), ElementsAre("One")) << "what a browser makes of an unencoded +";
  EXPECT_THAT(names("rb5009"), UnorderedElementsAre("One", "Two"));
  EXPECT_THAT(names("+S+IN"), UnorderedElementsAre("One", "Two"));
  for (const auto* text : {"HEX0A1B2C3D", "hex0a1", "1b2c3d", "b8:69:f4:0a:0b:0c", "B8-69-F4-0A-0B-0C", "B869.F40A.0B0C", "b869f40a0b0c", "0a:0b:0c", "0a0b0c",
                           "203.0.113.77", "203.0.113", "113.77", "2001:db8::7"})
    EXPECT_THAT(names(text), ElementsAre("One")) << text;
}

TEST_P(SearchTest, ForgivesATypingErrorInEachWord) {
  add(site("Johannesburg Warehouse"));
  add(site("Cape Town"));
  for (const auto* text : {"johanesburg", "johannesbrug", "johannesburgh", "jahannesburg", "warehuose", "johanesburg warehose", "johannesburg warehuose"})
    EXPECT_THAT(names(text), ElementsAre("Johannesburg Warehouse")) << text;
  EXPECT_THAT(names("jhnsbrg"), IsEmpty());
  EXPECT_LT(hits("johanesburg")[0].score, hits("johannesburg")[0].score);
}

TEST_P(SearchTest, AChangeIsFoundAtOnceAndTheOldIsGone) {
  auto document = add(site("Before", {"SERIAL-1"}));
  document.name = "After";
  document.keys = {"SERIAL-2"};
  add(document);
  EXPECT_THAT(names("Before"), IsEmpty());
  EXPECT_THAT(names("SERIAL-1"), Not(Contains("After")));
  EXPECT_THAT(names("after"), ElementsAre("After"));
  EXPECT_THAT(names("serial-2"), ElementsAre("After"));
  add(document);
  EXPECT_THAT(names("after"), ElementsAre("After")) << "the same again changes nothing";
  remove(document);
  remove(document);
  EXPECT_THAT(names("after"), IsEmpty());
  EXPECT_THAT(names("serial-2"), IsEmpty());
}

TEST_P(SearchTest, TeamsDoNotSeeEachOther) {
  add(site("Shared Name", {"10.0.0.1"}));
  add(site("Shared Name", {"10.0.0.1"}), theirs_);
  add(site("Warehouse"), theirs_);
  EXPECT_EQ(hits("shared name").size(), 1u);
  EXPECT_EQ(hits("10.0.0.1").size(), 1u);
  EXPECT_THAT(names("warehouse"), IsEmpty());
  EXPECT_THAT(names("warehuose"), IsEmpty());
  ASSERT_TRUE(database_->write([&](db::Session& session) { return index_.remove_team(session, theirs_); }));
  EXPECT_EQ(hits("shared").size(), 1u);
  EXPECT_THAT(*service_.search(theirs_, {.text = "shared", .types = {{"site", nullptr}}}), IsEmpty());
  EXPECT_THAT(*database_->read([&](db::Session& session) { return store::similar_words(session, theirs_.customer_id, {"warehouse"}, 9); }), IsEmpty());
}

TEST_P(SearchTest, OnlyWhatTheCallerMaySee) {
  const auto seen = add(site("Alpha One"));
  add(site("Alpha Two"));
  EXPECT_THAT(hits("alpha", {}), IsEmpty());
  EXPECT_THAT(hits("alpha", {{"fault", nullptr}}), IsEmpty());
  const auto limited = hits("alpha", {{"fault", nullptr}, {"site", std::make_shared<OnlySites>(seen.id)}});
  ASSERT_EQ(limited.size(), 1u);
  EXPECT_EQ(limited[0].id, seen.id);
  EXPECT_EQ(hits("alpha two", {{"site", std::make_shared<OnlySites>(seen.id)}}).size(), 0u);
}

TEST_P(SearchTest, CreationTimesNarrowItDown) {
  auto old = site("Alpha Old");
  old.created_at = now_ - std::chrono::days(10);
  add(old);
  add(site("Alpha New"));
  const auto found = service_.search(ours_, {.text = "alpha", .types = {{"site", nullptr}}, .created_from = now_ - std::chrono::days(1)});
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().name, "Alpha New");
  EXPECT_EQ(service_.search(ours_, {.text = "alpha", .types = {{"site", nullptr}}, .created_until = now_})->front().name, "Alpha Old");
}

TEST_P(SearchTest, ManyHitsAreBounded) {
  const auto added = database_->write([&](db::Session& session) -> Status {
    for (int i = 0; i < 1000; ++i)
      if (auto put = index_.put(session, ours_, site("Branch " + std::to_string(i))); !put) return put;
    return {};
  });
  ASSERT_TRUE(added);
  EXPECT_LE(hits("branch").size(), static_cast<std::size_t>(SearchService::kMostHits));
  EXPECT_GE(hits("branch").size(), 100u);
  EXPECT_EQ(names("branch 777")[0], "Branch 777");
}

TEST_P(SearchTest, TheTextIndexCanBeMadeAnew) {
  add(site("Alpha"));
  ASSERT_TRUE(database_->write([](db::Session& session) { return store::rebuild_text(session); }));
  EXPECT_THAT(names("lpha"), ElementsAre("Alpha"));
}

}  // namespace
}  // namespace openstrat::search
