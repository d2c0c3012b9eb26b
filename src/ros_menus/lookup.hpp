// The tree of one version, as the parser asks for it.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "ros_language/menu_lookup.hpp"
#include "ros_menus/schema.hpp"

namespace openstrat::ros {

/// Immutable for scripts; in a permissive view, unknown menus and arguments get an id when they are first met
/// (bounded, under a lock), so one lookup may serve many threads and routers either way.
class SchemaLookup final : public MenuLookup {
 public:
  explicit SchemaLookup(const TreeView& view, const Schema& schema = Schema::instance());
  /// One shared lookup per view, kept until the program ends.
  static const SchemaLookup& of(const TreeView& view);

  const TreeView& view() const { return view_; }
  /// nullptr for a menu that the schema does not know (permissive views).
  const Menu* menu(DirId dir) const;
  const CommandSpec* command(CommandId id) const;

  ChildMatch child(DirId dir, std::string_view word) const override;
  DirId parent(DirId dir) const override;
  std::string_view path(DirId dir) const override;
  ArgumentMatch argument(CommandId command, std::string_view word) const override;
  ArgumentMatch unnamed(CommandId command, std::size_t index) const override;
  ArgumentMatch property(DirId dir, std::string_view word) const override;

 private:
  struct OpaqueMenu {
    std::string path;
    DirId parent;
  };

  const Menu& shape(DirId dir) const;  ///< the menu itself, or the shape of all opaque ones
  CommandInfo info(const Menu& menu, const CommandSpec& command) const;
  ChildMatch alias(const Menu& menu, std::string_view word) const;
  ChildMatch opaque_child(DirId dir, std::string_view word) const;
  ArgumentMatch opaque_argument(std::string_view word) const;

  const Schema& schema_;
  const TreeView view_;
  std::unordered_map<const Menu*, std::uint32_t> index_;       ///< of a menu in schema.menus()
  std::vector<std::uint32_t> first_command_;                   ///< command ids are dense, menu after menu
  std::vector<std::pair<const Menu*, const CommandSpec*>> commands_;

  mutable std::mutex opaque_mutex_;
  mutable std::deque<OpaqueMenu> opaque_;                      ///< ids follow those of the schema
  mutable std::unordered_map<std::string_view, DirId> opaque_by_path_;
  mutable std::unordered_map<std::string, std::string_view> opaque_names_;
};

/// The menu that lends its commands to menus which the schema does not know.
const Menu& opaque_shape(const Schema& schema);

}  // namespace openstrat::ros
