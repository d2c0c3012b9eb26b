#include "federation/protocol.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace openstrat::federation {

std::string redirect_uri(const Settings& settings) { return settings.auth_url + "/callback"; }

std::string code_challenge(std::string_view verifier) {
  const auto digest = crypto::sha256(verifier);
  return crypto::base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string one_line(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string clean = text::to_clean_utf8(text);
  if (clean.size() > kLongest) {
    clean.resize(kLongest);
    while (!clean.empty() && !text::is_utf8(clean)) clean.pop_back();
    clean += "…";
  }
  return clean;
}

Error provider_unavailable(const Provider& provider, const Error& cause) {
  return {Errc::upstream, "provider_unavailable", provider.name + " cannot be reached at the moment: " + one_line(cause.message())};
}

Error provider_failed(const Provider& provider, std::string_view what) {
  return {Errc::upstream, "provider_failed", provider.name + " did not complete the sign-in: " + std::string(what)};
}

}  // namespace openstrat::federation
