// Keys and certificates as PEM: made, signed, read. Knows no router.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace openstrat::sim {

/// What a template asks for, in a router's words.
struct CertificateWish {
  std::vector<std::pair<std::string_view, std::string>> subject;  ///< `C`, `CN`, …, in order; empty ones left out
  std::vector<std::string> alt_names;                             ///< `DNS:router.example`, `IP:192.0.2.1`, `email:…`
  std::vector<std::string> usages;                                ///< `key-cert-sign`, `tls-server`, …
  std::string digest = "sha256";
  int days = 365;
};

/// A key pair and its certificate.
struct Identity {
  std::string certificate;
  std::string key;  ///< empty: it belongs to somebody else
};

struct CertificateFacts {
  std::string issuer;         ///< `CN=ca`
  std::string subject;
  std::string common_name;
  std::vector<std::string> alt_names;
  std::string serial_number;  ///< hexadecimal
  std::string fingerprint;    ///< SHA-256, hexadecimal
  std::string skid;
  std::string akid;
  Timestamp valid_from;
  Timestamp valid_until;
  bool is_authority = false;
};

/// `2048`, `prime256v1`, …: a new private key; nullopt: there is no such size. Slow, and fit for any thread.
std::optional<std::string> make_private_key(std::string_view size);
bool is_key_size(std::string_view size);
/// The certificate of `key`, signed by `issuer` (empty certificate: by itself); nullopt if a wish cannot be met.
std::optional<std::string> sign_certificate(const CertificateWish& wish, const std::string& key, const Identity& issuer, Timestamp now, std::uint64_t serial);
std::optional<CertificateFacts> read_certificate(const std::string& pem);
bool key_fits(const std::string& key, const std::string& certificate);

/// What is in a file: certificates one by one, private keys without their passphrase.
struct PemContents {
  std::vector<std::string> certificates;
  std::vector<std::string> keys;
  int locked = 0;  ///< keys that the passphrase does not open
};
PemContents read_pem_file(const std::string& contents, const std::string& passphrase);
std::string encrypt_key(const std::string& key, const std::string& passphrase);
/// A PKCS #12 file.
std::string pack_identity(const Identity& identity, const std::string& name, const std::string& passphrase);

}  // namespace openstrat::sim
