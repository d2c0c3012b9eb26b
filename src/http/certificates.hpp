// Certificates of the TLS listeners: loading with clear errors, making self-signed ones, looking at expiry.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "http/server.hpp"

namespace openstrat {
class Rng;
}

namespace openstrat::http {

/// A chain and its key as PEM text, checked to belong together.
struct Certificate {
  std::string name;       ///< for messages: the file
  std::string chain_pem;  ///< leaf first
  std::string key_pem;
};

struct CertificateInfo {
  std::string subject;
  std::string issuer;
  std::vector<std::string> names;  ///< DNS names and addresses it is valid for
  std::string key_type;            ///< `P-256`, `RSA-2048`, …
  Timestamp not_before;
  Timestamp not_after;
  bool self_signed = false;
};

/// Reads both files; an error says which file is wrong and why. An expired certificate is not an error here.
Result<Certificate> load_certificate(const CertificateFiles& files);

/// The leaf of a PEM chain.
Result<CertificateInfo> inspect_certificate(std::string_view chain_pem);

enum class KeyType { p256, rsa2048 };

/// Valid from an hour ago for ten years, for host names and IP addresses.
Result<Certificate> make_self_signed(KeyType type, const std::vector<std::string>& names, Timestamp now);

/// Two self-signed certificates (P-256 and RSA-2048) in `directory`, made if they are absent; key files are 0600.
Result<std::vector<CertificateFiles>> ensure_self_signed(const std::filesystem::path& directory,
                                                         const std::vector<std::string>& names, Timestamp now);

}  // namespace openstrat::http
