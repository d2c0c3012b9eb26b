#include "base/attributes.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace openstrat {
namespace {

/// JSON has no words for NaN and infinities: they become null.
void append_json(std::string& out, const Attributes::Scalar& value) {
  struct Writer {
    std::string& out;
    void operator()(std::monostate) const { out += "null"; }
    void operator()(bool v) const { out += v ? "true" : "false"; }
    void operator()(std::int64_t v) const { out += std::to_string(v); }
    void operator()(double v) const { out += std::isfinite(v) ? boost::json::serialize(boost::json::value(v)) : "null"; }
    void operator()(const std::string& v) const { out += boost::json::serialize(boost::json::string_view(v)); }
  };
  std::visit(Writer{out}, value);
}

Result<Attributes::Scalar> to_scalar(boost::json::string_view name, const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return Attributes::Scalar();
    case boost::json::kind::bool_: return Attributes::Scalar(value.get_bool());
    case boost::json::kind::int64: return Attributes::Scalar(value.get_int64());
    case boost::json::kind::double_: return Attributes::Scalar(value.get_double());
    case boost::json::kind::string: return Attributes::Scalar(std::string(value.get_string()));
    case boost::json::kind::uint64: return invalid_field(std::string(name), "is larger than a signed 64-bit number");
    case boost::json::kind::array:
    case boost::json::kind::object: return invalid_field(std::string(name), "must not be an array or an object");
  }
  std::unreachable();
}

}  // namespace

Attributes& Attributes::set(std::string_view name, Scalar value) {
  const auto entry = std::ranges::find(entries_, name, &Entry::first);
  if (entry == entries_.end()) {
    entries_.emplace_back(std::string(name), std::move(value));
  } else {
    entry->second = std::move(value);
  }
  return *this;
}

const Attributes::Scalar* Attributes::find(std::string_view name) const {
  const auto entry = std::ranges::find(entries_, name, &Entry::first);
  return entry == entries_.end() ? nullptr : &entry->second;
}

std::optional<std::string> Attributes::text(std::string_view name) const {
  const Scalar* value = find(name);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? std::optional(*text) : std::nullopt;
}

std::optional<std::int64_t> Attributes::number(std::string_view name) const {
  const Scalar* value = find(name);
  const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
  return number ? std::optional(*number) : std::nullopt;
}

std::optional<bool> Attributes::flag(std::string_view name) const {
  const Scalar* value = find(name);
  const auto* flag = value ? std::get_if<bool>(value) : nullptr;
  return flag ? std::optional(*flag) : std::nullopt;
}

std::string Attributes::to_json() const {
  std::string out = "{";
  for (const auto& [name, value] : entries_) {
    if (out.size() > 1) out += ',';
    out += boost::json::serialize(boost::json::string_view(name));
    out += ':';
    append_json(out, value);
  }
  out += '}';
  return out;
}

Result<Attributes> Attributes::from_json(std::string_view json) {
  boost::json::error_code error;
  boost::json::parse_options options;
  options.max_depth = 2;  // a nested object is parsed, so that it can be named in the refusal; no deeper
  boost::json::monotonic_resource memory;
  const auto value = boost::json::parse({json.data(), json.size()}, error, &memory, options);
  if (error) return fail(Errc::malformed, "not a JSON object of scalars: " + error.message());
  const auto* object = value.if_object();
  if (!object) return fail(Errc::malformed, "not a JSON object");
  Attributes out;
  out.entries_.reserve(object->size());
  for (const auto& member : *object) {
    auto scalar = to_scalar(member.key(), member.value());
    if (!scalar) return std::unexpected(scalar.error());
    out.entries_.emplace_back(std::string(member.key()), std::move(*scalar));
  }
  return out;
}

}  // namespace openstrat
