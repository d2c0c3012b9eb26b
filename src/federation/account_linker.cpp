#include "federation/account_linker.hpp"

#include <algorithm>

#include "base/rng.hpp"
#include "db/database.hpp"
#include "federation/provider_store.hpp"
#include "federation/urls.hpp"
#include "identity/user_service.hpp"

namespace openstrat::federation {
namespace {

constexpr int kMostIdentities = 100;
constexpr int kConfirmationsAnHour = 3;

std::unexpected<Error> not_invited() {
  return fail(Errc::forbidden, "not_invited", "You have not been invited. Ask an administrator of your team to add you, with the address that you signed in with.");
}

Status check_address(const Provider& provider, const ExternalPerson& person) {
  switch (person.email_trust) {
    case EmailTrust::absent:
      return fail(Errc::forbidden, "email_missing", provider.name + " did not tell your e-mail address, which is needed to know who you are here.");
    case EmailTrust::unverified:
      return fail(Errc::forbidden, "email_unverified", provider.name + " does not vouch for your e-mail address. Confirm it there, then try again.");
    case EmailTrust::asserted:
    case EmailTrust::authoritative: break;
  }
  const auto& domains = provider.allowed_domains;
  if (!domains.empty() && std::ranges::find(domains, domain_of(person.email)) == domains.end()) return not_invited();
  return {};
}

/// The documented word for where an account came from.
std::string_view idp_word(ProviderType type) { return type == ProviderType::oidc ? "local" : to_string(type); }

}  // namespace

/// What stays the same over a decision, looked up before its transaction.
struct AccountLinker::Context {
  const Provider& provider;
  std::optional<Tenant> team;  ///< that people join: the provider's, or what the configuration names
  std::string team_name;
};

Result<AccountLinker::Context> AccountLinker::context_of(const Provider& provider) {
  Context out{provider, provider.team, ""};
  if (provider.team) {
    const auto team = deps_.users.find_team(*provider.team);
    if (!team) return fail(team.error());
    out.team_name = team->name;
  } else if (!provider.jit_team.empty()) {
    const auto team = deps_.users.find_team(provider.jit_team);
    if (!team) return fail(team.error());
    if (!*team) return fail(Errc::unavailable, "The team of the identity provider does not exist: " + provider.jit_team);
    out.team = Tenant{(*team)->id};
    out.team_name = (*team)->name;
  }
  return out;
}

Result<AccountLinker::Found> AccountLinker::find(const Provider& provider, const ExternalPerson& person, const identity::Origin& origin) {
  const auto known = deps_.database.write([&](db::Session& session) -> Result<std::optional<UserId>> {
    const auto identity = store::find_identity(session, provider.id, person.issuer, person.subject);
    if (!identity) return fail(identity.error());
    if (!*identity) return std::optional<UserId>{};
    const auto user = deps_.accounts.find(session, (*identity)->user_id);
    if (!user) return fail(user.error());
    if (user->status == identity::UserStatus::deleted) {  // who is invited again starts anew
      const auto removed = store::remove_identity(session, user->id, (*identity)->id);
      if (!removed) return fail(removed.error());
      return std::optional<UserId>{};
    }
    if (provider.team) {
      const auto member = deps_.provisioning.is_member(session, *provider.team, user->id);
      if (!member) return fail(member.error());
      if (!*member) return not_invited();
    }
    if (auto touched = store::touch_identity(session, (*identity)->id, person.email, deps_.clock.now()); !touched) return fail(touched.error());
    return std::optional<UserId>(user->id);
  });
  if (!known) return fail(known.error());
  if (*known) return Found{Found::Kind::known, **known, person.email};

  if (auto good = check_address(provider, person); !good) return fail(good.error());
  const auto context = context_of(provider);
  if (!context) return fail(context.error());
  if (person.email_trust == EmailTrust::asserted) return ask_mailbox(*context, person, origin);
  auto found = deps_.database.write([&](db::Session& session) { return apply(session, *context, person, origin); });
  if (found) record(found->kind == Found::Kind::provisioned ? "identity.provisioned" : "identity.linked", provider, person, found->user_id, origin);
  return found;
}

Result<AccountLinker::Found> AccountLinker::apply(db::Session& session, const Context& context, const ExternalPerson& person, const identity::Origin& origin) {
  const Provider& provider = context.provider;
  auto user = deps_.accounts.find(session, person.email);
  if (!user) return fail(user.error());
  if (*user && (*user)->status == identity::UserStatus::deleted) return not_invited();
  const bool is_new = !*user;
  if (is_new) {
    if (!provider.jit_provisioning) return not_invited();
    auto made = deps_.provisioning.create(session, person.email, person.name, idp_word(provider.type));
    if (!made) return fail(made.error());
    *user = *std::move(made);
  } else if (!(*user)->email_verified) {
    if ((*user)->password_hash)
      return fail(Errc::forbidden, "account_unverified",
                  "There is an account with your address, but the address was never confirmed. Choose a new password by mail first (forgotten password).");
    if (auto confirmed = deps_.accounts.set_verified(session, (*user)->id); !confirmed) return fail(confirmed.error());
  }
  if (context.team) {
    const auto member = deps_.provisioning.is_member(session, *context.team, (*user)->id);
    if (!member) return fail(member.error());
    if (!*member && provider.jit_provisioning) {
      if (auto added = deps_.provisioning.add_member(session, *context.team, (*user)->id, identity::SystemRole::viewer); !added) return fail(added.error());
    } else if (!*member && provider.team) {
      return not_invited();
    }
  }
  if (auto linked = insert_link(session, provider, person, (*user)->id); !linked) return fail(linked.error());
  if (!is_new) {
    if (auto told = tell_user(session, provider, **user, origin); !told) return fail(told.error());
  }
  return Found{is_new ? Found::Kind::provisioned : Found::Kind::linked, (*user)->id, person.email};
}

Result<AccountLinker::Found> AccountLinker::ask_mailbox(const Context& context, const ExternalPerson& person, const identity::Origin& origin) {
  const Provider& provider = context.provider;
  const Timestamp now = deps_.clock.now();
  const auto asked = deps_.database.write([&](db::Session& session) -> Status {
    if (!provider.jit_provisioning) {  // members only; says the same whether or not there is such a user
      const auto user = deps_.accounts.find(session, person.email);
      if (!user) return fail(user.error());
      if (!*user) return not_invited();
      const auto member = context.team ? deps_.provisioning.is_member(session, *context.team, (*user)->id) : Result<bool>(true);
      if (!member) return fail(member.error());
      if (!*member) return not_invited();
    }
    const auto may = store::count_confirmation(session, person.email, kConfirmationsAnHour, now);
    if (!may) return fail(may.error());
    if (!*may)
      return fail(Error(Errc::rate_limited, "too_many_attempts", "Several mails were sent to this address already. Open the newest, or wait an hour.")
                      .with_retry_after(std::chrono::hours(1)));
    const auto token = deps_.notes.seal(NoteKind::confirmation, {{"provider", provider.id}, {"issuer", person.issuer}, {"subject", person.subject},
                                                                 {"email", person.email}, {"name", person.name}});
    mail::Message message{.to = person.email, .template_name = "identity_confirmation", .customer_id = provider.team ? std::optional(provider.team->customer_id) : std::nullopt,
                          .useless_after = now + SealedNotes::life_of(NoteKind::confirmation)};
    message.fields.set("provider_name", provider.name).set("link", deps_.settings.auth_url + "/login/identity/confirm?token=" + token);
    message.fields.set("expires_at", to_iso8601(*message.useless_after));
    if (!context.team_name.empty()) message.fields.set("team_name", context.team_name);
    if (origin.ip) message.fields.set("address", *origin.ip);
    return deps_.mailer.send(session, message);
  });
  if (!asked) return fail(asked.error());
  return Found{Found::Kind::confirmation_sent, UserId(), person.email};
}

Result<AccountLinker::Question> AccountLinker::read_confirmation(std::string_view token) {
  const auto note = deps_.notes.open(NoteKind::confirmation, token);
  if (!note) return fail(Errc::unauthenticated, "ticket_invalid", "This link is not valid any more. Sign in again to get a new one.");
  const auto provider = deps_.providers.find_for_sign_in(note->text("provider").value_or(""));
  if (!provider) return fail(provider.error());
  if (!*provider || !(*provider)->enabled) return fail(Errc::unauthenticated, "ticket_invalid", "This way to sign in does not exist any more.");
  Question out{.provider = **provider, .person = {}, .team_name = ""};
  out.person = {.issuer = note->text("issuer").value_or(""), .subject = note->text("subject").value_or(""), .email = note->text("email").value_or(""),
                .email_trust = EmailTrust::authoritative, .name = note->text("name").value_or("")};  // the mailbox has answered
  const auto context = context_of(out.provider);
  if (!context) return fail(context.error());
  out.team_name = context->team_name;
  return out;
}

Result<AccountLinker::Found> AccountLinker::confirm(std::string_view token, const identity::Origin& origin) {
  const auto question = read_confirmation(token);
  if (!question) return fail(question.error());
  return find(question->provider, question->person, origin);
}

Result<AccountLinker::Found> AccountLinker::link(const Provider& provider, const ExternalPerson& person, UserId user, const identity::Origin& origin) {
  const auto found = deps_.database.write([&](db::Session& session) -> Result<Found> {
    const auto identity = store::find_identity(session, provider.id, person.issuer, person.subject);
    if (!identity) return fail(identity.error());
    if (*identity && (*identity)->user_id != user)
      return fail(Errc::conflict, "identity_taken", "This account of " + provider.name + " belongs to another user here.");
    if (*identity) return Found{Found::Kind::known, user, person.email};
    const auto me = deps_.accounts.find(session, user);
    if (!me) return fail(me.error());
    if (provider.team) {
      const auto member = deps_.provisioning.is_member(session, *provider.team, user);
      if (!member) return fail(member.error());
      if (!*member) return not_invited();
    }
    if (auto linked = insert_link(session, provider, person, user); !linked) return fail(linked.error());
    if (auto told = tell_user(session, provider, *me, origin); !told) return fail(told.error());
    return Found{Found::Kind::linked, user, person.email};
  });
  if (found && found->kind == Found::Kind::linked) record("identity.linked", provider, person, user, origin);
  return found;
}

Status AccountLinker::insert_link(db::Session& session, const Provider& provider, const ExternalPerson& person, UserId user) {
  const Timestamp now = deps_.clock.now();
  return store::insert_identity(session, {.id = IdentityId(uuid_v7(now, deps_.rng)), .provider_id = provider.id, .issuer = person.issuer,
                                          .subject = person.subject, .user_id = user, .email = person.email, .created_at = now, .last_used_at = now});
}

Status AccountLinker::tell_user(db::Session& session, const Provider& provider, const identity::User& user, const identity::Origin& origin) {
  mail::Message message{.to = user.email, .to_name = user.name, .template_name = "identity_linked", .locale = user.locale, .timezone = user.timezone};
  message.fields.set("provider_name", provider.name).set("changed_at", to_iso8601(deps_.clock.now()));
  message.fields.set("security_link", deps_.settings.portal_url + "/security");
  if (origin.ip) message.fields.set("address", *origin.ip);
  return deps_.mailer.send(session, message);
}

Result<std::vector<UserIdentity>> AccountLinker::identities_of(UserId user) {
  return deps_.database.read([&](db::Session& session) { return store::identities_of(session, user, kMostIdentities); });
}

Status AccountLinker::unlink(UserId user, IdentityId id, const identity::Origin& origin) {
  const auto identities = identities_of(user);
  if (!identities) return fail(identities.error());
  const auto found = std::ranges::find(*identities, id, &UserIdentity::id);
  if (found == identities->end()) return fail(Errc::not_found, "No such identity.");
  const auto other = deps_.providers.has_other_way_in(user, "", id);
  if (!other) return fail(other.error());
  if (!*other)
    return fail(Errc::conflict, "last_sign_in", "This is your only way to sign in. Choose a password, or add a passkey or another identity first.");
  const auto removed = deps_.database.write([&](db::Session& session) { return store::remove_identity(session, user, id); });
  if (!removed) return fail(removed.error());
  if (*removed) {
    Provider provider;
    provider.id = found->provider_id;
    record("identity.unlinked", provider, {.issuer = found->issuer, .subject = found->subject, .email = found->email}, user, origin);
  }
  return {};
}

Status AccountLinker::forget_user(UserId user) {
  return deps_.database.write([&](db::Session& session) { return store::remove_identities(session, user); });
}

Status AccountLinker::purge() {
  return deps_.database.write([&](db::Session& session) { return store::forget_confirmations(session, deps_.clock.now() - std::chrono::hours(2)); });
}

void AccountLinker::record(const char* event, const Provider& provider, const ExternalPerson& person, UserId user, const identity::Origin& origin) {
  const Attributes what{{"provider", provider.id}, {"issuer", person.issuer}, {"subject", person.subject}, {"email", person.email}};
  deps_.audit.record({.team_id = provider.team ? std::optional(provider.team->customer_id) : std::nullopt, .actor_kind = audit::ActorKind::user, .user_id = user,
                      .endpoint = event, .ip_address = origin.ip, .user_agent = origin.user_agent, .request_payload = what.to_json()});
}

}  // namespace openstrat::federation
