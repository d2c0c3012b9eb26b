// Delimiter-separated text, as the router writes and reads it.
#include "sim/lang/encoding_dsv.hpp"

#include <algorithm>
#include <vector>

#include "sim/lang/host.hpp"

namespace openstrat::sim {
namespace {

using Row = std::vector<std::string>;

std::vector<std::string> pieces(std::string_view text, std::string_view delimiter) {
  std::vector<std::string> out;
  while (true) {
    const auto stop = text.find(delimiter);
    out.emplace_back(text.substr(0, stop));
    if (stop == std::string_view::npos) return out;
    text.remove_prefix(stop + delimiter.size());
  }
}

/// A table under construction: names of columns, then rows of as many cells.
struct Table {
  Row names;
  std::vector<std::vector<Value>> rows;

  std::size_t column(const std::string& name) {
    const auto known = std::find(names.begin(), names.end(), name);
    if (known != names.end()) return static_cast<std::size_t>(known - names.begin());
    names.push_back(name);
    return names.size() - 1;
  }
  void put(std::size_t row, std::size_t at, const Value& value) {
    if (rows.size() <= row) rows.resize(row + 1);
    if (rows[row].size() <= at) rows[row].resize(at + 1);
    rows[row][at] = value;
  }
};

Table columns_by_name(const Array& columns, bool any_size) {
  Table table;
  std::size_t length = 0;
  bool first = true;
  for (const auto& [name, column] : columns.keyed()) {
    const std::size_t at = table.column(name);
    const std::size_t size = column.is(Type::array) ? column.as_array().size() : 1;
    if (!first && size != length && !any_size) throw ScriptError("failure: array size mismatch");
    length = first ? size : std::max(length, size);
    first = false;
    for (std::size_t row = 0; row < size; ++row) table.put(row, at, column.is(Type::array) ? *column.as_array().at(row) : column);
  }
  return table;
}

Table rows_by_name(const Array& rows) {
  Table table;
  std::size_t number = 0;
  for (const Value& row : rows.items()) {
    if (!row.is(Type::array)) throw ScriptError("failure: dsv needs an array");
    for (const auto& [name, value] : row.as_array().keyed()) table.put(number, table.column(name), value);
    ++number;
  }
  return table;
}

Table plain_rows(const Array& rows) {
  Table table;
  const bool nested = std::any_of(rows.items().begin(), rows.items().end(), [](const Value& row) { return row.is(Type::array); });
  std::size_t number = 0;
  for (const Value& row : rows.items()) {
    if (!row.is(Type::array)) {  // elements that are no rows make one
      table.put(nested ? number++ : 0, nested || table.rows.empty() ? 0 : table.rows[0].size(), row);
      continue;
    }
    std::size_t at = 0;
    for (const Value& item : row.as_array().items()) table.put(number, at++, item);
    for (const auto& [name, item] : row.as_array().keyed()) table.put(number, at++, item);
    ++number;
  }
  return table;
}

}  // namespace

bool has_option(std::string_view options, std::string_view wanted) { return options.find(wanted) != std::string_view::npos; }

std::string write_dsv(const Value& value, const SerializeOptions& options, std::size_t max_bytes) {
  const std::string delimiter = options.delimiter.empty() ? "," : options.delimiter;
  if (!value.is(Type::array)) throw ScriptError("failure: dsv needs an array");
  const Array& array = value.as_array();
  Table table = !array.keyed().empty() ? columns_by_name(array, has_option(options.options, "ignore-size"))
                : has_option(options.options, "remap") ? rows_by_name(array)
                                                       : plain_rows(array);
  std::vector<std::size_t> order;
  if (!options.order.empty()) {
    for (const std::string& name : pieces(options.order, options.order.find(';') == std::string::npos ? "," : ";")) order.push_back(table.column(name));
  }
  std::string out;
  const auto line = [&](std::size_t width, const auto& cell) {
    for (std::size_t i = 0; i < width; ++i) {
      if (i != 0) out += delimiter;
      cell(order.empty() ? i : order[i]);
    }
    out += '\n';
    if (out.size() > max_bytes) throw ScriptError("value is too long");
  };
  const std::size_t named = order.empty() ? table.names.size() : order.size();
  if (named != 0) line(named, [&](std::size_t at) { out += table.names[at]; });
  for (const std::vector<Value>& row : table.rows) {
    line(named != 0 ? named : row.size(), [&](std::size_t at) {
      if (at >= row.size()) return;
      const std::string text = row[at].to_text();
      const bool wrap = (has_option(options.options, "wrap-strings") && row[at].is(Type::str)) || text.find(delimiter) != std::string::npos;
      out += wrap ? "\"" + text + "\"" : text;
    });
  }
  return out;
}

Value read_dsv(std::string_view text, const SerializeOptions& options) {
  const std::string delimiter = options.delimiter.empty() ? "," : options.delimiter;
  std::vector<Row> rows;
  while (!text.empty()) {  // lines end with LF, CR LF or CR
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    rows.push_back(pieces(text.substr(0, end), delimiter));
    text.remove_prefix(end);
    if (text.starts_with("\r\n")) text.remove_prefix(1);
    if (!text.empty()) text.remove_prefix(1);
  }
  const auto cell = [](const std::string& word) { return Value::str(word); };
  Array out;
  if (has_option(options.options, "plain")) {
    for (const Row& row : rows) {
      Array cells;
      for (const std::string& word : row) cells.push(cell(word));
      out.push(Value::array(std::move(cells)));
    }
    return Value::array(std::move(out));
  }
  const Row names = rows.empty() ? Row() : rows.front();
  if (has_option(options.options, "array")) {
    for (std::size_t i = 1; i < rows.size(); ++i) {
      Array cells;
      for (std::size_t at = 0; at < names.size() && at < rows[i].size(); ++at) cells.set(names[at], cell(rows[i][at]));
      out.push(Value::array(std::move(cells)));
    }
    return Value::array(std::move(out));
  }
  for (std::size_t at = 0; at < names.size(); ++at) {
    Array column;
    for (std::size_t i = 1; i < rows.size(); ++i) column.push(at < rows[i].size() ? cell(rows[i][at]) : Value::nil());
    out.set(names[at], Value::array(std::move(column)));
  }
  return Value::array(std::move(out));
}

}  // namespace openstrat::sim
