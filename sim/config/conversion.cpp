#include "sim/config/conversion.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

#include <fmt/core.h>

#include "base/net.hpp"
#include "sim/lang/host.hpp"

namespace openstrat::sim {
namespace {

[[noreturn]] void no_match(const ArgumentSpec& property) {
  throw ScriptError(fmt::format("input does not match any value of {}", property.name));
}

[[noreturn]] void invalid(const ArgumentSpec& property) {
  throw ScriptError(fmt::format("invalid value for argument {}", property.name));
}

std::string stored_number(const ArgumentSpec& property, std::string_view text) {
  const auto value = parse_num(text);
  if (!value) invalid(property);
  const std::int64_t number = value->as_num();
  if (number < property.minimum || number > property.maximum) {
    throw ScriptError(
        fmt::format("value of {} out of range ({}..{})", property.name, property.minimum, property.maximum));
  }
  return std::to_string(number);
}

std::string stored_boolean(const ArgumentSpec& property, std::string_view text) {
  if (text != "yes" && text != "no") no_match(property);
  return std::string(text);
}

std::string stored_time(const ArgumentSpec& property, std::string_view text) {
  if (const auto seconds = parse_num(text)) return format_time_short(seconds->as_num() * 1'000'000'000);
  const auto time = parse_time(text);
  // Many properties take a word beside a time (`auto`, `none`, `received`); an ordinary word is kept, nonsense is not.
  if (!time) {
    const bool word = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
    if (!word) invalid(property);
    return std::string(text);
  }
  return format_time_short(time->as_time_ns());
}

std::string stored_ip(const ArgumentSpec& property, std::string_view text) {
  if (const auto short_form = parse_ip(text)) return format_ip(short_form->as_ip());
  const auto address = IpAddress::parse(text);
  if (!address) invalid(property);
  return address->to_string();
}

std::string stored_prefix(const ArgumentSpec& property, std::string_view text) {
  const auto cidr = Cidr::parse(text);
  if (!cidr) invalid(property);
  return cidr->to_string();
}

std::string stored_mac(const ArgumentSpec& property, std::string_view text) {
  const auto mac = MacAddress::parse(text);
  if (!mac) invalid(property);
  return mac->to_string();
}

template <class Names>
std::string only_match(const ArgumentSpec& property, std::string_view text, const Names& names, bool keep_unknown) {
  std::string found;
  int count = 0;
  for (const auto& name : names) {
    const std::string_view candidate = name;
    if (candidate == text) return std::string(candidate);
    if (text.empty() || !candidate.starts_with(text)) continue;
    found = candidate;
    ++count;
  }
  if (count == 1 && !keep_unknown) return found;
  if (keep_unknown) return std::string(text);
  if (count > 1) {
    throw ScriptError(fmt::format("ambiguous value of {}, more than one possible value matches input", property.name));
  }
  no_match(property);
}

std::string stored_reference(const ArgumentSpec& property, std::string_view text, const References& references,
                             bool keep_unknown) {
  std::vector<std::string> names(property.values.begin(), property.values.end());
  for (const std::string_view menu : property.references) {
    for (std::string& name : references.names_like(menu, text)) {
      if (text.starts_with('*')) return name;
      names.push_back(std::move(name));
    }
  }
  std::sort(names.begin(), names.end());  // the same interface may be reached through two menus
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return only_match(property, text, names, keep_unknown);
}

std::string stored_scalar(const ArgumentSpec& property, std::string_view text, const References& references,
                          const ConversionOptions& options) {
  switch (property.type) {
    case ArgType::number: return stored_number(property, text);
    case ArgType::boolean: return stored_boolean(property, text);
    case ArgType::ip: return stored_ip(property, text);
    case ArgType::prefix: return stored_prefix(property, text);
    case ArgType::address: return canonical_address(text);
    case ArgType::time: return stored_time(property, text);
    case ArgType::mac: return stored_mac(property, text);
    case ArgType::enumeration: return only_match(property, text, property.values, options.keep_unknown);
    case ArgType::reference: return stored_reference(property, text, references, options.keep_unknown);
    default: return std::string(text);
  }
}

std::string stored_one(const ArgumentSpec& property, std::string_view text, const References& references,
                       const ConversionOptions& options) {
  // An unset reference or a word that the default has is always right, whatever the type says.
  if (property.default_value && *property.default_value == text) return std::string(text);
  const bool negated = text.starts_with('!') && (property.negatable || property.type == ArgType::reference || property.is_list);
  const std::string stored = stored_scalar(property, negated ? text.substr(1) : text, references, options);
  return negated ? "!" + stored : stored;
}

void append_list(const ArgumentSpec& property, std::string_view text, const References& references,
                 const ConversionOptions& options, std::string& out) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (!out.empty()) out += ',';
    out += stored_one(property, text.substr(0, end), references, options);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// Whether the first…last addresses are exactly one prefix; its length, or -1.
int exact_prefix(std::uint32_t first, std::uint32_t last) {
  const std::uint32_t span = last - first;
  if (last < first || (span & (span + 1)) != 0) return -1;
  if ((first & span) != 0) return -1;
  return 32 - std::popcount(span);
}

Value typed(ArgType type, std::string_view text) {
  std::optional<Value> value;
  switch (type) {
    case ArgType::number: value = parse_num(text); break;
    case ArgType::ip:
      value = parse_ip(text);
      if (!value) value = parse_ip6(text);
      break;
    case ArgType::prefix:
    case ArgType::address: {
      // An address with host bits is no prefix of the language: it stays text.
      const auto cidr = Cidr::parse(text);
      if (cidr && text.find('/') == std::string_view::npos) value = cidr->address().is_v4() ? parse_ip(text) : parse_ip6(text);
      else if (cidr && cidr->network() == *cidr) value = cidr->address().is_v4() ? parse_ip_prefix(text) : parse_ip6_prefix(text);
      break;
    }
    case ArgType::time: value = parse_time(text); break;
    case ArgType::boolean:
    case ArgType::flag:
      if (text == "yes" || text == "true") value = Value::boolean(true);
      if (text == "no" || text == "false") value = Value::boolean(false);
      break;
    default: break;
  }
  return value ? *value : Value::str(text);
}

}  // namespace

std::string canonical_address(std::string_view text) {
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    const auto first = IpAddress::parse(text.substr(0, dash));
    const auto last = IpAddress::parse(text.substr(dash + 1));
    if (!first || !last || !first->is_v4() || !last->is_v4()) return std::string(text);
    const int length = exact_prefix(first->v4_value(), last->v4_value());
    if (length == 32) return first->to_string();
    return length < 0 ? std::string(text) : fmt::format("{}/{}", first->to_string(), length);
  }
  if (text.find('/') == std::string_view::npos) return std::string(text);
  const auto cidr = Cidr::parse(text);
  if (!cidr) return std::string(text);
  const bool host = cidr->prefix_length() == 32 && cidr->address().is_v4();
  return host ? cidr->address().to_string() : cidr->network().to_string();
}

std::string to_stored(const ArgumentSpec& property, const Value& value, const References& references,
                      const ConversionOptions& options) {
  if (value.is(Type::array)) {
    std::string out;
    const Array& items = value.as_array();
    for (std::size_t i = 0; i < items.size(); ++i) append_list(property, items.at(i)->to_text(), references, options, out);
    return out;
  }
  const bool yes_no = property.type == ArgType::boolean || property.type == ArgType::flag || property.type == ArgType::enumeration;
  if (yes_no && value.is(Type::boolean) && options.typed_booleans) return value.as_bool() ? "yes" : "no";
  const std::string text = value.to_text();
  if (!property.is_list) return stored_one(property, text, references, options);
  std::string out;
  append_list(property, text, references, options, out);
  return out;
}

Value to_value(const ArgumentSpec* property, std::string_view text) {
  if (property == nullptr) return Value::str(text);
  if (!property->is_list || text.empty()) return typed(property->type, text);
  Array items;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    items.push(typed(property->type, text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return Value::array(std::move(items));
}

}  // namespace openstrat::sim
