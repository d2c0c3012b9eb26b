#include "mail/testing.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "db/session.hpp"
#include "mail/catalogue.hpp"

namespace openstrat::mail {

Status KeptMails::send(db::Session& session, const Message& message) {
  if (auto good = check(message); !good) return good;
  session.on_commit([this, message] {
    auto mails = mails_.lock();
    const auto same_key = [&](const Kept& kept) { return kept.message.unique_key == message.unique_key; };
    if (message.unique_key.empty() || std::ranges::none_of(*mails, same_key)) mails->push_back({clock_.now(), message});
  });
  return {};
}

Result<std::int64_t> KeptMails::accepted_since(db::Session&, std::string_view template_name, std::string_view to, Timestamp since) {
  return std::ranges::count_if(*mails_.lock(), [&](const Kept& kept) {
    return kept.at > since && kept.message.template_name == template_name && kept.message.to == to;
  });
}

std::vector<Message> KeptMails::all() const {
  std::vector<Message> messages;
  auto mails = mails_.lock();
  for (const Kept& kept : *mails) messages.push_back(kept.message);
  return messages;
}

std::vector<Message> KeptMails::to(std::string_view address) const {
  std::vector<Message> found = all();
  std::erase_if(found, [&](const Message& message) { return message.to != address; });
  return found;
}

Message KeptMails::newest(std::string_view template_name, std::string_view address) const {
  const auto mails = to(address);
  const auto found = std::find_if(mails.rbegin(), mails.rend(), [&](const Message& message) { return message.template_name == template_name; });
  if (found != mails.rend()) return *found;
  ADD_FAILURE() << "no mail '" << template_name << "' to " << address;
  return {};
}

std::string KeptMails::link(std::string_view template_name, std::string_view address) const {
  return newest(template_name, address).fields.text("link").value_or("");
}

void KeptMails::clear() { mails_.lock()->clear(); }

}  // namespace openstrat::mail
