// A person's own account: address, password, verification. Each call is part of the caller's transaction, so that a mail or a ticket
// of another area is written together with the change.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "identity/profile_rules.hpp"
#include "identity/session_service.hpp"
#include "identity/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::identity {

class CredentialCache;

class AccountService {
 public:
  AccountService(CredentialCache& cache, const Clock& clock) : cache_(cache), clock_(clock) {}

  Result<std::optional<User>> find(db::Session& session, std::string_view normalised_email);
  Result<User> find(db::Session& session, UserId id);  ///< not_found
  /// conflict `already_exists` when the address is taken.
  Status add(db::Session& session, const User& user);
  /// Whether claim_first() may succeed: nobody has an account yet.
  Result<bool> is_unclaimed(db::Session& session);
  /// True for one caller only, while the installation has no user: who gets it makes the first account in this transaction.
  Result<bool> claim_first(db::Session& session);

  /// Newest first.
  Result<std::vector<std::string>> earlier_passwords(db::Session& session, UserId id, int count);
  enum class Forced { no, yes };  ///< yes: to be changed at the next sign-in
  Status set_password(db::Session& session, UserId id, const std::string& phc, Forced forced = Forced::no);
  /// The same password at another cost.
  Status replace_hash(db::Session& session, UserId id, const std::string& phc);
  /// Who was invited or unverified becomes active.
  Status set_verified(db::Session& session, UserId id);
  /// Verified at once. conflict `already_exists`.
  Status set_email(db::Session& session, UserId id, const std::string& normalised_email);

  Result<Member> profile(db::Session& session, UserId id);  ///< without roles; not_found
  /// invalid names every wrong field.
  Status change_profile(db::Session& session, UserId id, const ProfileChange& change);
  /// Ends the sessions with their tokens, but for one (`except` may be empty).
  Status end_sessions(db::Session& session, UserId id, std::string_view except);

  /// Whether the user has signed in before, and from this browser or address.
  struct Acquaintance { bool any = false, here = false; };
  Result<Acquaintance> acquaintance(db::Session& session, UserId id, const Origin& origin);
  /// The team that events about the user outside of a session are noted in: the first.
  Result<std::optional<TeamId>> first_team(db::Session& session, UserId id);

 private:
  CredentialCache& cache_;
  const Clock& clock_;
};

}  // namespace openstrat::identity
