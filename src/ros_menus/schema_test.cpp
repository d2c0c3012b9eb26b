#include "ros_menus/schema.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "ros_language/parser.hpp"
#include "ros_language/structure.hpp"
#include "ros_menus/lookup.hpp"
#include "ros_menus/menu_text.hpp"

namespace openstrat::ros {
namespace {

TEST(SchemaLookup, ScriptingCommandsComeAndGoWithTheVersion) {
  const SchemaLookup& v6 = SchemaLookup::of({.version = {6, 49, 0}});
  const SchemaLookup& v7 = SchemaLookup::of({.version = {7, 20, 8}});
  EXPECT_EQ(v6.child(DirId::root, "onerror").kind, MatchKind::none);
  EXPECT_EQ(v7.child(DirId::root, "onerror").kind, MatchKind::found);
  EXPECT_EQ(v7.child(DirId::root, "break").kind, MatchKind::none);
  EXPECT_EQ(SchemaLookup::of({.version = {7, 22, 1}}).child(DirId::root, "break").kind, MatchKind::found);
}

TEST(SchemaLookup, PositionalArgumentsComeInDeclaredOrder) {
  const SchemaLookup& v7 = SchemaLookup::of({.version = {7, 20, 8}});
  const ChildMatch pick = v7.child(DirId::root, "pick");
  ASSERT_EQ(pick.kind, MatchKind::found);
  EXPECT_EQ(v7.unnamed(pick.command.id, 0).info.name, "counter");
  EXPECT_EQ(v7.unnamed(pick.command.id, 2).info.name, "end");
  EXPECT_EQ(v7.unnamed(pick.command.id, 3).kind, MatchKind::none);
}

TEST(SchemaLookup, BlocksAreCodeOrText) {
  const SchemaLookup& v7 = SchemaLookup::of({.version = {7, 20, 8}});
  const CommandId do_ = v7.child(DirId::root, "do").command.id;
  EXPECT_EQ(v7.argument(do_, "on-error").info.kind, ArgumentKind::code);
  EXPECT_EQ(v7.argument(do_, "on").info.name, "on-error");
  const CommandId foreach_ = v7.child(DirId::root, "foreach").command.id;
  EXPECT_EQ(v7.argument(foreach_, "in").info.kind, ArgumentKind::value);
}

TEST(SchemaLookup, UnknownMenusExistOnlyInPermissiveViews) {
  EXPECT_EQ(SchemaLookup::of({.version = {7, 20, 8}}).child(DirId::root, "frobnicate").kind, MatchKind::none);
  const SchemaLookup& any = SchemaLookup::of({.version = {7, 20, 8}, .permissive = true});
  const ChildMatch menu = any.child(DirId::root, "frobnicate");
  ASSERT_EQ(menu.kind, MatchKind::found);
  EXPECT_EQ(any.path(menu.dir), "/frobnicate");
  EXPECT_EQ(any.parent(menu.dir), DirId::root);
  const ChildMatch add = any.child(menu.dir, "add");
  ASSERT_EQ(add.kind, MatchKind::found);
  EXPECT_EQ(any.argument(add.command.id, "shape").info.name, "shape");
  EXPECT_EQ(any.child(menu.dir, "put").kind, MatchKind::none) << "a scripting command, found from the root";
}

constexpr TreeView kV6{.version = Version{6, 49, 0}};
constexpr TreeView kV7{.version = Version{7, 20, 8}};

DirId dir_of(const SchemaLookup& lookup, std::initializer_list<std::string_view> words) {
  DirId dir = DirId::root;
  for (const std::string_view word : words) dir = lookup.child(dir, word).dir;
  return dir;
}

TEST(Schema, ReadsItsTextInMilliseconds) {
  const std::string_view texts[] = {embedded_menus()};
  const auto begin = system_clock().monotonic();
  const Schema schema(texts);
  EXPECT_LT(system_clock().monotonic() - begin, std::chrono::milliseconds(200)) << "a debug build on a busy machine";
  EXPECT_GT(schema.menus().size(), 400u);
}

TEST(SchemaLookup, PathsAreAbbreviated) {
  const SchemaLookup& v7 = SchemaLookup::of(kV7);
  EXPECT_EQ(v7.path(dir_of(v7, {"ip", "addr"})), "/ip/address");
  EXPECT_EQ(v7.path(dir_of(v7, {"ip", "fire", "filter"})), "/ip/firewall/filter");
  EXPECT_EQ(v7.child(DirId::root, "i").kind, MatchKind::ambiguous);
  EXPECT_EQ(v7.child(dir_of(v7, {"log"}), "warn").command.name, "warning");
}

TEST(SchemaLookup, WhatVersion6CallsOtherwiseIsThereInVersion7) {
  const auto takes = [](const TreeView& who, std::initializer_list<std::string_view> menu, std::string_view command) {
    const SchemaLookup& lookup = SchemaLookup::of(who);
    return lookup.child(dir_of(lookup, menu), command).kind == MatchKind::found;
  };
  for (const TreeView& who : {kV6, kV7}) {
    EXPECT_TRUE(takes(who, {"routing", "bgp", "advertisements"}, "print"));
    EXPECT_TRUE(takes(who, {"routing", "ospf", "interface"}, "print"));
    EXPECT_EQ(takes(who, {"routing", "rip", "neighbor"}, "add"), who.version.major == 6);
    EXPECT_EQ(takes(who, {"routing", "rip", "interface"}, "set"), who.version.major == 6);
  }
  EXPECT_TRUE(takes({.version = {7, 15, 3}}, {"interface", "bridge", "port-controller"}, "set"));
  EXPECT_FALSE(takes({.version = {7, 18, 0}}, {"interface", "bridge"}, "port-controller"));
}

TEST(SchemaLookup, WirelessComesToChrWithItsPackage) {
  const TreeView chr{.version = {7, 20, 8}, .chr = true, .packages = *PackageSet::parse("wireless")};
  const TreeView bare{.version = {7, 20, 8}, .chr = true, .packages = *PackageSet::parse("")};
  const auto interface_menu = [](const TreeView& who) { return SchemaLookup::of(who).child(dir_of(SchemaLookup::of(who), {"interface"}), "wireless").kind; };
  EXPECT_EQ(interface_menu(chr), MatchKind::found);
  EXPECT_NE(interface_menu(bare), MatchKind::found);
}

TEST(SchemaText, NothingIsDeclaredTwice) {
  const auto read = [](std::string_view text) {
    const std::string_view texts[] = {text};
    Schema schema(texts);
  };
  const std::string_view fine = "/a list\n  b@6 b@7 c\n  > do x\n/a more disabled\n  d\n";
  read(fine);
  EXPECT_DEATH(read("/a list\n/b list\n/a dir\n"), "a menu is declared twice");
  EXPECT_DEATH(read("/a more\n"), "not declared");
  EXPECT_DEATH(read("/a list\n  b@6 b@-7.3\n"), "the property b of /a is declared twice");
  EXPECT_DEATH(read("/a list comment\n  comment\n"), "the property comment of /a is declared twice");
  EXPECT_DEATH(read("/a list\n  > do x\n  > do y\n"), "the command do of /a is declared twice");
  EXPECT_DEATH(read("/a list\n  > do x x@7\n"), "the argument x of /a is declared twice");
}

TEST(SchemaLookup, MenusComeAndGoWithTheVersion) {
  const SchemaLookup& v6 = SchemaLookup::of(kV6);
  const SchemaLookup& v7 = SchemaLookup::of(kV7);
  EXPECT_EQ(v7.path(dir_of(v7, {"routing", "table"})), "/routing/table");
  EXPECT_EQ(v6.child(dir_of(v6, {"routing"}), "table").kind, MatchKind::none);
  EXPECT_EQ(v6.path(dir_of(v6, {"ip", "route", "rule"})), "/ip/route/rule");
  EXPECT_EQ(v7.child(dir_of(v7, {"ip", "route"}), "rule").kind, MatchKind::none);
}

TEST(SchemaLookup, ChrHasNoRouterboard) {
  const SchemaLookup& chr = SchemaLookup::of({.version = {7, 20, 8}, .chr = true});
  EXPECT_EQ(chr.child(dir_of(chr, {"system"}), "routerboard").kind, MatchKind::none);
  const SchemaLookup& board = SchemaLookup::of(kV7);
  EXPECT_EQ(board.child(dir_of(board, {"system"}), "routerboard").kind, MatchKind::found);
}

TEST(SchemaLookup, ExtraPackagesBringTheirMenus) {
  const auto has = [](const TreeView& view, std::initializer_list<std::string_view> words) {
    const SchemaLookup& lookup = SchemaLookup::of(view);
    DirId dir = DirId::root;
    for (const std::string_view word : words) {
      const ChildMatch match = lookup.child(dir, word);
      if (match.kind != MatchKind::found) return false;
      dir = match.dir;
    }
    return true;
  };
  const TreeView bare{.version = {7, 22, 1}, .packages = {}};
  const TreeView with{.version = {7, 22, 1}, .packages = PackageSet::parse("container,wireless").value()};
  EXPECT_FALSE(has(bare, {"container", "envs"}));
  EXPECT_TRUE(has(with, {"container", "envs"}));
  EXPECT_FALSE(has(bare, {"interface", "veth"}));
  EXPECT_TRUE(has(with, {"interface", "veth"}));
  EXPECT_TRUE(has({.version = {7, 20, 8}, .packages = {}}, {"interface", "veth"})) << "part of the main package until 7.20";
  EXPECT_TRUE(has({.version = {7, 12, 1}, .packages = {}}, {"caps-man"}));
  EXPECT_FALSE(has(bare, {"caps-man"}));
  EXPECT_TRUE(has({.version = {7, 22, 1}, .permissive = true, .packages = {}}, {"user-manager", "user"}));
  const SchemaLookup& lookup = SchemaLookup::of(bare);
  const DirId disk = dir_of(lookup, {"disk"});
  EXPECT_EQ(lookup.child(disk, "raid-scrub").kind, MatchKind::none);
  EXPECT_EQ(lookup.argument(lookup.child(disk, "add").command.id, "raid-role").kind, MatchKind::none);
  EXPECT_FALSE(PackageSet::parse("container,nosuch").has_value());
}

TEST(SchemaLookup, MenusAndCommandsHaveOtherNames) {
  const SchemaLookup& lookup = SchemaLookup::of({.version = {7, 23, 0}});
  EXPECT_EQ(lookup.path(dir_of(lookup, {"interface", "wifiwave2"})), "/interface/wifi");
  const ChildMatch ping = lookup.child(DirId::root, "ping");
  ASSERT_EQ(ping.kind, MatchKind::found);
  EXPECT_EQ(lookup.path(ping.home), "/tool");
  EXPECT_EQ(SchemaLookup::of({.version = {7, 22, 1}}).child(DirId::root, "ping").home, DirId::none);
}

std::string shape(std::string source) {
  const auto script = parse(std::move(source), {.personality = Personality({7, 22, 1}), .menus = &SchemaLookup::of({.version = {7, 22, 1}})});
  return script ? structure(**script) : script.error().to_string();
}

TEST(SchemaLookup, ValuesAreReadByTheirType) {
  EXPECT_EQ(shape("/ip address add address=192.0.2.1/24 interface=ether1"), "(evl /ip/address/addaddress=192.0.2.1;24;interface=ether1)");
  EXPECT_EQ(shape("/ip firewall filter add chain=input connection-state=!new,invalid"), "(evl /ip/firewall/filter/addchain=input;connection-state=true;new;invalid)");
  EXPECT_EQ(shape("/system logging add topics=lte,!raw"), "(evl /system/logging/addtopics=;lte;true;raw)");
  EXPECT_EQ(shape("/ppp profile add change-tcp-mss=no"), "(evl /ppp/profile/addchange-tcp-mss=no)") << "one of three words";
  EXPECT_EQ(shape("/ip address add comment=1d"), "(evl /ip/address/addcomment=1d)");
}

TEST(SchemaLookup, BgpConnectionsOfEachMinor) {
  const auto has = [](Version version, std::string_view argument) {
    const SchemaLookup& lookup = SchemaLookup::of({.version = version});
    const DirId dir = dir_of(lookup, {"routing", "bgp", "connection"});
    return lookup.argument(lookup.child(dir, "add").command.id, argument).kind == MatchKind::found;
  };
  EXPECT_TRUE(has({7, 18, 2}, "address-families"));
  EXPECT_FALSE(has({7, 19, 0}, "address-families"));
  EXPECT_FALSE(has({7, 18, 2}, "afi"));
  EXPECT_TRUE(has({7, 19, 0}, "afi"));
  EXPECT_TRUE(has({7, 19, 6}, "router-id"));
  EXPECT_FALSE(has({7, 20, 0}, "router-id"));
  EXPECT_FALSE(has({7, 19, 6}, "instance"));
  EXPECT_TRUE(has({7, 20, 8}, "instance"));
}

TEST(SchemaLookup, SourcesAreRawText) {
  const SchemaLookup& v6 = SchemaLookup::of(kV6);
  const DirId script = dir_of(v6, {"system", "script"});
  const CommandId add = v6.child(script, "add").command.id;
  EXPECT_EQ(v6.argument(add, "source").info.kind, ArgumentKind::raw_text);
  EXPECT_EQ(v6.argument(add, "name").info.kind, ArgumentKind::value);
}

TEST(SchemaLookup, CommonVerbsHaveTheirArguments) {
  const SchemaLookup& v7 = SchemaLookup::of(kV7);
  const DirId address = dir_of(v7, {"ip", "address"});
  EXPECT_EQ(v7.argument(v7.child(address, "print").command.id, "count").info.name, "count-only");
  EXPECT_EQ(v7.unnamed(v7.child(address, "get").command.id, 1).info.name, "value-name");
  EXPECT_TRUE(v7.child(address, "find").command.takes_where);
  EXPECT_EQ(v7.child(address, "move").kind, MatchKind::none) << "addresses have no order";
  EXPECT_EQ(v7.child(dir_of(v7, {"ip", "firewall", "nat"}), "move").kind, MatchKind::found);
  EXPECT_EQ(v7.child(dir_of(v7, {"system", "identity"}), "remove").kind, MatchKind::none);
  EXPECT_EQ(v7.property(address, "disabled").kind, MatchKind::found);
}

TEST(SchemaLookup, BlackholeIsAFlagOnSevenAndATypeOnSix) {
  const SchemaLookup& v6 = SchemaLookup::of(kV6);
  const SchemaLookup& v7 = SchemaLookup::of(kV7);
  const CommandId add7 = v7.child(dir_of(v7, {"ip", "route"}), "add").command.id;
  const CommandId add6 = v6.child(dir_of(v6, {"ip", "route"}), "add").command.id;
  EXPECT_EQ(v7.argument(add7, "blackhole").info.kind, ArgumentKind::flag);
  EXPECT_EQ(v7.argument(add7, "type").kind, MatchKind::none);
  EXPECT_EQ(v6.argument(add6, "type").kind, MatchKind::found);
}

}  // namespace
}  // namespace openstrat::ros
