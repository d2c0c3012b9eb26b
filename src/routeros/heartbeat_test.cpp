#include "routeros/heartbeat.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace openstrat::routeros {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

// Both in the form that `:tostr` of the whole records gives: keys sorted inside each record.
const std::string kBoard =
    "name=Branch 7;architecture-name=arm;bad-blocks=0;board-name=hAP ac^2;build-time=2025-02-06 09:10:12;cpu=ARM;"
    "cpu-count=4;cpu-frequency=448;cpu-load=7;factory-software=6.43.10;free-hdd-space=786432;free-memory=63963136;"
    "platform=MikroTik;total-hdd-space=16777216;total-memory=134217728;uptime=1w2d03:04:05;version=7.18.2 (stable);"
    "write-sect-since-reboot=1093;write-sect-total=238412;features=;nlevel=4;software-id=SSXB-J5Q7;"
    "board-name=hAP ac^2;current-firmware=7.18.2;factory-firmware=6.43.10;firmware-type=ipq4000L;model=RBD52G-5HacD2HnD;"
    "revision=r2;routerboard=true;serial-number=CC210E592C82;upgrade-firmware=7.18.2";
const std::string kChr =
    "name=chr;architecture-name=x86_64;board-name=CHR QEMU;cpu=QEMU;cpu-count=1;cpu-load=0;free-memory=94.2MiB;"
    "platform=MikroTik;total-memory=0.5GiB;uptime=1d10h30m15s;version=7.20.8 (long-term);level=free;system-id=l4OTU4Vy46B";

TEST(Heartbeat, ReadsABoard) {
  const Heartbeat h = parse_heartbeat(kBoard);
  EXPECT_EQ(h.name, "Branch 7");
  EXPECT_EQ(h.serial_number, "CC210E592C82");
  EXPECT_EQ(h.software_id, "SSXB-J5Q7");
  EXPECT_EQ(h.model, "RBD52G-5HacD2HnD");
  EXPECT_EQ(h.board_name, "hAP ac^2");
  EXPECT_EQ(h.version, "7.18.2");
  EXPECT_EQ(h.architecture_name, "arm");
  EXPECT_EQ(h.license_level, "4");
  EXPECT_EQ(h.upgrade_firmware, "7.18.2");
  EXPECT_EQ(h.routerboard, true);
  EXPECT_EQ(h.cpu_load_percent, 7);
  EXPECT_EQ(h.free_memory, 63963136);
  EXPECT_EQ(h.uptime_s, 9 * 86400 + 3 * 3600 + 4 * 60 + 5);
  EXPECT_EQ(h.pairs.size(), 30u) << "board-name comes twice";
  EXPECT_EQ(h.pairs.front(), std::pair(std::string("name"), std::string("Branch 7")));
}

TEST(Heartbeat, ReadsAVirtualMachine) {
  const Heartbeat h = parse_heartbeat(kChr);
  EXPECT_EQ(h.system_id, "l4OTU4Vy46B");
  EXPECT_EQ(h.license_level, "free");
  EXPECT_FALSE(h.routerboard.has_value());
  EXPECT_TRUE(h.serial_number.empty());
  EXPECT_EQ(h.free_memory, 98775859);
  EXPECT_EQ(h.total_memory, 512 * 1024 * 1024);
  EXPECT_EQ(h.version, "7.20.8");
}

TEST(Heartbeat, SemicolonsInsideAValueBelongToIt) {
  const Heartbeat h = parse_heartbeat("name=a;b;c;model=x=y;;cpu-load=3;");
  EXPECT_THAT(h.pairs, ElementsAre(Pair("name", "a;b;c"), Pair("model", "x=y;"), Pair("cpu-load", "3")));
  EXPECT_EQ(h.name, "a;b;c");
}

TEST(Heartbeat, LaterValuesWinExceptTheName) {
  const Heartbeat h = parse_heartbeat("name=router;serial-number=FAKE;name=license;serial-number=REAL");
  EXPECT_EQ(h.name, "router");
  EXPECT_EQ(h.serial_number, "REAL");
  EXPECT_THAT(h.pairs, ElementsAre(Pair("name", "router"), Pair("serial-number", "REAL")));
}

TEST(Heartbeat, NeverFails) {
  EXPECT_TRUE(parse_heartbeat("").pairs.empty());
  EXPECT_TRUE(parse_heartbeat("garbage").pairs.empty());
  EXPECT_TRUE(parse_heartbeat(";;;=;=x;").pairs.empty());
  EXPECT_FALSE(parse_heartbeat("cpu-load=x").cpu_load_percent.has_value());
  EXPECT_FALSE(parse_heartbeat("total-memory=99999999999999999999").total_memory.has_value());
  EXPECT_FALSE(parse_heartbeat("name=x").has_identity());
  EXPECT_TRUE(parse_heartbeat("system-id=x").has_identity());
}

