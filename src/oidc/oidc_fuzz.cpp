// What strangers send to the provider: queries, forms, redirect URIs, Authorization headers, client assertions, key sets. Nothing may crash,
// and what is accepted stays inside the rules.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/jose.hpp"
#include "oidc/form_tickets.hpp"
#include "oidc/key_set.hpp"
#include "oidc/parameters.hpp"
#include "oidc/redirect_uri.hpp"

namespace {

using namespace openstrat;
using namespace openstrat::oidc;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_parameters(std::string_view input) {
  const auto parsed = Parameters::parse(input);
  if (!parsed) return;
  // Printed and read again, it is the same: nothing can slip through the consent page.
  const auto again = Parameters::parse(encode_query(parsed->all()));
  if (encode_query(parsed->all()).size() <= Parameters::kLongest) require(again && again->all() == parsed->all());
  for (const auto& [name, value] : parsed->all()) {
    const std::string uri = with_query("https://app.example/cb?a=1", {{name, value}});
    require(uri.find_first_of("\r\n <>\"") == std::string::npos);
  }
}

void check_redirect(std::string_view input) {
  const bool fine = !complaint_about_redirect(input);
  const std::string registered[] = {"https://app.example/cb", "http://127.0.0.1/done"};
  const bool matches = is_registered_redirect(registered, input, true);
  if (matches) require(fine);
  if (fine) require(input.find_first_of("\r\n #\\") == std::string_view::npos && !origin_of(input).empty());
  if (matches && input.starts_with("https")) require(input == registered[0]);
}

void check_tokens(std::string_view input) {
  static const auto keys = jose::KeySet::parse(
      R"({"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
  if (const auto token = jose::parse_token(input)) {
    require(!keys->verify(*token));
    (void)jose::check_claims(token->claims, {.issuer = "x", .longest_life = std::chrono::seconds(600)}, from_unix_us(0));
  }
  (void)complaint_about_key_set(input);
  static const FormTickets tickets({1, 2, 3});
  require(!tickets.open(input, "fuzz", from_unix_us(0)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_parameters(input);
  check_redirect(input);
  check_tokens(input);
  return 0;
}
