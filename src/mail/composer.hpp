// From a message (a template's name and fields) to a letter (subject, text, HTML).
#pragma once

#include "mail/catalogue.hpp"
#include "mail/mime.hpp"
#include "mail/settings.hpp"
#include "templates/library.hpp"

namespace openstrat::mail {

/// Thread-safe. Prefers `mail/NAME.LOCALE.html` (then the language alone) where an operator has put one.
class Composer {
 public:
  Composer(const templates::Library& library, const Settings& settings) : library_(library), settings_(settings) {}

  /// Everything but message_id and date. An error is a template's: it uses a name that the mail does not have.
  Result<Letter> compose(const Message& message) const;
  /// Whether every mail of the catalogue can be rendered: an operator's templates are tried at start, not when a mail is due.
  Status check_templates() const;

 private:
  Result<std::string> render(const Message& message, std::string_view ending, const templates::Fields& fields) const;

  const templates::Library& library_;
  const Settings& settings_;
};

/// `evil.example` → `evil. example`: mail programs make links of what looks like one.
std::string without_links(std::string_view name);
/// A message of this mail with the example of each field.
Message example(const MailRule& rule);

}  // namespace openstrat::mail
