#include "mail/capture.hpp"

#include "base/attributes.hpp"
#include "base/secrets.hpp"
#include "db/database.hpp"
#include "mail/mail_store.hpp"

namespace openstrat::mail {
namespace {

std::string sealed_as(const Uuid& id) { return "mail_captured/" + id.to_string(); }

std::string to_json(const Letter& letter) {
  return Attributes{{"message_id", letter.message_id}, {"from_name", letter.from_name}, {"from", letter.from}, {"to_name", letter.to_name}, {"to", letter.to},
                    {"reply_to", letter.reply_to}, {"subject", letter.subject}, {"text", letter.text}, {"html", letter.html}}.to_json();
}

Result<CaptureMailbox::Mail> open(const SecretBox& secrets, const mail_store::Captured& row) {
  const auto json = secrets.open(row.sealed, sealed_as(row.id));
  if (!json) return fail(Errc::internal, "the captured mail " + row.id.to_string() + " was sealed under another key");
  const auto fields = Attributes::from_json(*json);
  if (!fields) return fail(fields.error());
  const auto text = [&](std::string_view name) { return fields->text(name).value_or(""); };
  return CaptureMailbox::Mail{row.id, row.captured_at,
                              {.message_id = text("message_id"), .date = row.captured_at, .from_name = text("from_name"), .from = text("from"),
                               .to_name = text("to_name"), .to = text("to"), .reply_to = text("reply_to"), .subject = text("subject"),
                               .text = text("text"), .html = text("html")}};
}

}  // namespace

Status CaptureMailbox::deliver(const Letter& letter) {
  const auto id = Uuid::parse(std::string_view(letter.message_id).substr(0, letter.message_id.find('@')));
  if (!id) return fail(Errc::invalid, "mail_refused", "the Message-ID does not begin with the mail's id");
  const mail_store::Captured row{.id = *id, .captured_at = clock_.now(), .sealed = secrets_.seal(to_json(letter), sealed_as(*id))};
  return database_.write([&](db::Session& session) { return mail_store::capture(session, row, kMost); });
}

Result<std::vector<CaptureMailbox::Mail>> CaptureMailbox::list(int limit) {
  const auto rows = database_.read([&](db::Session& session) { return mail_store::captured(session, limit); });
  if (!rows) return fail(rows.error());
  std::vector<Mail> mails;
  for (const auto& row : *rows) {
    auto mail = open(secrets_, row);
    if (!mail) return fail(mail.error());
    mails.push_back(std::move(*mail));
  }
  return mails;
}

Result<std::optional<CaptureMailbox::Mail>> CaptureMailbox::find(const Uuid& id) {
  const auto row = database_.read([&](db::Session& session) { return mail_store::find_captured(session, id); });
  if (!row) return fail(row.error());
  if (!*row) return std::optional<Mail>();
  auto mail = open(secrets_, **row);
  if (!mail) return fail(mail.error());
  return std::optional(std::move(*mail));
}

}  // namespace openstrat::mail
