// What identity does once a night, on one node.
#pragma once

namespace openstrat::tasks {
class Queue;
}

namespace openstrat::identity {

class SigningKeys;
class TokenService;

/// Rotation of the signing key, ended sessions. Before the queue starts.
void register_tasks(tasks::Queue& queue, SigningKeys& keys, TokenService& tokens);

}  // namespace openstrat::identity
