// What identity does once a night, on one node.
#pragma once

namespace openstrat::tasks {
class Queue;
}

namespace openstrat::identity {

class AuditWriter;
class SigningKeys;
class TokenService;

/// Rotation of the signing key, ended sessions, retention and anchor of the audit log. Before the queue starts.
void register_tasks(tasks::Queue& queue, SigningKeys& keys, TokenService& tokens, AuditWriter& audit);

}  // namespace openstrat::identity
