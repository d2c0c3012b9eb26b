#include "sign_in/second_factor_service.hpp"

#include <utility>

namespace openstrat::sign_in {

std::string_view to_string(Factor factor) {
  switch (factor) {
    case Factor::totp: return "totp";
    case Factor::recovery_code: return "recovery_code";
    case Factor::passkey: return "passkey";
  }
  std::unreachable();
}

}  // namespace openstrat::sign_in
