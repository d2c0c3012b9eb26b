// From a person at a provider to a user here: known by a link, found by the e-mail address, or made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/audit_service.hpp"
#include "federation/provider_service.hpp"
#include "federation/sealed_notes.hpp"
#include "federation/settings.hpp"
#include "federation/types.hpp"
#include "identity/account_service.hpp"
#include "identity/provisioning_service.hpp"
#include "identity/session_service.hpp"
#include "mail/mail_service.hpp"

namespace openstrat::federation {

/// Trust in an address decides:
/// authoritative → linked at once; asserted (whoever runs the provider could say anything) → the mailbox is asked once, by mail;
/// unverified or absent → refused. An account whose own address was never confirmed but has a password is not taken over: whoever
/// made it could be somebody else.
class AccountLinker {
 public:
  struct Dependencies {
    db::Database& database;
    ProviderService& providers;
    identity::AccountService& accounts;
    identity::Provisioning& provisioning;
    identity::UserService& users;
    mail::Mailer& mailer;
    audit::AuditLog& audit;
    const SealedNotes& notes;
    const Clock& clock;
    Rng& rng;
    const Settings& settings;
  };
  explicit AccountLinker(Dependencies dependencies) : deps_(dependencies) {}

  struct Found {
    enum class Kind { known, linked, provisioned, confirmation_sent };
    Kind kind = Kind::known;
    UserId user_id;        ///< not for confirmation_sent
    std::string email;
  };
  /// forbidden `not_invited`, `email_missing`, `email_unverified`, `account_unverified`; rate_limited `too_many_attempts`.
  Result<Found> find(const Provider& provider, const ExternalPerson& person, const identity::Origin& origin);
  /// The signed-in user adds the person. conflict `identity_taken` when it is somebody else's; forbidden `not_invited`.
  Result<Found> link(const Provider& provider, const ExternalPerson& person, UserId user, const identity::Origin& origin);

  /// What a mailed token asks, to show it; unauthenticated `ticket_invalid`.
  struct Question {
    Provider provider;
    ExternalPerson person;
    std::string team_name;
  };
  Result<Question> read_confirmation(std::string_view token);
  Result<Found> confirm(std::string_view token, const identity::Origin& origin);

  Result<std::vector<UserIdentity>> identities_of(UserId user);
  /// conflict `last_sign_in` when the user could not sign in any more.
  Status unlink(UserId user, IdentityId id, const identity::Origin& origin);
  Status forget_user(UserId user);  ///< who was deleted
  /// Forgets counts of confirmations that are too old to matter; once a day.
  Status purge();

 private:
  struct Context;
  Result<Context> context_of(const Provider& provider);
  Result<Found> apply(db::Session& session, const Context& context, const ExternalPerson& person, const identity::Origin& origin);
  Result<Found> ask_mailbox(const Context& context, const ExternalPerson& person, const identity::Origin& origin);
  Status insert_link(db::Session& session, const Provider& provider, const ExternalPerson& person, UserId user);
  Status tell_user(db::Session& session, const Provider& provider, const identity::User& user, const identity::Origin& origin);
  void record(const char* event, const Provider& provider, const ExternalPerson& person, UserId user, const identity::Origin& origin);

  Dependencies deps_;
};

}  // namespace openstrat::federation