TEST(Heartbeat, TextsAreCleanUtf8) {
  EXPECT_EQ(parse_heartbeat("name=Z\xfcrich\n\x01").name, "Zürich");
  EXPECT_EQ(parse_heartbeat("name=Zürich").name, "Zürich");
  EXPECT_EQ(parse_heartbeat(std::string_view("name=a\0b", 8)).name, "ab");
}

TEST(Heartbeat, IsBounded) {
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "k" + std::to_string(i) + "=v;";
  EXPECT_EQ(parse_heartbeat(many).pairs.size(), kMaxHeartbeatKeys);
  EXPECT_EQ(parse_heartbeat("name=" + std::string(100'000, 'x')).name.size(), kMaxHeartbeatBytes - 5);
}

TEST(FactsHash, ChangesWithFactsOnly) {
  const auto with = [](std::string body, std::string_view from, std::string_view to) {
    return body.replace(body.find(from), from.size(), to);
  };
  const std::uint64_t hash = facts_hash(kBoard);
  EXPECT_EQ(hash, facts_hash(with(kBoard, "cpu-load=7", "cpu-load=93")));
  EXPECT_EQ(hash, facts_hash(with(kBoard, "free-memory=63963136", "free-memory=1")));
  EXPECT_EQ(hash, facts_hash(with(kBoard, "free-hdd-space=786432", "free-hdd-space=5")));
  EXPECT_EQ(hash, facts_hash(with(kBoard, "uptime=1w2d03:04:05", "uptime=00:00:01")));
  EXPECT_EQ(hash, facts_hash(with(kBoard, "write-sect-total=238412", "write-sect-total=238413")));
  EXPECT_NE(hash, facts_hash(with(kBoard, "Branch 7", "Branch 8")));
  EXPECT_NE(hash, facts_hash(with(kBoard, "version=7.18.2", "version=7.18.3")));
  EXPECT_NE(hash, facts_hash(with(kBoard, "CC210E592C82", "CC210E592C83")));
  EXPECT_NE(facts_hash("a=bc"), facts_hash("ab=c"));
  EXPECT_NE(facts_hash("a=b"), facts_hash("a=b;c="));
}

TEST(Glance, IsSampleAndHashInOnePass) {
  for (const std::string_view body : {std::string_view(kBoard), std::string_view(""), std::string_view("uptime=1d;x;=;name=a=b;")}) {
    const HeartbeatGlance both = glance(body);
    EXPECT_EQ(both.facts_hash, facts_hash(body));
    const HeartbeatSample sample = parse_sample(body);
    EXPECT_EQ(both.sample.uptime_s, sample.uptime_s);
    EXPECT_EQ(both.sample.free_memory, sample.free_memory);
    EXPECT_EQ(both.sample.cpu_load_percent, sample.cpu_load_percent);
  }
}
TEST(FactsHash, IsAStoredValueAndMustNotChange) { EXPECT_EQ(facts_hash("name=r1;version=7.18.2 (stable)"), 4253800913782066628ull); }

TEST(Sample, AgreesWithTheFullParser) {
  for (const std::string& body : {kBoard, kChr}) {
    const Heartbeat h = parse_heartbeat(body);
    const HeartbeatSample s = parse_sample(body);
    EXPECT_EQ(s.cpu_load_percent, h.cpu_load_percent);
    EXPECT_EQ(s.free_memory, h.free_memory);
    EXPECT_EQ(s.total_memory, h.total_memory);
    EXPECT_EQ(s.free_hdd_space, h.free_hdd_space);
    EXPECT_EQ(s.total_hdd_space, h.total_hdd_space);
    EXPECT_EQ(s.uptime_s, h.uptime_s);
  }
}

TEST(HardwareHash, IsOfTheFirstIdentifierThatIsThere) {
  const auto of = [](std::string_view body) { return hardware_hash(parse_heartbeat(body)); };
  EXPECT_EQ(of("serial-number=ABC"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(of("serial-number=abc;system-id=x;software-id=y;board-name=new"), of("serial-number=ABC"));
  EXPECT_EQ(of("software-id=y;system-id=ABC"), of("serial-number=ABC"));
  EXPECT_EQ(of("serial-number=;software-id=ABC"), of("serial-number=ABC"));
  EXPECT_EQ(of("name=x"), std::nullopt);
}

TEST(Uptime, ReadsBothForms) {
  EXPECT_EQ(parse_uptime("00:05:01"), 301);
  EXPECT_EQ(parse_uptime("1w2d03:04:05"), 788645);
  EXPECT_EQ(parse_uptime("1d10h30m15s"), 124215);
  EXPECT_EQ(parse_uptime("1d00:00:00.250"), 86400);
  EXPECT_EQ(parse_uptime("2w"), 1209600);
  EXPECT_EQ(parse_uptime("3s500ms"), 3);
  for (const char* wrong : {"", "x", "5", "1:2", "-1s", "1w2", "99999999999s", "1:2:3x", "1.5s"}) EXPECT_EQ(parse_uptime(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace openstrat::routeros
