// What we give to a browser or a mailbox to get it back unchanged and unread: sealed, for one purpose, for a while.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/attributes.hpp"
#include "base/clock.hpp"

namespace openstrat {
class SecretBox;
}

namespace openstrat::federation {

enum class NoteKind {
  flow,          ///< cookie of a sign-in under way
  ticket,        ///< link or test: what the portal asked for, handed on to the browser
  confirmation,  ///< in a mail: the mailbox belongs to the person
};

class SealedNotes {
 public:
  SealedNotes(const SecretBox& secrets, const Clock& clock) : secrets_(secrets), clock_(clock) {}

  std::string seal(NoteKind kind, Attributes fields) const;  ///< base64url
  /// nullopt: of another kind, changed, or older than its kind may get.
  std::optional<Attributes> open(NoteKind kind, std::string_view text) const;
  static std::chrono::seconds life_of(NoteKind kind);

 private:
  const SecretBox& secrets_;
  const Clock& clock_;
};

}  // namespace openstrat::federation
