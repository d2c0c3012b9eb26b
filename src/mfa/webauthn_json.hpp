// What goes to navigator.credentials and what comes back, as JSON (Web Authentication level 3 §5.1, toJSON and parse…FromJSON).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace openstrat::mfa::webauthn {

struct Descriptor {
  std::string credential_id;  ///< bytes
  std::vector<std::string> transports;
};

struct CreationOptions {
  std::string rp_id, rp_name;
  std::string user_handle;    ///< bytes
  std::string user_name, user_display_name;
  std::string challenge;      ///< bytes
  std::vector<Descriptor> exclude;
};
std::string to_json(const CreationOptions& options);

struct RequestOptions {
  std::string rp_id;
  std::string challenge;      ///< bytes
  std::vector<Descriptor> allow;         ///< empty: whatever the browser knows
  bool must_verify_user = false;
};
std::string to_json(const RequestOptions& options);

/// All members are bytes, decoded from base64url; nothing is verified yet.
struct AttestationResponse {
  std::string credential_id;
  std::string client_data;         ///< JSON as the browser signed it
  std::string attestation_object;  ///< CBOR
  std::vector<std::string> transports;
  std::optional<bool> discoverable;
};
struct AssertionResponse {
  std::string credential_id;
  std::string client_data;
  std::string authenticator_data;
  std::string signature;
  std::optional<std::string> user_handle;
};
struct ClientData {
  std::string type;
  std::string challenge;           ///< bytes
  std::string origin;
  bool cross_origin = false;
};

// unauthenticated `passkey_invalid`, the message says what is wrong.
Result<AttestationResponse> parse_attestation(std::string_view json);
Result<AssertionResponse> parse_assertion(std::string_view json);
Result<ClientData> parse_client_data(std::string_view json);

}  // namespace openstrat::mfa::webauthn
