// The way of one request through the table: match, rate limit, authenticate, decode, handler, encode, audit, metrics.
// For .cpp files of this module.
#pragma once

#include "http/path_trie.hpp"
#include "http/router.hpp"

namespace openstrat::http {

void dispatch(const RouterHooks& hooks, const PathTrie& trie, Request request, Responder responder);

/// The request body as one JSON text for the audit log: secrets masked, other bodies as their size, at most 16 KiB.
std::string audit_payload(const Endpoint& endpoint, const Request& request);

}  // namespace openstrat::http
