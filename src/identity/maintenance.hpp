// What identity does once a night, on one node.
#pragma once

namespace openstrat::tasks {
class Queue;
}
namespace openstrat::mail {
class Mailer;
}

namespace openstrat::identity {

class CredentialCache;
class KeyService;
class MemberService;
class SigningKeys;
class TeamService;
class TokenService;

/// Rotation of the signing key, ended sessions, the feed of changes. Before the queue starts; everything must outlive it.
void register_tasks(tasks::Queue& queue, SigningKeys& keys, TokenService& tokens, CredentialCache& cache);
/// Users deleted long ago, expired invitations, keys that expire soon.
void register_team_tasks(tasks::Queue& queue, MemberService& members, TeamService& teams, KeyService& keys, mail::Mailer& mailer);

}  // namespace openstrat::identity
