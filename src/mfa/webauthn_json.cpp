#include "mfa/webauthn_json.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/crypto.hpp"

namespace openstrat::mfa::webauthn {
namespace {

namespace json = boost::json;

constexpr int kTimeoutMs = 300'000;  // as long as a challenge lives
constexpr std::size_t kLongestPart = 32 * 1024;
constexpr std::size_t kLongestCredentialId = 1023;  // §4, credential ID
constexpr std::string_view kTransports[] = {"ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"};

std::unexpected<Error> refuse(std::string message) { return fail(Errc::unauthenticated, "passkey_invalid", std::move(message)); }

json::array descriptors(const std::vector<Descriptor>& list) {
  json::array out;
  for (const auto& item : list) {
    json::object one{{"type", "public-key"}, {"id", crypto::base64url(item.credential_id)}};
    if (!item.transports.empty()) one["transports"] = json::value_from(item.transports);
    out.push_back(std::move(one));
  }
  return out;
}

Result<json::object> parse_object(std::string_view text, const char* what) {
  boost::system::error_code error;
  auto value = json::parse({text.data(), text.size()}, error);
  if (error || !value.is_object()) return refuse(std::string(what) + " is not a JSON object.");
  return std::move(value.get_object());
}

std::optional<std::string> text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

Result<std::string> bytes_at(const json::object& object, std::string_view name) {
  const auto text = text_at(object, name);
  if (!text) return refuse("The passkey's answer has no `" + std::string(name) + "`.");
  auto bytes = text->size() <= kLongestPart ? crypto::unbase64url(*text) : std::nullopt;
  if (!bytes) return refuse("`" + std::string(name) + "` is too long or not base64url.");
  return *std::move(bytes);
}

/// The parts that both kinds of answer have.
struct Envelope {
  json::object whole;
  const json::object* response = nullptr;
  std::string credential_id;
};

Status open(std::string_view text, Envelope& out) {
  auto whole = parse_object(text, "The passkey's answer");
  if (!whole) return fail(whole.error());
  out.whole = *std::move(whole);
  if (text_at(out.whole, "type") != "public-key") return refuse("The answer is not of a public-key credential.");
  const auto* response = out.whole.if_contains("response");
  if (response == nullptr || !response->is_object()) return refuse("The passkey's answer has no `response`.");
  out.response = &response->get_object();
  auto id = bytes_at(out.whole, "rawId");
  if (!id) return fail(id.error());
  if (id->empty() || id->size() > kLongestCredentialId) return refuse("The id of the passkey is empty or too long.");
  out.credential_id = *std::move(id);
  return {};
}

/// Hints only, so what we do not know is left out instead of refused.
std::vector<std::string> transports_of(const json::object& response) {
  std::vector<std::string> out;
  const auto* list = response.if_contains("transports");
  if (list == nullptr || !list->is_array()) return out;
  for (const auto& item : list->get_array()) {
    if (!item.is_string()) continue;
    const std::string_view word(item.get_string());
    if (std::ranges::find(kTransports, word) != std::end(kTransports) && std::ranges::find(out, word) == out.end()) out.emplace_back(word);
  }
  return out;
}

/// clientExtensionResults.credProps.rk
std::optional<bool> discoverable_of(const json::object& whole) {
  const json::object* at = &whole;
  for (const char* name : {"clientExtensionResults", "credProps"}) {
    const auto* next = at->if_contains(name);
    if (next == nullptr || !next->is_object()) return std::nullopt;
    at = &next->get_object();
  }
  const auto* rk = at->if_contains("rk");
  return rk != nullptr && rk->is_bool() ? std::optional(rk->get_bool()) : std::nullopt;
}

}  // namespace

std::string to_json(const CreationOptions& o) {
  json::array algorithms;
  for (const int algorithm : {-7, -8, -257}) algorithms.push_back(json::object{{"type", "public-key"}, {"alg", algorithm}});
  return json::serialize(json::object{
      {"rp", json::object{{"id", o.rp_id}, {"name", o.rp_name}}},
      {"user", json::object{{"id", crypto::base64url(o.user_handle)}, {"name", o.user_name}, {"displayName", o.user_display_name}}},
      {"challenge", crypto::base64url(o.challenge)},
      {"pubKeyCredParams", std::move(algorithms)},
      {"timeout", kTimeoutMs},
      {"excludeCredentials", descriptors(o.exclude)},
      {"authenticatorSelection", json::object{{"residentKey", "preferred"}, {"requireResidentKey", false}, {"userVerification", "preferred"}}},
      {"attestation", "none"},
      {"extensions", json::object{{"credProps", true}}}});
}

std::string to_json(const RequestOptions& o) {
  return json::serialize(json::object{{"rpId", o.rp_id},
                                      {"challenge", crypto::base64url(o.challenge)},
                                      {"timeout", kTimeoutMs},
                                      {"allowCredentials", descriptors(o.allow)},
                                      {"userVerification", o.must_verify_user ? "required" : "preferred"}});
}

Result<AttestationResponse> parse_attestation(std::string_view text) {
  Envelope envelope;
  if (auto done = open(text, envelope); !done) return fail(done.error());
  auto client_data = bytes_at(*envelope.response, "clientDataJSON");
  if (!client_data) return fail(client_data.error());
  auto attestation = bytes_at(*envelope.response, "attestationObject");
  if (!attestation) return fail(attestation.error());
  return AttestationResponse{.credential_id = std::move(envelope.credential_id), .client_data = *std::move(client_data),
                             .attestation_object = *std::move(attestation), .transports = transports_of(*envelope.response),
                             .discoverable = discoverable_of(envelope.whole)};
}

Result<AssertionResponse> parse_assertion(std::string_view text) {
  Envelope envelope;
  if (auto done = open(text, envelope); !done) return fail(done.error());
  AssertionResponse out{.credential_id = std::move(envelope.credential_id)};
  for (auto [name, member] : {std::pair("clientDataJSON", &out.client_data), {"authenticatorData", &out.authenticator_data}, {"signature", &out.signature}}) {
    auto bytes = bytes_at(*envelope.response, name);
    if (!bytes) return fail(bytes.error());
    *member = *std::move(bytes);
  }
  const auto* handle = envelope.response->if_contains("userHandle");
  if (handle == nullptr || handle->is_null()) return out;
  auto bytes = bytes_at(*envelope.response, "userHandle");
  if (!bytes) return fail(bytes.error());
  out.user_handle = *std::move(bytes);
  return out;
}

Result<ClientData> parse_client_data(std::string_view text) {
  auto object = parse_object(text, "The client data of the passkey");
  if (!object) return fail(object.error());
  auto challenge = bytes_at(*object, "challenge");
  if (!challenge) return fail(challenge.error());
  const auto* cross = object->if_contains("crossOrigin");
  return ClientData{.type = text_at(*object, "type").value_or(""), .challenge = *std::move(challenge),
                    .origin = text_at(*object, "origin").value_or(""),
                    .cross_origin = cross != nullptr && !(cross->is_bool() && !cross->get_bool())};
}

}  // namespace openstrat::mfa::webauthn
