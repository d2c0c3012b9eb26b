// The RouterOS menu tree as data: which menus, commands and arguments exist in which version.
// Built once from menus.txt, immutable and shared; nothing here belongs to one router.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ros_language/personality.hpp"
#include "ros_menus/packages.hpp"

namespace openstrat::ros {

struct VersionRange {
  Version first{0, 0, 0};
  Version last{999, 999, 999};  ///< inclusive
  bool contains(const Version& version) const { return first <= version && version <= last; }
  auto operator<=>(const VersionRange&) const = default;
};

/// What decides which part of the tree a router has.
struct TreeView {
  Version version;
  bool chr = false;          ///< no `/system routerboard`, licence with system-id
  /// Unknown menus and arguments are accepted and kept as opaque rows: for real exports of any version.
  bool permissive = false;
  PackageSet packages = PackageSet::all();  ///< installed beside the main one
};

/// The extra package that brings something, in the versions in which it is not part of the main one.
struct PackageMark {
  Package package = Package::none;
  VersionRange versions;
  bool hides(const TreeView& who) const { return !who.permissive && versions.contains(who.version) && !who.packages.has(package); }
};

enum class ArgType : std::uint8_t {
  any,         ///< kept as written: the schema does not know better
  text,
  number,
  boolean,     ///< yes/no on the CLI
  ip,          ///< one IPv4 or IPv6 address
  prefix,      ///< address/length; a bare address is kept bare
  address,     ///< address, prefix, range or DNS name (address lists)
  time,
  mac,
  enumeration,
  reference,   ///< the name of a row of another menu
  script,      ///< raw text: `{…}` loses its braces, the content is not parsed
  code,        ///< a block that is parsed and run (`do=`)
  flag,        ///< no value: `as-value`, `blackhole`
  numbers,     ///< which rows: ids, names, arrays of them
  where,       ///< the rest of the statement is a condition over the menu's fields
};

struct ArgumentSpec {
  std::string_view name;
  VersionRange versions;
  ArgType type = ArgType::any;
  bool required = false;    ///< `add` refuses without it
  bool secret = false;      ///< hidden in exports that hide sensitive values
  bool read_only = false;   ///< a property that only get, find and print see
  bool is_name = false;     ///< rows of the menu are addressed by this property
  bool is_list = false;     ///< comma separated values of `type`
  bool negatable = false;   ///< a leading `!` is part of the value
  bool keeps_default = false;  ///< what somebody set is kept and exported even if it is the default (`action=accept`)
  bool negatable_each = false;  ///< of each element of a list
  bool host_network = false;    ///< a prefix whose address is a host of it: `192.0.2.1/24`
  std::uint16_t rank = 0;   ///< position in the text; error messages name arguments in this order
  bool positional = false;  ///< may be given without its name, in declared order
  PackageMark package;
  std::optional<std::string_view> default_value;  ///< what a row has when nobody set it; nullopt = unset
  std::vector<std::string_view> values;           ///< of an enumeration; of a reference: extra words beside names
  std::vector<std::string_view> references;       ///< menu paths whose names are values
  std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
};

/// Commands that the configuration store runs itself; everything else is an action of the device.
enum class Verb : std::uint8_t {
  add, set, get, find, print, remove, enable, disable, comment, move, unset, edit, reset, exporting, action,
};

struct CommandSpec {
  std::string_view name;
  VersionRange versions;
  Verb verb = Verb::action;
  PackageMark package;
  bool takes_properties = false;  ///< the menu's writable properties are arguments too (add, set)
  std::span<const ArgumentSpec> own;  ///< the others, in declared order; shared by all menus with the same verb
};

enum class MenuKind : std::uint8_t { directory, list, singleton };

/// How an export names a row that exists from the start and therefore is `set`, not `add`ed.
enum class Selector : std::uint8_t { name, default_flag, default_name, number };

template <class T>
struct Match {
  const T* item = nullptr;
  bool ambiguous = false;  ///< a prefix of several names
  explicit operator bool() const { return item != nullptr; }
};

class Menu {
 public:
  std::string_view name;   ///< last word of the path, empty for the root
  std::string path;        ///< `/ip/firewall/filter`, the root is `/`
  MenuKind kind = MenuKind::directory;
  VersionRange versions;
  bool hardware_only = false;   ///< absent on CHR, in `hardware_versions`
  VersionRange hardware_versions;
  PackageMark package;          ///< of a menu above it, if it has none itself
  bool ordered = false;         ///< position matters: place-before and move
  bool has_comment = false;
  bool has_disabled = false;
  bool generic = false;         ///< values are kept as written and any argument is taken in permissive mode
  bool exported = true;         ///< appears in /export
  bool referenced = false;      ///< some property of some menu holds names of these rows
  bool aggregate = false;       ///< `/interface`: its rows are those of every menu with an interface_type
  std::string_view interface_type;  ///< `ether`, `ovpn-out`: rows share ids and names with the other interfaces
  std::uint16_t export_rank = 0xFFFF;  ///< menus that others refer to are exported first; equal ranks by path
  /// Versions that keep and export what somebody set even if it is the default (new routing menus).
  VersionRange explicit_versions{Version{999, 0, 0}, Version{0, 0, 0}};
  Selector selector = Selector::name;
  const Menu* parent = nullptr;
  std::vector<const Menu*> children;   ///< sorted by name
  /// Another name of a menu, or of a command of it, that is elsewhere.
  struct Alias { std::string_view name; VersionRange versions; const Menu* menu; std::string_view command; };
  std::vector<Alias> aliases;
  std::vector<CommandSpec> commands;       ///< sorted by name
  std::vector<ArgumentSpec> properties;    ///< sorted by name; a name that changed appears once per version range
  /// Rows that exist from the start, as the words of an `add`: `name=telnet port=23`.
  struct DefaultRow { VersionRange versions; std::string_view words; };
  std::vector<DefaultRow> default_rows;

