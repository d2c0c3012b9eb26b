// Mails to people: accepted in the caller's transaction, rendered from a template and sent later by the task queue.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/attributes.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::mail {

/// One mail to one person. README.md lists the templates and the fields of each.
struct Message {
  std::string to;                         ///< one address, `name@host`
  std::string to_name;                    ///< how the greeting calls the person; may be empty
  std::string template_name;              ///< `verify_email`, `invitation`, …
  Attributes fields;                      ///< exactly those that the template declares; times as to_iso8601()
  std::string locale = "en";
  std::string timezone = "UTC";           ///< IANA; times are shown in it
  std::optional<CustomerId> customer_id;  ///< the team on whose behalf it is sent, if one
  std::string unique_key;                 ///< not empty: a second mail with this key is not sent, for as long as the first is remembered
  std::optional<Timestamp> useless_after; ///< not sent any more after this: its link would have expired
};

class Mailer {
 public:
  virtual ~Mailer() = default;
  /// Part of the caller's transaction: rolled back with it, sent once it has committed. Only checks and stores, so it is fast.
  /// invalid: not an address, control characters in a field, or fields other than the template declares.
  virtual Status send(db::Session& session, const Message& message) = 0;
  /// How many mails of this template to this address were accepted after `since` (at most 90 days ago), sent or not: for limits a person.
  virtual Result<std::int64_t> accepted_since(db::Session& session, std::string_view template_name, std::string_view to, Timestamp since) = 0;
};

}  // namespace openstrat::mail
