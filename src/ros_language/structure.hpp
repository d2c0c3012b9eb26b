// The structural print: what was parsed, in prefix form, so that equal text proves equal precedence and scoping.
#pragma once

#include <string>

#include "ros_language/ast.hpp"

namespace openstrat::ros {

/// As a router writes it: `(evl /ip/address/addaddress=1.2.3.4/24;interface=ether1)`, `(+ 1 (* 2 3))`; arguments by
/// canonical name and sorted, statements joined by `;`.
std::string structure(const Script& script);
std::string structure(const Expr& expr);

}  // namespace openstrat::ros
