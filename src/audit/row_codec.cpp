#include "audit/row_codec.hpp"

#include <fmt/format.h>

#include <charconv>

// Fields in a fixed order, each as "<length>:<bytes>" or "-" for an absent one, behind the version of the order.

namespace openstrat::audit {
namespace {

constexpr std::string_view kVersion = "1;";

class Writer {
 public:
  Writer& text(std::string_view value) {
    out_ += std::to_string(value.size());
    out_ += ':';
    out_ += value;
    return *this;
  }
  Writer& number(std::int64_t value) { return text(std::to_string(value)); }
  Writer& optional(const std::optional<std::string>& value) {
    if (value) return text(*value);
    out_ += '-';
    return *this;
  }
  template <class Tag>
  Writer& id(const std::optional<Id<Tag>>& value) {
    return optional(value ? std::optional(value->to_string()) : std::nullopt);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_{kVersion};
};

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {
    if (rest_.starts_with(kVersion)) rest_.remove_prefix(kVersion.size());
    else good_ = false;
  }
  std::optional<std::string> optional() {
    if (rest_.starts_with('-')) return rest_.remove_prefix(1), std::nullopt;
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
    const auto prefix = static_cast<std::size_t>(end - rest_.data()) + 1;
    if (error != std::errc() || prefix > rest_.size() || *end != ':' || rest_.size() - prefix < size) return good_ = false, std::nullopt;
    std::string value(rest_.substr(prefix, size));
    rest_.remove_prefix(prefix + size);
    return value;
  }
  std::string text() {
    auto value = optional();
    good_ = good_ && value.has_value();
    return std::move(value).value_or("");
  }
  std::int64_t number() {
    const auto digits = text();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    good_ = good_ && error == std::errc() && end == digits.data() + digits.size();
    return value;
  }
  template <class TypedId>
  std::optional<TypedId> id() {
    const auto value = optional();
    auto parsed = value ? TypedId::parse(*value) : std::nullopt;
    good_ = good_ && parsed.has_value() == value.has_value();
    return parsed;
  }
  bool done() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::string encode_row(const log_store::Row& row) {
  const AuditEntry& e = row.entry;
  return Writer().text(row.log_id).number(row.ttl).id(e.team_id).text(to_string(e.actor_kind)).id(e.user_id).optional(e.name)
      .optional(e.email).optional(e.session_id).number(to_unix_us(e.event_time)).text(e.method).text(e.endpoint).number(e.status_code)
      .optional(e.ip_address).optional(e.user_agent).optional(e.frontend_page).optional(e.request_payload)
      .optional(e.response_payload).optional(e.note).text(e.request_id).take();
}

std::optional<log_store::Row> decode_row(std::string_view record) {
  Reader in(record);
  log_store::Row row;
  AuditEntry& e = row.entry;
  row.log_id = in.text();
  row.ttl = in.number();
  e.team_id = in.id<CustomerId>();
  const auto kind = parse_actor_kind(in.text());
  e.user_id = in.id<UserId>();
  for (auto* value : {&e.name, &e.email, &e.session_id}) *value = in.optional();
  e.event_time = from_unix_us(in.number());
  e.method = in.text();
  e.endpoint = in.text();
  e.status_code = static_cast<int>(in.number());
  for (auto* value : {&e.ip_address, &e.user_agent, &e.frontend_page, &e.request_payload, &e.response_payload, &e.note}) *value = in.optional();
  e.request_id = in.text();
  if (!in.done() || !kind) return std::nullopt;
  e.actor_kind = *kind;
  return row;
}

}  // namespace openstrat::audit
