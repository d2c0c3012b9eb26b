// What a manager gets from an agent: versions 1 and 2c, communities, the tables, writes and scripts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/snmp/test_manager.hpp"

namespace openstrat::sim::snmp {
namespace {

using testing::Manager;

TEST(SnmpAgent, SystemGroupIsTheRoutersOwn) {
  Manager manager;
  manager.device.run("/snmp set contact=noc@example.org location=\"Rack 7\"; /system identity set name=edge");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.1.1.0"), "RouterOS RB750Gr3");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.1.2.0"), "1.3.6.1.4.1.14988.1");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.1.4.0"), "noc@example.org");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.1.5.0"), "edge");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.1.6.0"), "Rack 7");
  manager.device.pass(std::chrono::minutes(1));
  EXPECT_GE(std::stoi(manager.get("1.3.6.1.2.1.1.3.0")), 6000);
  EXPECT_EQ(manager.get("1.3.6.1.2.1.47.1.1.1.1.2.65536"), "RouterOS 7.20.8 (stable) on RB750Gr3");
}

TEST(SnmpAgent, InterfacesHaveTheirIdsAsIndex) {
  Manager manager;
  manager.device.run("/interface ethernet set [find default-name=ether2] comment=\"to the roof\" disabled=yes");
  const std::string id = manager.device.value("[/interface find name=ether2]");
  const std::string index = std::to_string(std::stoul(id.substr(1), nullptr, 16));
  EXPECT_EQ(manager.get(("1.3.6.1.2.1.2.2.1.1." + index).c_str()), index);
  EXPECT_EQ(manager.get(("1.3.6.1.2.1.2.2.1.2." + index).c_str()), "ether2");
  EXPECT_EQ(manager.get(("1.3.6.1.2.1.2.2.1.3." + index).c_str()), "6");
  EXPECT_EQ(manager.get(("1.3.6.1.2.1.2.2.1.7." + index).c_str()), "2");
  EXPECT_EQ(manager.get(("1.3.6.1.2.1.2.2.1.8." + index).c_str()), "2");
  EXPECT_EQ(manager.get(("1.3.6.1.2.1.31.1.1.1.18." + index).c_str()), "to the roof");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.2.1.0"), std::to_string(manager.device.router.config().rows("/interface").size()));
}

TEST(SnmpAgent, AddressesAndNeighboursOfTheNetwork) {
  Manager manager;
  manager.device.run("/ip address add address=10.9.8.7/22 interface=ether3; /ip arp add address=10.9.8.9 mac-address=02:00:00:00:00:01 interface=ether3");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.4.20.1.3.10.9.8.7"), "255.255.252.0");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.4.20.1.2.10.9.8.7"), "3");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.4.22.1.2.3.10.9.8.9"), std::string("\x02\0\0\0\0\x01", 6));
  EXPECT_EQ(manager.get("1.3.6.1.2.1.4.20.1.3.10.9.8.8"), "noSuchInstance");
}

TEST(SnmpAgent, MemoryDiskAndProcessors) {
  Manager manager;
  EXPECT_EQ(manager.get("1.3.6.1.2.1.25.2.3.1.3.65536"), "main memory");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.25.2.3.1.3.131072"), "system disk");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.25.2.3.1.5.65536"), std::to_string(256 * 1024));
  EXPECT_NE(manager.get("1.3.6.1.2.1.25.3.3.1.2.4"), "noSuchInstance");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.25.3.3.1.2.5"), "noSuchInstance");
}

TEST(SnmpAgent, HealthIsATableSince7AndScalarsBefore) {
  Manager now;
  EXPECT_EQ(now.get("1.3.6.1.4.1.14988.1.1.3.100.1.2.13"), "voltage");
  EXPECT_EQ(now.get("1.3.6.1.4.1.14988.1.1.3.100.1.4.14"), "1");
  EXPECT_EQ(now.get("1.3.6.1.4.1.14988.1.1.3.8.0"), "noSuchInstance");
  EXPECT_EQ(now.get("1.3.6.1.4.1.14988.1.1.3.14.0"), "880");
  Manager before("6.49.17");
  EXPECT_GT(std::stoi(before.get("1.3.6.1.4.1.14988.1.1.3.8.0")), 200);
  EXPECT_GT(std::stoi(before.get("1.3.6.1.4.1.14988.1.1.3.10.0")), 250);
  EXPECT_EQ(before.get("1.3.6.1.4.1.14988.1.1.3.17.0"), "noSuchInstance");
  EXPECT_EQ(before.get("1.3.6.1.4.1.14988.1.1.3.17.0", SnmpVersion::v1), "error 2");
  Manager chr("7.20.8", "chr");
  EXPECT_EQ(chr.get("1.3.6.1.4.1.14988.1.1.7.3.0"), "noSuchInstance");
}

