// The TLS side of a router's services.
#pragma once

#include <memory>
#include <string_view>

#include "sim/device/router.hpp"

struct ssl_ctx_st;

namespace openstrat::sim {

using TlsContext = std::shared_ptr<ssl_ctx_st>;

/// For `www-ssl` or `api-ssl`, by what its row in `/ip service` says: the configured certificate, one signed by itself in the name of a template, or
/// anonymous Diffie-Hellman when there is none. Made when first needed; a change of the row makes a new one.
TlsContext tls_context(Router& router, std::string_view service);

}  // namespace openstrat::sim
