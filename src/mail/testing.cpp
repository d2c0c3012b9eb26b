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
    const bool known = !message.unique_key.empty() && std::ranges::find(*mails, message.unique_key, &Message::unique_key) != mails->end();
    if (!known) mails->push_back(message);
  });
  return {};
}

std::vector<Message> KeptMails::all() const { return *mails_.lock(); }

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