TEST(SnmpAgent, HealthOfTheMenuIsThatOfTheTable) {
  Manager manager("7.20.8", "ccr2004");
  EXPECT_EQ(manager.device.value("[/system health get [find name=cpu-temperature] value]"), manager.get("1.3.6.1.4.1.14988.1.1.3.100.1.3.17"));
  EXPECT_EQ(manager.get("1.3.6.1.4.1.14988.1.1.19.1.1.2.2"), "sfp-sfpplus1");
}

TEST(SnmpAgent, AWalkIsInOrderAndEnds) {
  for (const char* version : {"6.49.17", "7.20.8"}) {
    for (const char* model : {"hap-ac2", "ccr2004", "chr"}) {
      Manager manager(version, model);
      manager.device.run("/system script add name=a source=\":put 1\"; /queue simple add name=q target=10.0.0.0/24");
      const std::vector<Variable> all = manager.walk();
      ASSERT_GT(all.size(), 150U) << version << model;
      for (std::size_t i = 1; i < all.size(); ++i) ASSERT_LT(all[i - 1].name, all[i].name) << to_text(all[i].name);
      for (const Variable& each : all) {
        Pdu get{.type = PduType::get};
        get.variables.push_back({each.name, {}});
        const auto answer = manager.ask(get);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->variables.front().value.tag, each.value.tag) << to_text(each.name);
      }
      EXPECT_LT(manager.walk(SnmpVersion::v1).size(), all.size());  // no 64-bit counters there
    }
  }
}

