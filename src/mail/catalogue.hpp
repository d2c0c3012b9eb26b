// The mails there are and the fields that each needs: one table, checked when a mail is accepted and when templates are loaded.
#pragma once

#include <span>
#include <string_view>

#include "mail/mail_service.hpp"

namespace openstrat::mail {

/// What a field may hold. Escaping is the template's matter; these are the rules beyond it.
enum class FieldKind {
  text,    ///< one line of ours: an address, a device
  name,    ///< one line that a stranger may have chosen: shown so that no mail program makes a link of it
  url,     ///< http or https
  time,    ///< to_iso8601(); shown in the recipient's zone
  number,  ///< whole
  choice,  ///< one of `words`; the template sees the flag `<field>_<word>`
};
enum class Presence { required, optional };

struct FieldRule {
  std::string_view name;
  FieldKind kind = FieldKind::text;
  std::string_view example;
  Presence presence = Presence::required;
  std::string_view words = {};  ///< of a choice, separated by spaces
};

struct MailRule {
  std::string_view name;
  std::string_view purpose;
  std::span<const FieldRule> fields;
};

std::span<const MailRule> catalogue();
const MailRule* find_rule(std::string_view name);

/// What Mailer::send refuses: an unknown template, a missing, unknown or wrong field, an address that is none.
Status check(const Message& message);
/// `name@host` that an envelope can carry: at most 254 bytes, no spaces, quotes, brackets or control characters.
bool is_address(std::string_view text);

}  // namespace openstrat::mail
