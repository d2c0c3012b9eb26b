#include "monitoring/fault_reader.hpp"

#include "monitoring/test_support.hpp"

namespace openstrat::monitoring {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FaultReaderTest : public MonitoringTest {
 protected:
  std::vector<std::string> pids(const std::vector<NamedFault>& faults) {
    std::vector<std::string> out;
    for (const auto& one : faults) out.push_back(one.fault.pid);
    return out;
  }
  std::vector<std::string> list(const FaultFilter& filter, int limit = 100) { return pids(reader_.list(tenant(), filter, {}, limit).value().faults); }
  std::vector<std::string> page(const FaultFilter& filter) { return pids(reader_.page(tenant(), filter, 100, 0).value().faults); }
  const Tenant& tenant() { return world().tenant; }

  FaultReader reader_{world().database, world().clock};
};
INSTANTIATE_EACH_ENGINE(FaultReaderTest);

TEST_P(FaultReaderTest, StatesAndTheirRecentPast) {
  const auto site = world().adopt();
  const auto open = add(tenant(), site.id, 3 * 24h);
  const auto long_over = add(tenant(), site.id, 2h, 1h);
  const auto just_over = add(tenant(), site.id, 60min, 51min);
  EXPECT_THAT(list({}), ElementsAre(just_over.pid, long_over.pid, open.pid));
  EXPECT_THAT(list({.status = FaultStatus::unresolved}), ElementsAre(open.pid));
  EXPECT_THAT(list({.status = FaultStatus::resolved}), ElementsAre(just_over.pid, long_over.pid));
  EXPECT_THAT(list({.status = FaultStatus::recent}), ElementsAre(just_over.pid, open.pid));
  EXPECT_THAT(page({.status = FaultStatus::recent}), ElementsAre(just_over.pid, open.pid));
  world().clock.advance(2min);
  EXPECT_THAT(list({.status = FaultStatus::recent}), ElementsAre(open.pid));
}

TEST_P(FaultReaderTest, EveryFilterPicks) {
  const auto site = world().adopt({.serial = "A"}), other = world().adopt({.serial = "B"});
  const auto power = add(tenant(), site.id, 4h, 1h, {.message = "Site Offline: 100%_sure", .severity = Severity::critical, .cause = "Power Outage"});
  const auto wan = add(tenant(), other.id, 3h, {}, {.type = "wantunnel", .resource_id = "fibre-a", .message = "WAN Tunnel Offline: Fibre A", .severity = Severity::high});
  const auto manual = add(tenant(), std::nullopt, 2h, {}, {.type = "carrier", .kind = "manual/x", .message = "Carrier works at night", .severity = Severity::low});
  const auto all = std::vector{manual.pid, wan.pid, power.pid};
  for (const auto& look : {std::function([&](const FaultFilter& filter) { return list(filter); }), std::function([&](const FaultFilter& filter) { return page(filter); })}) {
    EXPECT_EQ(look({}), all);
    EXPECT_THAT(look({.site = site.id}), ElementsAre(power.pid));
    EXPECT_THAT(look({.types = {"wantunnel"}}), ElementsAre(wan.pid));
    EXPECT_THAT(look({.types = {"wantunnel", "carrier"}}), ElementsAre(manual.pid, wan.pid));
    EXPECT_THAT(look({.severities = {Severity::low, Severity::critical}}), ElementsAre(manual.pid, power.pid));
    EXPECT_THAT(look({.cause = "power outage"}), ElementsAre(power.pid));
    EXPECT_THAT(look({.resource_id = "fibre-a"}), ElementsAre(wan.pid));
    EXPECT_THAT(look({.search = "fIbRe"}), ElementsAre(wan.pid));
    EXPECT_THAT(look({.search = "power"}), ElementsAre(power.pid)) << "also in the cause";
    EXPECT_THAT(look({.search = "%_s"}), ElementsAre(power.pid)) << "no wildcards";
    EXPECT_THAT(look({.from = world().clock.now() - 3h, .until = world().clock.now() - 2h}), ElementsAre(wan.pid)) << "until is exclusive";
  }
}

TEST_P(FaultReaderTest, ACursorGoesThroughAllOfThemOnce) {
  const auto site = world().adopt();
  std::vector<std::string> expected;
  for (int i = 0; i < 25; ++i) expected.push_back(add(tenant(), site.id, std::chrono::minutes(i / 5), 0s).pid);  // five of each instant
  std::vector<std::string> seen;
  std::optional<FaultPosition> after;
  int pages = 0;
  do {
    const auto part = reader_.list(tenant(), {}, after, 7).value();
    const auto here = pids(part.faults);
    seen.insert(seen.end(), here.begin(), here.end());
    after = part.next;
    ++pages;
  } while (after && pages < 10);
  EXPECT_EQ(pages, 4);
  EXPECT_THAT(seen, ::testing::UnorderedElementsAreArray(expected));
}

TEST_P(FaultReaderTest, WhatFitsIsFoundHoweverRare) {
  const auto site = world().adopt();
  const auto needle = add(tenant(), site.id, 100h, 1h, {.message = "needle"});
  ASSERT_TRUE(world().database.write([&](db::Session& session) -> Status {
    for (int i = 0; i < 4500; ++i) {  // more than two looks
      Fault hay{.customer_id = tenant().customer_id, .id = FaultId(uuid_v4(world().rng)), .pid = "flt_" + std::to_string(i), .type = "site", .kind = "rebooted",
                .resource_id = site.id.to_string(), .site_id = site.id, .message = "hay", .cause = "Rebooted", .created_at = world().clock.now() - std::chrono::seconds(i)};
      hay.resolved_at = hay.created_at;
      if (const auto stored = fault_store::open(session, hay, world().clock.now()); !stored) return fail(stored.error());
    }
    return {};
  }));
  const auto found = reader_.list(tenant(), {.search = "needle"}, {}, 10).value();
  EXPECT_THAT(pids(found.faults), ElementsAre(needle.pid));
  EXPECT_FALSE(found.next);
  EXPECT_EQ(reader_.page(tenant(), {}, 10, 0).value().total, 4501);
  EXPECT_THAT(reader_.page(tenant(), {}, 10, 4495).value().faults, SizeIs(6));

  FaultExport all(reader_, tenant(), {});
  std::size_t exported = 0;
  for (auto part = all.next().value(); !part.empty(); part = all.next().value()) exported += part.size();
  EXPECT_EQ(exported, 4501u);
}

TEST_P(FaultReaderTest, NamesOfSitesTakeOneStatement) {
  const auto sites = world().adopt_many(3);
  for (int i = 0; i < 30; ++i) add(tenant(), sites[static_cast<std::size_t>(i) % 3].id, std::chrono::minutes(i), 0s);
  add(tenant(), std::nullopt, 1h, 0s);
  const auto faults = reader_.list(tenant(), {}, {}, 100).value().faults;
  ASSERT_THAT(faults, SizeIs(31));
  for (const auto& [fault, name] : faults) EXPECT_EQ(name.has_value(), fault.site_id.has_value());
  EXPECT_EQ(faults.front().site_name, sites[0].name);
}

TEST_P(FaultReaderTest, OthersSeeNothingAndTheLimitedOnlyTheirs) {
  const auto mine = world().adopt({.serial = "A"}), hidden = world().adopt({.serial = "B"});
  const auto seen = add(tenant(), mine.id, 1h, {}, {.type = "wantunnel", .message = "WAN Tunnel Offline: A"});
  const auto unseen = add(tenant(), hidden.id, 1h, {}, {.type = "wantunnel", .message = "WAN Tunnel Offline: B"});
  const auto of_nobody = add(tenant(), std::nullopt, 1h);
  EXPECT_THAT(reader_.list(world().other_tenant, {}, {}, 10).value().faults, IsEmpty());
  EXPECT_EQ(reader_.find(world().other_tenant, {seen.pid}).error().code(), Errc::not_found);

  const Tenant limited{tenant().customer_id, std::make_shared<OnlySite>(mine.id)};
  EXPECT_THAT(pids(reader_.list(limited, {}, {}, 10).value().faults), ElementsAre(seen.pid));
  const auto page = reader_.page(limited, {.status = FaultStatus::recent}, 10, 0).value();
  EXPECT_THAT(pids(page.faults), ElementsAre(seen.pid));
  EXPECT_EQ(page.total, 1);
  EXPECT_TRUE(reader_.find(limited, {seen.id.to_string()}));
  for (const Fault& fault : {unseen, of_nobody}) EXPECT_EQ(reader_.find(limited, {fault.pid}).error().code(), Errc::not_found);
  const auto top = reader_.top_wan(limited).value();
  ASSERT_THAT(top, SizeIs(1));
  EXPECT_EQ(top[0].tunnel_name, "A");
}

TEST_P(FaultReaderTest, TheWorstTunnelsOfTwoWeeks) {
  const auto site = world().adopt();
  for (int tunnel = 0; tunnel < 12; ++tunnel)
    for (int i = 0; i <= tunnel; ++i)
      add(tenant(), site.id, std::chrono::hours(i), 1min, {.type = "wantunnel", .resource_id = "t" + std::to_string(tunnel), .message = "WAN Tunnel Offline: Fibre " + std::to_string(tunnel)});
  add(tenant(), site.id, 15 * 24h, 1min, {.type = "wantunnel", .resource_id = "t0", .message = "old"});
  add(tenant(), site.id, 1h, 1min);
  const auto top = reader_.top_wan(tenant()).value();
  ASSERT_THAT(top, SizeIs(10));
  EXPECT_EQ(top[0].resource_id, "t11");
  EXPECT_EQ(top[0].count, 12);
  EXPECT_EQ(top[0].tunnel_name, "Fibre 11");
  EXPECT_EQ(top[0].site_id, site.id);
  ASSERT_THAT(top[0].faults, SizeIs(5));
  EXPECT_GT(top[0].faults[0].fault.created_at, top[0].faults[4].fault.created_at);
  EXPECT_EQ(top[9].count, 3);
}

TEST_P(FaultReaderTest, InternalViewsOfAllTeams) {
  const auto site = world().adopt();
  const auto open = add(tenant(), site.id, 5h), theirs = add(world().other_tenant, std::nullopt, 4h);
  const auto over = add(tenant(), site.id, 10h, 2h);
  add(tenant(), site.id, 3h, {}, {.type = "wantunnel"});
  std::vector<std::string> seen;
  const auto unresolved = reader_.unresolved("site").value();
  for (const Fault& fault : unresolved) seen.push_back(fault.pid);
  EXPECT_THAT(seen, ElementsAre(open.pid, theirs.pid));

  const auto now = world().clock.now();
  const auto between = [&](std::chrono::hours from, std::chrono::hours to) {
    std::vector<std::string> out;
    const auto faults = reader_.overlapping(tenant(), site.id, "site", now - from, now - to).value();
    for (const Fault& fault : faults) out.push_back(fault.pid);
    return out;
  };
  EXPECT_THAT(between(24h, 0h), ElementsAre(over.pid, open.pid));
  EXPECT_THAT(between(9h, 6h), ElementsAre(over.pid)) << "begun before, ended within";
  EXPECT_THAT(between(7h, 6h), IsEmpty());
  EXPECT_THAT(between(2h, 1h), ElementsAre(open.pid)) << "still lasting";
}

TEST(FaultRefs, AreTakenInEveryForm) {
  EXPECT_EQ(FaultRef::parse("flt_2CkqXYZ0123456789abcdefghij").value().text, "flt_2CkqXYZ0123456789abcdefghij");
  EXPECT_EQ(FaultRef::parse("2CkqXYZ0123456789abcdefghij").value().text, "flt_2CkqXYZ0123456789abcdefghij");
  EXPECT_EQ(FaultRef::parse("flt_01890A5D-AC96-774B-BCCE-B302099A8057").value().text, "01890a5d-ac96-774b-bcce-b302099a8057");
  for (const char* wrong : {"", "flt_", "flt_2CkqXYZ", "export", "2CkqXYZ0123456789abcdefgh-j"}) EXPECT_FALSE(FaultRef::parse(wrong)) << wrong;
}

TEST(Severities, AreTakenInEveryForm) {
  EXPECT_EQ(SeverityWord::parse("CRITICAL").value().value, Severity::critical);
  EXPECT_EQ(SeverityWord::parse("low").value().value, Severity::low);
  EXPECT_EQ(SeverityWord::parse("error").value().value, Severity::high);
  EXPECT_FALSE(SeverityWord::parse("awful"));
}

}  // namespace
}  // namespace openstrat::monitoring