TEST(SnmpAgent, BulkGivesAsManyRoundsAsAreAskedFor) {
  Manager manager;
  const auto answer = manager.ask(Manager::request(PduType::get_bulk, {"1.3.6.1.2.1.1.1", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.3"}, 1, 3));
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->variables.size(), 7U);
  EXPECT_EQ(Manager::show(answer->variables[0].value), "RouterOS RB750Gr3");
  EXPECT_EQ(Manager::show(answer->variables[3].value), "ether2");
  EXPECT_EQ(to_text(answer->variables[6].name), "1.3.6.1.2.1.2.2.1.3.3");
}

TEST(SnmpAgent, BulkNeverOutgrowsADatagram) {
  Manager manager;
  Pdu bulk{.type = PduType::get_bulk, .error_index = 2'000'000'000};
  for (int i = 0; i < 40; ++i) bulk.variables.push_back({{1, 3}, {}});
  const std::string answer = manager.send(write_community_message(SnmpVersion::v2c, "public", write_pdu(bulk)));
  EXPECT_LE(answer.size(), kMaxDatagram);
  EXPECT_TRUE(read_community_message(answer) || answer.size() > 10'000U);
  Pdu past{.type = PduType::get_bulk, .error_index = 2'000'000'000};
  past.variables.push_back({{2, 5}, {}});
  const auto end = manager.ask(past);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->variables.size(), 1U);
  EXPECT_EQ(end->variables.front().value.tag, kEndOfMibView);
}

TEST(SnmpAgent, TooMuchForOneAnswerIsSaid) {
  Manager manager;
  manager.device.run("/snmp set location=\"" + std::string(200, 'x') + "\"");
  Pdu get{.type = PduType::get};
  for (int i = 0; i < 1000; ++i) get.variables.push_back({*parse_oid("1.3.6.1.2.1.1.6.0"), {}});
  const auto answer = manager.ask(get);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error_status, 1);
}

TEST(SnmpAgent, StrangersGetNoAnswer) {
  Manager manager;
  const Pdu get = Manager::request(PduType::get, {"1.3.6.1.2.1.1.1.0"});
  EXPECT_FALSE(manager.ask(get, SnmpVersion::v2c, "private"));
  manager.device.run("/snmp community set [find name=public] addresses=10.0.0.0/8,2001:db8::/32");
  EXPECT_FALSE(manager.ask(get));
  EXPECT_TRUE(manager.ask(get, SnmpVersion::v2c, "public", "10.1.2.3"));
  EXPECT_TRUE(manager.ask(get, SnmpVersion::v1, "public", "2001:db8::5"));
  manager.device.run("/snmp community set [find name=public] disabled=yes");
  EXPECT_FALSE(manager.ask(get, SnmpVersion::v2c, "public", "10.1.2.3"));
}

TEST(SnmpAgent, ReadAndWriteAccessAreTheCommunitys) {
  Manager manager;
  EXPECT_EQ(manager.set("1.3.6.1.2.1.1.5.0", Datum::octets("no")), "6");
  manager.device.run("/snmp community set [find name=public] write-access=yes");
  EXPECT_EQ(manager.set("1.3.6.1.2.1.1.5.0", Datum::octets("a \"new\" $name\\")), "0");
  EXPECT_EQ(manager.device.router.identity(), "a \"new\" $name\\");
  EXPECT_EQ(manager.set("1.3.6.1.2.1.1.5.0", Datum::integer(5)), "7");
  EXPECT_EQ(manager.set("1.3.6.1.2.1.1.1.0", Datum::octets("x")), "17");
  EXPECT_EQ(manager.set("1.3.6.1.2.1.1.6.0", Datum::octets("attic")), "0");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.1.6.0"), "attic");
  manager.device.run("/snmp community set [find name=public] read-access=no");
  EXPECT_EQ(manager.get("1.3.6.1.2.1.1.1.0"), "error 16");
}

TEST(SnmpAgent, ScriptsRunByReadingAndByWriting) {
  Manager manager;
  manager.device.run("/system script add name=hello source=\":delay 2s; :put (\\\"it is \\\" . [/system identity get name])\"");
  manager.device.run("/system script add name=mark source=\"/system note set note=marked\"");
  EXPECT_EQ(manager.get("1.3.6.1.4.1.14988.1.1.8.1.1.2.1"), "hello");
  EXPECT_EQ(manager.get("1.3.6.1.4.1.14988.1.1.18.1.1.2.1"), "noSuchObject");
  manager.device.run("/snmp community set [find name=public] write-access=yes");
  EXPECT_EQ(manager.get("1.3.6.1.4.1.14988.1.1.18.1.1.2.1"), "it is MikroTik");
  EXPECT_EQ(manager.get("1.3.6.1.4.1.14988.1.1.18.1.1.2.9"), "noSuchInstance");
  EXPECT_EQ(manager.set("1.3.6.1.4.1.14988.1.1.8.1.1.3.2", Datum::integer(1)), "0");
  manager.device.pass(std::chrono::seconds(1));
  EXPECT_EQ(manager.get("1.3.6.1.4.1.14988.1.1.7.5.0"), "marked");
}

TEST(SnmpAgent, AWriteReboots) {
  Manager manager;
  manager.device.run("/snmp community set [find name=public] write-access=yes");
  EXPECT_EQ(manager.set("1.3.6.1.4.1.14988.1.1.7.1.0", Datum::octets("1")), "0");
  manager.device.pass(std::chrono::minutes(2));
  EXPECT_EQ(manager.device.router.boots(), 2);
}

TEST(SnmpAgent, GarbageIsNotAnswered) {
  Manager manager;
  const std::string good = write_community_message(SnmpVersion::v2c, "public", write_pdu(Manager::request(PduType::get, {"1.3.6.1.2.1.1.1.0"})));
  for (std::size_t cut = 0; cut < good.size(); ++cut) EXPECT_EQ(manager.send(good.substr(0, cut)), "");
  EXPECT_EQ(manager.send(std::string(2000, '\x30')), "");
  EXPECT_EQ(manager.send(std::string("\x30\x84\xff\xff\xff\xff\x02\x01\x01", 9)), "");
  EXPECT_EQ(manager.send(std::string("\x30\x80\x02\x01\x01\x00\x00", 7)), "");
}

TEST(Ber, NumbersComeBack) {
  for (const std::int64_t value : {0LL, 1LL, -1LL, 127LL, 128LL, -128LL, -129LL, 65'535LL, -2'147'483'648LL, 4'294'967'295LL, 9'223'372'036'854'775'807LL}) {
    const std::string bytes = ber_integer(value);
    BerReader reader(bytes);
    EXPECT_EQ(reader.integer(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()), value);
    EXPECT_TRUE(reader.finished());
  }
  for (const char* text : {"1.3", "2.999.3", "1.3.6.1.4.1.14988.1.1.3.100.1.2.7401", "0.0", "1.3.4294967295.0"}) {
    Oid oid;
    ASSERT_TRUE(read_oid(oid_contents(*parse_oid(text)), oid));
    EXPECT_EQ(to_text(oid), text);
  }
  EXPECT_EQ(unsigned_contents(0xFFFFFFFFFFFFFFFFULL).size(), 9U);
  EXPECT_EQ(ber_octets(std::string(300, 'x')).substr(0, 4), "\x04\x82\x01\x2c");
}

}  // namespace
}  // namespace openstrat::sim::snmp
