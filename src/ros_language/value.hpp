// Values of the RouterOS scripting language: small, cheap to copy, immutable when shared.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace openstrat::ros {

class Array;
struct Code;

/// What `:typeof` tells apart. `nil` is "looked for, absent"; `nothing` is "never set".
enum class Type : std::uint8_t {
  nothing, nil, num, boolean, str, ip, ip_prefix, ip6, ip6_prefix, time, id, array, code, op
};
std::string_view type_name(Type type);

struct Ip4 {
  std::uint32_t bits = 0;  ///< host order
  bool operator==(const Ip4&) const = default;
};
struct Ip4Prefix {
  std::uint32_t bits = 0;
  std::uint8_t length = 32;
  bool operator==(const Ip4Prefix&) const = default;
};
struct Ip6 {
  std::array<std::uint8_t, 16> bytes{};
  bool operator==(const Ip6&) const = default;
};
struct Ip6Prefix {
  std::array<std::uint8_t, 16> bytes{};
  std::uint8_t length = 128;
  bool operator==(const Ip6Prefix&) const = default;
};
struct Time {
  std::int64_t ns = 0;
  bool operator==(const Time&) const = default;
};
/// Internal row number, `*1F`.
struct Id {
  std::uint64_t number = 0;
  bool operator==(const Id&) const = default;
};

/// One value. Copies share strings, arrays and code; nothing that is shared is ever changed.
class Value {
 public:
  Value() = default;  ///< nothing
  static Value nil() { return Value(Data(Nil{})); }
  static Value num(std::int64_t v) { return Value(Data(v)); }
  static Value boolean(bool v) { return Value(Data(v)); }
  static Value str(std::string text) { return Value(Data(std::make_shared<const std::string>(std::move(text)))); }
  static Value str(std::string_view text) { return str(std::string(text)); }
  static Value str(const char* text) { return str(std::string(text)); }
  static Value ip(Ip4 v) { return Value(Data(v)); }
  static Value ip_prefix(Ip4Prefix v) { return Value(Data(v)); }
  static Value ip6(Ip6 v) { return Value(Data(v)); }
  static Value ip6_prefix(Ip6Prefix v) { return Value(Data(v)); }
  static Value time(std::int64_t ns) { return Value(Data(Time{ns})); }
  static Value id(std::uint64_t number) { return Value(Data(Id{number})); }
  static Value array(Array items);
  static Value array(std::shared_ptr<const Array> items) { return Value(Data(std::move(items))); }
  static Value code(std::shared_ptr<const Code> body);

  Type type() const;
  bool is(Type type) const { return this->type() == type; }
  /// nothing or nil
  bool is_empty() const { return data_.index() <= 1; }

  // Each requires the matching type().
  std::int64_t as_num() const { return std::get<std::int64_t>(data_); }
  bool as_bool() const { return std::get<bool>(data_); }
  const std::string& as_str() const { return *std::get<StrRef>(data_); }
  Ip4 as_ip() const { return std::get<Ip4>(data_); }
  Ip4Prefix as_ip_prefix() const { return std::get<Ip4Prefix>(data_); }
  const Ip6& as_ip6() const { return std::get<Ip6>(data_); }
  const Ip6Prefix& as_ip6_prefix() const { return std::get<Ip6Prefix>(data_); }
  std::int64_t as_time_ns() const { return std::get<Time>(data_).ns; }
  std::uint64_t as_id() const { return std::get<Id>(data_).number; }
  const Array& as_array() const { return *std::get<ArrayRef>(data_); }
  const Code& as_code() const { return *std::get<CodeRef>(data_); }
  /// Code and op values share this.
  const std::shared_ptr<const Code>& code_ref() const { return std::get<CodeRef>(data_); }

  /// The array for changing in place: copies it first if anybody else holds it. Requires type() == array.
  Array& mutable_array();

  /// `:tostr`: also what `.` and `"$x"` insert. Arrays join with `;`.
  std::string to_text() const;
  /// As `/environment print` writes it: strings quoted, arrays as `{a=1; "x"}`.
  std::string to_quoted() const;
  /// Rough size in bytes, for the limits of a running script.
  std::size_t weight() const;

  /// Same type and same content; the language's `=` is compare_equal() of operators.hpp.
  bool operator==(const Value& other) const;

 private:
  struct Nil {
    bool operator==(const Nil&) const = default;
  };
  using StrRef = std::shared_ptr<const std::string>;
  using ArrayRef = std::shared_ptr<const Array>;
  using CodeRef = std::shared_ptr<const Code>;
  using Data = std::variant<std::monostate, Nil, std::int64_t, bool, StrRef, Ip4, Ip4Prefix, Ip6, Ip6Prefix, Time, Id,
                            ArrayRef, CodeRef>;
  explicit Value(Data data) : data_(std::move(data)) {}
  Data data_;
};

/// Unkeyed elements in insertion order, then keyed ones sorted by key: the order of `:foreach`, printing and `->index`.
class Array {
 public:
  using Keyed = std::map<std::string, Value, std::less<>>;

  void push(Value value);
  void set(std::string_view key, Value value);  ///< replaces or inserts
  /// Writes element `index` of the unkeyed ones, or the keyed one in that position; false if out of range.
  bool set_at(std::size_t index, Value value);
  bool erase(std::string_view key);
  bool erase_at(std::size_t index);

  const Value* find(std::string_view key) const;  ///< nullptr if absent
  const Value* at(std::size_t index) const;       ///< over both parts, linear in the keyed one; nullptr if out of range
  std::string_view key_at(std::size_t index) const;  ///< empty for an unkeyed element
  std::size_t size() const { return items_.size() + keyed_.size(); }
  bool empty() const { return items_.empty() && keyed_.empty(); }
  const std::vector<Value>& items() const { return items_; }
  const Keyed& keyed() const { return keyed_; }

  std::size_t weight() const { return weight_; }  ///< bytes, nested arrays counted each time they are reachable
  int depth() const { return depth_; }            ///< 1 for a flat array; never shrinks
  bool operator==(const Array& other) const { return items_ == other.items_ && keyed_ == other.keyed_; }

 private:
  void account(const Value* removed, const Value& added);
  std::vector<Value> items_;
  Keyed keyed_;
  std::size_t weight_ = 32;
  int depth_ = 1;
};

// ---- reading literals ---------------------------------------------------------------------------------------------

/// The typed value of a bare word (`10`, `1.2.3.4`, `1d2h`, `true`); nullopt if the word is just text.
/// Ids are not literals: `*1F` stays text here.
std::optional<Value> parse_literal(std::string_view word);
std::optional<Value> parse_num(std::string_view word);   ///< decimal or 0x…; saturates
std::optional<Value> parse_time(std::string_view word);
std::optional<Value> parse_ip(std::string_view word);    ///< ip with the short forms
std::optional<Value> parse_ip_prefix(std::string_view word);
std::optional<Value> parse_ip6(std::string_view word);
std::optional<Value> parse_ip6_prefix(std::string_view word);
std::optional<Value> parse_id(std::string_view word);    ///< `*1F`

std::string format_time(std::int64_t ns);        ///< `1d00:00:00`, `00:00:00.200`: scripts
std::string format_time_short(std::int64_t ns);  ///< `1w2d3h4m5s`: API, REST and exports
std::string format_ip(Ip4 ip);
std::string format_ip6(const Ip6& ip);
std::string format_id(std::uint64_t number);

}  // namespace openstrat::ros
