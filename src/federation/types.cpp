#include "federation/types.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace openstrat::federation {

std::string_view to_string(ProviderType type) {
  switch (type) {
    case ProviderType::google: return "google";
    case ProviderType::azure: return "azure";
    case ProviderType::github: return "github";
    case ProviderType::oidc: return "oidc";
  }
  std::unreachable();
}

std::optional<ProviderType> parse_provider_type(std::string_view text) {
  for (const auto type : {ProviderType::google, ProviderType::azure, ProviderType::github, ProviderType::oidc})
    if (to_string(type) == text) return type;
  return std::nullopt;
}

std::string domain_of(std::string_view email) {
  const auto at = email.rfind('@');
  return at == email.npos ? std::string() : text::lower(email.substr(at + 1));
}

bool is_domain(std::string_view domain) {
  if (domain.size() > 253 || domain.find('.') == domain.npos) return false;
  return std::ranges::all_of(text::split(domain, '.'), [](std::string_view label) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' && std::ranges::all_of(label, fits);
  });
}

}  // namespace openstrat::federation
