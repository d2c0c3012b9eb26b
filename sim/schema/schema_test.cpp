#include "sim/schema/schema.hpp"

#include <gtest/gtest.h>

#include "sim/schema/lookup.hpp"

namespace openstrat::sim {
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

}  // namespace
}  // namespace openstrat::sim
