#include "app/sign_in_parts.hpp"

#include "app/settings.hpp"
#include "base/crypto.hpp"
#include "identity/team_store.hpp"

namespace openstrat::app {

Result<std::optional<std::string>> TeamInvitations::invited(std::string_view token) {
  const auto invite = database_.read([&](db::Session& session) {
    return identity::team_store::find_invite_by_token(session, crypto::hex(crypto::sha256(token)));
  });
  if (!invite) return fail(invite.error());
  if (!*invite || (*invite)->expires_at <= clock_.now()) return std::optional<std::string>{};
  return std::optional<std::string>((*invite)->email);
}

SignInParts::SignInParts(Instance& i, const PublicUrls& urls, const Needs& n)
    : settings(sign_in_settings(i.config(), urls)),
      invitations(i.database(), i.clock()),
      notices({n.mailer, n.audit, n.signer, i.clock(), settings}),
      rules({i.database(), n.accounts, n.passwords, n.guard, n.policies}),
      email({i.database(), n.accounts, n.passwords, notices, n.guard, i.clock(), i.rng()}),
      passwords({i.database(), n.accounts, n.passwords, rules, notices, n.guard, i.clock(), i.rng()}),
      profile({i.database(), n.accounts, notices, i.clock()}),
      flow({i.database(), n.accounts, n.passwords, n.sessions, email, rules, notices, n.guard, n.factors, n.policies, i.clock(), i.rng()}),
      registration({i.database(), n.accounts, n.users, n.passwords, rules, notices, n.guard, &invitations, i.clock(), i.rng(), settings}) {}

}  // namespace openstrat::app
