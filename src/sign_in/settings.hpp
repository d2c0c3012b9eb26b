// What sign-in reads from the configuration (keys in docs/configuration.md), and the lives that are fixed.
#pragma once

#include <chrono>
#include <string>

namespace openstrat::sign_in {

enum class Registration { invite, open, closed };

struct Settings {
  Registration registration = Registration::invite;  ///< auth.registration
  std::string auth_url;                               ///< public_url.auth
};

inline constexpr std::chrono::minutes kTicketLife{10};
inline constexpr int kMostWrongCodes = 5;
inline constexpr std::chrono::hours kVerifyLinkLife{24};
inline constexpr std::chrono::minutes kPasswordLinkLife{60};
inline constexpr int kVerifyMailsPerHour = 3;
inline constexpr int kResetMailsPerHour = 5;

}  // namespace openstrat::sign_in
