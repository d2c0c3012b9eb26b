#include "mail/composer.hpp"

#include <utility>

#include "base/text.hpp"

namespace openstrat::mail {
namespace {

constexpr std::string_view kSubject = "Subject: ";
constexpr std::size_t kLongestSubject = 200;

std::string in_zone(std::string_view iso, const std::string& zone) {
  const std::string known = is_time_zone(zone) ? zone : "UTC";
  const auto time = parse_iso8601(iso);
  return time ? format_in_zone(*time, known, "%A, %e %B %Y, %H:%M") + " (" + known + ")" : "";
}

void add_choice(templates::Fields& fields, const FieldRule& rule, const std::string& value) {
  for (const auto word : text::split(rule.words, ' ')) fields.flag(std::string(rule.name) + "_" + std::string(word), word == value);
}

void add_field(templates::Fields& fields, const FieldRule& rule, const Message& message) {
  const auto text = message.fields.text(rule.name).value_or("");
  switch (rule.kind) {
    case FieldKind::text: case FieldKind::url: fields.text(rule.name, text); return;
    case FieldKind::name: fields.text(rule.name, without_links(text)); return;
    case FieldKind::time: fields.text(rule.name, text.empty() ? "" : in_zone(text, message.timezone)); return;
    case FieldKind::choice: add_choice(fields, rule, text); return;
    case FieldKind::number: {
      const auto number = message.fields.number(rule.name);
      fields.text(rule.name, number ? std::to_string(*number) : "");
      return;
    }
  }
  std::unreachable();
}

std::string with_single_gaps(std::string text) {
  for (auto at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n", at)) text.erase(at, 1);
  return std::string(text::trim(text)) + "\n";
}

bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; }

}  // namespace

std::string without_links(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name.substr(i).starts_with("://")) {
      out += ' ';
      i += 2;
      continue;
    }
    out += name[i];
    const bool joins = (name[i] == '.' || name[i] == '@') && i > 0 && i + 1 < name.size() && is_word(name[i - 1]) && is_word(name[i + 1]);
    if (joins) out += ' ';
  }
  return out;
}

Message example(const MailRule& rule) {
  Message message{.to = "ada@example.net", .to_name = "Ada Lovelace", .template_name = std::string(rule.name), .timezone = "Europe/Berlin"};
  for (const FieldRule& field : rule.fields) {
    if (field.kind == FieldKind::number) {
      message.fields.set(field.name, text::parse_int(field.example).value_or(0));
    } else {
      message.fields.set(field.name, std::string(field.example));
    }
  }
  return message;
}

Result<std::string> Composer::render(const Message& message, std::string_view ending, const templates::Fields& fields) const {
  std::string name = "mail/" + message.template_name;
  for (const auto& locale : {message.locale, message.locale.substr(0, 2)})
    if (library_.has(name + "." + locale + std::string(ending))) {
      name += "." + locale;
      break;
    }
  return ending == ".html" ? library_.render_html(name, fields) : library_.render_text(name, fields);
}

Result<Letter> Composer::compose(const Message& message) const {
  if (auto good = check(message); !good) return fail(good.error());
  templates::Fields fields;
  templates::add_brand(fields, settings_.brand);
  fields.text("to_name", without_links(message.to_name));
  for (const FieldRule& rule : find_rule(message.template_name)->fields) add_field(fields, rule, message);

  auto text = render(message, ".txt", fields);
  if (!text) return fail(text.error());
  const auto line_end = text->find('\n');
  if (!text->starts_with(kSubject) || line_end == std::string::npos)
    return fail(Errc::internal, "template mail/" + message.template_name + ".txt does not begin with a line `Subject: …`");
  std::string subject = text->substr(kSubject.size(), line_end - kSubject.size());
  if (text::length_utf8(subject) > kLongestSubject) subject = settings_.brand.name;
  fields.text("subject", subject);
  auto html = render(message, ".html", fields);
  if (!html) return fail(html.error());
  return Letter{.from_name = settings_.brand.name, .from = settings_.from, .to_name = message.to_name, .to = message.to, .reply_to = settings_.reply_to,
                .subject = subject, .text = with_single_gaps(text->substr(line_end)), .html = std::move(*html)};
}

Status Composer::check_templates() const {
  for (const MailRule& rule : catalogue())
    if (const auto letter = compose(example(rule)); !letter) return fail(letter.error());
  return {};
}

}  // namespace openstrat::mail
