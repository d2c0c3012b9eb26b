#include "mail/outbox.hpp"

#include "base/log.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "mail/capture.hpp"

namespace openstrat::mail {
namespace {

using mail_store::Ending;

constexpr const char* kSend = "mail.send";
constexpr const char* kPurge = "mail.purge";
constexpr int kRetriedAtOnce = 10'000;
constexpr std::string_view kField = "field:";

std::string sealed_as(const Uuid& id) { return "mail_outbox/" + id.to_string(); }

std::string to_json(const Message& message) {
  Attributes all{{"to", message.to}, {"to_name", message.to_name}, {"template", message.template_name}, {"locale", message.locale}, {"timezone", message.timezone}};
  for (const auto& [name, value] : message.fields.entries()) all.set(std::string(kField) + name, value);
  return all.to_json();
}

Result<Message> from_json(const std::string& json) {
  const auto all = Attributes::from_json(json);
  if (!all) return fail(all.error());
  const auto text = [&](std::string_view name) { return all->text(name).value_or(""); };
  Message message{.to = text("to"), .to_name = text("to_name"), .template_name = text("template"), .locale = text("locale"), .timezone = text("timezone")};
  for (const auto& [name, value] : all->entries())
    if (name.starts_with(kField)) message.fields.set(std::string_view(name).substr(kField.size()), value);
  return message;
}

/// Servers like to repeat the address; logs and tables do without.
std::string without_address(std::string text, const std::string& address) {
  for (auto at = text.find(address); at != std::string::npos; at = text.find(address, at)) text.replace(at, address.size(), "the recipient");
  return text;
}

}  // namespace

Outbox::Outbox(const Deps& deps)
    : deps_(deps), sent_(deps.metrics.counter("openstrat_mails_sent_total", "Mails that the SMTP server has taken")),
      captured_(deps.metrics.counter("openstrat_mails_captured_total", "Mails put into the capture mailbox")),
      failed_(deps.metrics.counter("openstrat_mails_failed_total", "Mails that were refused or given up")),
      deferred_(deps.metrics.counter("openstrat_mail_attempts_deferred_total", "Attempts to send a mail that will be repeated")),
      waiting_(deps.metrics.gauge("openstrat_mails_waiting", "Accepted mails that have not gone yet")) {}

std::string Outbox::recipient_hash(std::string_view address) const {
  const std::string_view key(reinterpret_cast<const char*>(deps_.recipient_key.data()), deps_.recipient_key.size());
  return crypto::hex(crypto::hmac_sha256(key, text::lower(address)));
}

Status Outbox::enqueue(db::Session& session, const Uuid& id, const std::optional<CustomerId>& customer) {
  return deps_.tasks.enqueue(session, {.kind = kSend, .payload = {{"id", id.to_string()}}, .unique_key = id.to_string(), .customer_id = customer});
}

Status Outbox::send(db::Session& session, const Message& message) {
  if (auto good = check(message); !good) return good;
  const Timestamp now = deps_.clock.now();
  const Uuid id = uuid_v7(now, deps_.rng);
  const auto added = mail_store::insert(session, {.id = id, .customer_id = message.customer_id, .template_name = message.template_name,
                                                  .recipient = recipient_hash(message.to), .unique_key = message.unique_key, .created_at = now,
                                                  .useless_after = message.useless_after, .sealed = deps_.secrets.seal(to_json(message), sealed_as(id))});
  if (!added) return fail(added.error());
  return *added ? enqueue(session, id, message.customer_id) : Status{};
}

Result<std::int64_t> Outbox::accepted_since(db::Session& session, std::string_view template_name, std::string_view to, Timestamp since) {
  return mail_store::count_since(session, recipient_hash(to), template_name, since);
}

void Outbox::register_tasks() {
  // A short lease: after a crash nobody waits long for a link. It is prolonged while a slow server takes its time.
  const tasks::Policy policy{.concurrency = 4, .max_attempts = kMaxAttempts, .lease = std::chrono::seconds(30),
                             .first_backoff = deps_.settings.first_retry, .max_backoff = std::chrono::hours(1)};
  deps_.tasks.handle(kSend, policy, [this](const tasks::Task& task) { return carry_out(task); });
  deps_.tasks.handle(kPurge, {}, [this](const tasks::Task&) {
    const Timestamp now = deps_.clock.now();
    return deps_.database.write([&](db::Session& session) { return mail_store::purge(session, now - kRemembered, now - CaptureMailbox::kKept); });
  });
  deps_.tasks.schedule("purge mails", "41 3 * * *", kPurge, {});
}

Result<Letter> Outbox::letter_of(const Uuid& id, const mail_store::Waiting& row) {
  const auto json = deps_.secrets.open(row.sealed, sealed_as(id));
  if (!json) return fail(Errc::invalid, "the mail was sealed under another key");
  const auto message = from_json(*json);
  if (!message) return fail(message.error());
  return letter_of(id, *message);
}

Result<Letter> Outbox::letter_of(const Uuid& id, const Message& message) {
  auto letter = deps_.composer.compose(message);
  if (!letter) return fail(letter.error());
  letter->message_id = id.to_string() + letter->from.substr(letter->from.rfind('@'));
  letter->date = deps_.clock.now();
  return letter;
}

Status Outbox::send_now(const Message& message) {
  const auto letter = letter_of(uuid_v7(deps_.clock.now(), deps_.rng), message);
  if (!letter) return fail(letter.error());
  return deps_.transport.deliver(*letter);
}

Status Outbox::carry_out(const tasks::Task& task) {
  const auto id = Uuid::parse(task.payload.text("id").value_or(""));
  if (!id) return fail(Errc::internal, "a task without a mail");
  const bool captures = deps_.settings.captures();
  const Ending delivered_as = captures ? Ending::captured : Ending::sent;
  if (handed_over_.lock()->contains(*id)) return finish(*id, delivered_as);

  const auto row = deps_.database.read([&](db::Session& session) { return mail_store::find_waiting(session, *id); });
  if (!row) return fail(row.error());
  if (!*row) return {};
  if ((*row)->useless_after && *(*row)->useless_after < deps_.clock.now()) return finish(*id, Ending::expired);
  const auto letter = letter_of(*id, **row);
  if (!letter) return give_up(*id, (*row)->template_name, letter.error().message());

  const Status delivered = deps_.transport.deliver(*letter);
  if (delivered) {
    handed_over_.lock()->insert(*id);
    (captures ? captured_ : sent_).add();
    log::info(captures ? "mail captured" : "mail sent", {{"mail", id->to_string()}, {"template", (*row)->template_name}});
    return finish(*id, delivered_as);
  }
  const std::string error = without_address(delivered.error().message(), letter->to);
  if (delivered.error().code() == Errc::invalid) return give_up(*id, (*row)->template_name, error);
  if (task.attempt >= kMaxAttempts) return give_up(*id, (*row)->template_name, "given up after " + std::to_string(task.attempt) + " attempts: " + error);
  deferred_.add();
  if (auto noted = deps_.database.write([&](db::Session& session) { return mail_store::note_error(session, *id, error); }); !noted) return noted;
  return fail(delivered.error().code(), delivered.error().reason(), error);
}

Status Outbox::finish(const Uuid& id, Ending ending, const std::string& error) {
  const auto now = deps_.clock.now();
  auto done = deps_.database.write([&](db::Session& session) { return mail_store::finish(session, id, ending, now, error); });
  if (done) handed_over_.lock()->erase(id);
  return done;
}

Status Outbox::give_up(const Uuid& id, const std::string& template_name, const std::string& error) {
  failed_.add();
  log::warning("mail failed", {{"mail", id.to_string()}, {"template", template_name}, {"error", error}});
  return finish(id, Ending::failed, error);
}

Status Outbox::sample() {
  const auto count = deps_.database.read([](db::Session& session) { return mail_store::count_waiting(session); });
  if (!count) return fail(count.error());
  waiting_.set(static_cast<double>(*count));
  return {};
}

Result<std::vector<Outbox::FailedMail>> Outbox::failed(int limit) {
  const auto rows = deps_.database.read([&](db::Session& session) { return mail_store::failed(session, limit); });
  if (!rows) return fail(rows.error());
  std::vector<FailedMail> mails;
  for (const auto& row : *rows) {
    const auto json = deps_.secrets.open(row.sealed, sealed_as(row.id));
    const auto message = json ? from_json(*json) : Result<Message>(Message{});
    mails.push_back({.id = row.id, .template_name = row.template_name, .to = message ? message->to : "", .accepted_at = row.created_at, .error = row.error});
  }
  return mails;
}

Result<int> Outbox::retry_failed() {
  return deps_.database.write([&](db::Session& session) -> Result<int> {
    const auto rows = mail_store::failed(session, kRetriedAtOnce);
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows) {
      if (auto waiting = mail_store::wait_again(session, row.id); !waiting) return fail(waiting.error());
      if (auto queued = enqueue(session, row.id, std::nullopt); !queued) return fail(queued.error());
    }
    return static_cast<int>(rows->size());
  });
}

}  // namespace openstrat::mail
