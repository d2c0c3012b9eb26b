// Tokens and key sets as strangers send them: whatever comes, it is taken apart or refused, and nothing verifies by luck.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/jose.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openstrat;
  // The first line is a token, the rest a key set.
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(input.find('\n'), input.size());
  const auto token = jose::parse_token(input.substr(0, end));
  const auto keys = jose::KeySet::parse(input.substr(std::min(end + 1, input.size())));
  if (keys && token && keys->verify(*token) && !keys->has_key_for(*token)) std::abort();
  if (token) {
    if (jose::KeySet().verify(*token)) std::abort();
    (void)jose::check_claims(token->claims, {.issuer = "https://a.example", .audience = "b"}, Timestamp{});
    for (const char* name : {"exp", "aud", "email_verified", "iss"}) {
      (void)token->claims.time(name), (void)token->claims.texts(name), (void)token->claims.flag(name);
      (void)token->claims.object(name);
    }
    if (!jose::Claims::parse(token->claims.to_json())) std::abort();
  }
  return 0;
}