  /// Versions in which the menu is a singleton, whatever it is in the others (`/mpls/ldp`, `/interface/ovpn-server/server`).
  VersionRange single_versions{Version{999, 0, 0}, Version{0, 0, 0}};

  MenuKind kind_in(const Version& version) const { return single_versions.contains(version) ? MenuKind::singleton : kind; }
  bool is_singleton(const Version& version) const { return kind_in(version) == MenuKind::singleton; }
  bool keeps_defaults(const Version& version) const { return generic || explicit_versions.contains(version); }
  bool visible(const TreeView& who) const {
    return versions.contains(who.version) && !(hardware_only && who.chr && hardware_versions.contains(who.version)) && !package.hides(who);
  }
  /// Exact name first, then any unambiguous prefix.
  Match<Menu> child(std::string_view word, const TreeView& who) const;
  Match<CommandSpec> command(std::string_view word, const TreeView& who) const;
  /// An argument of a command of this menu: its own ones, then the menu's properties where it takes them.
  Match<ArgumentSpec> argument(const CommandSpec& command, std::string_view word, const TreeView& who) const;
  /// A property by exact name, read-only ones included.
  const ArgumentSpec* property(std::string_view name, const Version& version) const;
  /// The property that names rows, if any.
  const ArgumentSpec* name_property(const Version& version) const;
};

class Schema {
 public:
  /// The shared tree; parsed at the first call (thread-safe), a few milliseconds.
  static const Schema& instance();
  /// Of texts in the format of menus.txt, which must outlive it; aborts on a malformed line.
  explicit Schema(std::span<const std::string_view> texts);
  ~Schema();
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  const Menu& root() const { return *root_; }
  /// By canonical path (`/ip/address`); nullptr if there is no such menu in any version.
  const Menu* find(std::string_view path) const;
  /// Every menu, the root first.
  std::span<const Menu* const> menus() const { return menus_; }

 private:
  struct Storage;
  std::unique_ptr<Storage> storage_;
  std::vector<const Menu*> menus_;
  const Menu* root_ = nullptr;
};

}  // namespace openstrat::ros
