// What can be read, as tables over the router's configuration and facts. Nothing is kept per router: rows are listed when a request asks.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sim/device/router.hpp"
#include "sim/snmp/message.hpp"

namespace openstrat::sim::snmp {

/// One row while one request is answered.
struct MibRow {
  Oid index;
  FoundRow row = {};         ///< of the configuration, where the row is one
  std::uint64_t number = 0;  ///< or which of several things
};

/// `entry`.column.index. A group of scalars is a table with the one row `0`.
struct MibTable {
  Oid entry;
  std::vector<std::uint32_t> columns;  ///< ascending
  std::vector<MibRow> (*rows)(Router&);
  std::optional<Datum> (*cell)(Router&, const MibRow&, std::uint32_t column);  ///< nullopt: this router has no such value
};

std::vector<MibTable> standard_tables();  ///< mib-2
std::vector<MibTable> vendor_tables();    ///< enterprise 14988
/// All of them, in the order of their OIDs.
std::span<const MibTable> mib_tables();

/// The tree as one request sees it: rows of a table are listed once.
class MibView {
 public:
  explicit MibView(Router& router);

  /// The value, or the marker noSuchObject or noSuchInstance.
  Datum get(const Oid& name);
  /// The first variable behind `after`; version 1 has no 64-bit counters.
  std::optional<Variable> next(const Oid& after, bool counters64);

 private:
  const std::vector<MibRow>& rows(std::size_t table);
  std::optional<Variable> next_in(std::size_t table, const Oid& after, bool counters64);
  std::optional<Variable> next_in_column(std::size_t table, std::uint32_t column, const Oid* after_index, bool counters64);

  Router& router_;
  std::vector<std::optional<std::vector<MibRow>>> rows_;
};

/// The one row of a group of scalars.
std::vector<MibRow> scalar_row(Router& router);

/// Reads properties of one row as scripts would see them.
class RowValues {
 public:
  RowValues(Router& router, std::string_view menu, const FoundRow& row);
  std::string text(std::string_view property) const;  ///< empty: unset; lists with commas
  std::optional<std::int64_t> number(std::string_view property) const;
  bool flag(std::string_view property) const;

 private:
  Router& router_;
  const Menu* menu_;
  FoundRow row_;
};

/// An id as table index.
inline std::uint32_t index_of(RowId id) { return static_cast<std::uint32_t>(id); }
/// An id as INTEGER: great ones look negative.
inline Datum id_number(RowId id) { return Datum::integer(static_cast<std::int32_t>(id)); }
/// The interface of that name; 0: none.
RowId interface_id(const Router& router, std::string_view name);
/// Six bytes, or none.
std::string mac_bytes(std::string_view text);

}  // namespace openstrat::sim::snmp
