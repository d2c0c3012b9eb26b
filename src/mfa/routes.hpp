#pragma once

namespace openstrat::http {
class Router;
}

namespace openstrat::mfa {

class CodeService;
class FactorService;
class PasskeyService;

/// The own second factors, and their reset by an administrator. The services must outlive the router.
void add_routes(http::Router& router, CodeService& codes, PasskeyService& passkeys, FactorService& factors);

}  // namespace openstrat::mfa
