// From HTTP to what the flows want to know.
#pragma once

#include "http/router.hpp"
#include "sign_in/browser_service.hpp"
#include "sign_in/dto.hpp"
#include "sign_in/guard_service.hpp"

namespace openstrat::sign_in {

BrowserHeaders browser_headers(const http::Request& request);
Attempt attempt_of(const http::Call& call, Attempt::Kind kind, std::string_view email, const FormSigns& signs = {});

}  // namespace openstrat::sign_in
