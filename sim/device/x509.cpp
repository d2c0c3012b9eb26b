#include "sim/device/x509.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>

#include "sim/device/openssl_handles.hpp"

namespace openstrat::sim {
namespace {

using openssl::Bio;
using openssl::Certificate;
using openssl::Freed;
using openssl::Key;

constexpr long kBackdateSeconds = 86'400;  ///< so that somebody whose clock is a little behind believes it
constexpr std::string_view kCurves[] = {"prime256v1", "secp384r1", "secp521r1"};
constexpr std::string_view kRsaSizes[] = {"1024", "1536", "2048", "4096"};

Bio reader(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string taken(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

int no_passphrase(char*, int, int, void*) { return 0; }

int given_passphrase(char* buffer, int size, int, void* passphrase) {
  const auto& text = *static_cast<const std::string*>(passphrase);
  const std::size_t length = std::min(text.size(), static_cast<std::size_t>(size));
  std::copy_n(text.begin(), length, buffer);
  return static_cast<int>(length);
}

Key key_of(const std::string& pem) { return Key(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, no_passphrase, nullptr)); }
Certificate certificate_of(const std::string& pem) { return Certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, no_passphrase, nullptr)); }

std::string pem_of(EVP_PKEY* key) {
  const Bio out(BIO_new(BIO_s_mem()));
  if (key == nullptr || PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) return {};
  return taken(out);
}

std::string pem_of(X509* certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  return PEM_write_bio_X509(out.get(), certificate) == 1 ? taken(out) : std::string();
}

struct Usage {
  std::string_view word;
  const char* openssl;
  bool extended = false;
};
constexpr Usage kUsages[] = {
    {"digital-signature", "digitalSignature"}, {"content-commitment", "nonRepudiation"}, {"key-encipherment", "keyEncipherment"}, {"data-encipherment", "dataEncipherment"},
    {"key-agreement", "keyAgreement"}, {"key-cert-sign", "keyCertSign"}, {"crl-sign", "cRLSign"}, {"encipher-only", "encipherOnly"}, {"decipher-only", "decipherOnly"},
    {"tls-server", "serverAuth", true}, {"tls-client", "clientAuth", true}, {"code-sign", "codeSigning", true}, {"email-protect", "emailProtection", true},
    {"timestamp", "timeStamping", true}, {"ocsp-sign", "OCSPSigning", true}, {"dvcs", "DVCS", true},
};

std::string usages_text(const CertificateWish& wish, bool extended) {
  std::string text;
  for (const Usage& usage : kUsages) {
    if (usage.extended == extended && std::ranges::find(wish.usages, usage.word) != wish.usages.end()) text.append(text.empty() ? "" : ",").append(usage.openssl);
  }
  return text;
}

/// Only kinds of names that say nothing about sections of a configuration file.
std::optional<std::string> alt_names_text(const CertificateWish& wish) {
  std::string text;
  for (const std::string& name : wish.alt_names) {
    const bool known = name.starts_with("DNS:") || name.starts_with("IP:") || name.starts_with("email:");
    if (!known || name.find_first_of(",\n\r") != std::string::npos) return std::nullopt;
    text.append(text.empty() ? "" : ",").append(name);
  }
  return text;
}

bool add_extension(X509* certificate, X509V3_CTX& context, int kind, const std::string& value) {
  if (value.empty()) return true;
  const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool extend(X509* made, X509* issuer, const CertificateWish& wish) {
  const auto alt_names = alt_names_text(wish);
  if (!alt_names) return false;
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, made, nullptr, nullptr, 0);
  const std::string usage = usages_text(wish, false);
  return add_extension(made, context, NID_basic_constraints, usage.contains("keyCertSign") ? "critical,CA:TRUE" : "") &&
         add_extension(made, context, NID_key_usage, usage.empty() ? usage : "critical," + usage) && add_extension(made, context, NID_ext_key_usage, usages_text(wish, true)) &&
         add_extension(made, context, NID_subject_key_identifier, "hash") && add_extension(made, context, NID_authority_key_identifier, "keyid") &&
         add_extension(made, context, NID_subject_alt_name, *alt_names);
}

constexpr std::string_view kLower = "0123456789abcdef";
constexpr std::string_view kUpper = "0123456789ABCDEF";

std::string hex(const unsigned char* bytes, std::size_t size, std::string_view digits = kLower) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text.append({digits[bytes[i] >> 4], digits[bytes[i] & 15]});
  return text;
}

std::string hex(const ASN1_OCTET_STRING* bytes) { return bytes == nullptr ? std::string() : hex(ASN1_STRING_get0_data(bytes), static_cast<std::size_t>(ASN1_STRING_length(bytes))); }

/// `C=LV,CN=ca`
std::string name_text(X509_NAME* name) {
  const Bio out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_SEP_COMMA_PLUS | ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_ESC_CTRL);
  return taken(out);
}

Timestamp time_of(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? Timestamp(std::chrono::seconds(timegm(&parts))) : Timestamp();
}

std::vector<std::string> alt_names_of(X509* certificate) {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>> all(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; all != nullptr && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const Bio out(BIO_new(BIO_s_mem()));
    if (GENERAL_NAME_print(out.get(), sk_GENERAL_NAME_value(all.get(), i)) != 1) continue;
    std::string name = taken(out);
    if (name.starts_with("IP Address:")) name.erase(2, std::string_view(" Address").size());
    names.push_back(std::move(name));
  }
  return names;
}

/// The blocks of a PEM text whose label ends in `what`.
std::vector<std::string> blocks_of(const std::string& text, std::string_view what) {
  constexpr std::string_view kBegin = "-----BEGIN ", kEnd = "-----END ";
  std::vector<std::string> blocks;
  for (std::size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at + 1)) {
    const std::size_t label_end = text.find("-----", at + kBegin.size());
    const std::size_t end = text.find(kEnd, at);
    const std::size_t close = end == std::string::npos ? end : text.find("-----", end + kEnd.size());
    if (label_end == std::string::npos || close == std::string::npos) break;
    if (std::string_view(text).substr(0, label_end).ends_with(what)) blocks.push_back(text.substr(at, close + 5 - at) + "\n");
  }
  return blocks;
}

void read_pkcs12(const std::string& contents, const std::string& passphrase, PemContents& found) {
  const std::unique_ptr<PKCS12, Freed<PKCS12_free>> pack(d2i_PKCS12_bio(reader(contents).get(), nullptr));
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  if (pack == nullptr || PKCS12_parse(pack.get(), passphrase.c_str(), &key, &certificate, &others) != 1) {
    if (pack != nullptr) ++found.locked;
    return;
  }
  const Key kept_key(key);
  const Certificate kept(certificate);
  if (certificate != nullptr) found.certificates.push_back(pem_of(certificate));
  if (key != nullptr) found.keys.push_back(pem_of(key));
  for (int i = 0; i < sk_X509_num(others); ++i) found.certificates.push_back(pem_of(sk_X509_value(others, i)));
  sk_X509_pop_free(others, X509_free);
}

}  // namespace

bool is_key_size(std::string_view size) {
  return std::ranges::find(kCurves, size) != std::end(kCurves) || std::ranges::find(kRsaSizes, size) != std::end(kRsaSizes);
}

std::optional<std::string> make_private_key(std::string_view size) {
  if (!is_key_size(size)) return std::nullopt;
  const bool curve = std::ranges::find(kCurves, size) != std::end(kCurves);
  const std::string text(size);
  const Key key(curve ? EVP_EC_gen(text.c_str()) : EVP_RSA_gen(static_cast<unsigned>(std::stoul(text))));
  std::string pem = pem_of(key.get());
  return pem.empty() ? std::nullopt : std::optional(std::move(pem));
}

std::optional<std::string> sign_certificate(const CertificateWish& wish, const std::string& key_pem, const Identity& issuer, Timestamp now, std::uint64_t serial) {
  const Key key = key_of(key_pem);
  const bool by_itself = issuer.certificate.empty();
  const Certificate signer = by_itself ? nullptr : certificate_of(issuer.certificate);
  const Key signing = by_itself ? nullptr : key_of(issuer.key);
  const Certificate made(X509_new());
  if (key == nullptr || made == nullptr || (!by_itself && (signer == nullptr || signing == nullptr))) return std::nullopt;
  X509* const certificate = made.get();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial);
  ASN1_TIME_set(X509_getm_notBefore(certificate), seconds - kBackdateSeconds);
  ASN1_TIME_set(X509_getm_notAfter(certificate), seconds + static_cast<long>(wish.days) * 86'400);
  X509_NAME* subject = X509_get_subject_name(certificate);
  for (const auto& [part, text] : wish.subject) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (X509_NAME_add_entry_by_txt(subject, std::string(part).c_str(), MBSTRING_UTF8, bytes, static_cast<int>(text.size()), -1, 0) != 1) return std::nullopt;
  }
  X509_set_issuer_name(certificate, by_itself ? subject : X509_get_subject_name(signer.get()));
  X509_set_pubkey(certificate, key.get());
  if (!extend(certificate, by_itself ? certificate : signer.get(), wish)) return std::nullopt;
  const EVP_MD* digest = EVP_get_digestbyname(wish.digest.c_str());
  if (X509_sign(certificate, by_itself ? key.get() : signing.get(), digest == nullptr ? EVP_sha256() : digest) <= 0) return std::nullopt;
  return pem_of(certificate);
}

std::optional<CertificateFacts> read_certificate(const std::string& pem) {
  const Certificate certificate = certificate_of(pem);
  if (certificate == nullptr) return std::nullopt;
  X509* const it = certificate.get();
  CertificateFacts facts;
  facts.issuer = name_text(X509_get_issuer_name(it));
  facts.subject = name_text(X509_get_subject_name(it));
  std::array<char, 256> name{};
  if (X509_NAME_get_text_by_NID(X509_get_subject_name(it), NID_commonName, name.data(), name.size()) > 0) facts.common_name = name.data();
  facts.alt_names = alt_names_of(it);
  const std::unique_ptr<BIGNUM, Freed<BN_free>> serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(it), nullptr));
  std::string number(serial == nullptr ? 0 : static_cast<std::size_t>(BN_num_bytes(serial.get())), '\0');
  if (!number.empty()) BN_bn2bin(serial.get(), reinterpret_cast<unsigned char*>(number.data()));
  facts.serial_number = hex(reinterpret_cast<const unsigned char*>(number.data()), number.size(), kUpper);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(it, EVP_sha256(), digest.data(), &size);
  facts.fingerprint = hex(digest.data(), size);
  facts.skid = hex(X509_get0_subject_key_id(it));
  facts.akid = hex(X509_get0_authority_key_id(it));
  facts.valid_from = time_of(X509_get0_notBefore(it));
  facts.valid_until = time_of(X509_get0_notAfter(it));
  facts.is_authority = X509_check_ca(it) > 0;
  return facts;
}

bool key_fits(const std::string& key_pem, const std::string& pem) {
  const Key key = key_of(key_pem);
  const Certificate certificate = certificate_of(pem);
  const bool fits = key != nullptr && certificate != nullptr && X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return fits;
}

PemContents read_pem_file(const std::string& contents, const std::string& passphrase) {
  PemContents found;
  for (std::string& block : blocks_of(contents, "CERTIFICATE")) {
    if (certificate_of(block) != nullptr) found.certificates.push_back(std::move(block));
  }
  for (const std::string& block : blocks_of(contents, "PRIVATE KEY")) {
    std::string given = passphrase;
    const Key key(PEM_read_bio_PrivateKey(reader(block).get(), nullptr, given_passphrase, &given));
    if (key == nullptr) ++found.locked;
    else found.keys.push_back(pem_of(key.get()));
  }
  if (contents.starts_with('\x30')) read_pkcs12(contents, passphrase, found);
  ERR_clear_error();
  return found;
}

std::string encrypt_key(const std::string& pem, const std::string& passphrase) {
  const Key key = key_of(pem);
  const Bio out(BIO_new(BIO_s_mem()));
  const auto* secret = reinterpret_cast<const unsigned char*>(passphrase.data());
  const bool written = key != nullptr && PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), reinterpret_cast<const char*>(secret), static_cast<int>(passphrase.size()), nullptr, nullptr) == 1;
  return written ? taken(out) : std::string();
}

std::string pack_identity(const Identity& identity, const std::string& name, const std::string& passphrase) {
  const Key key = key_of(identity.key);
  const Certificate certificate = certificate_of(identity.certificate);
  const std::unique_ptr<PKCS12, Freed<PKCS12_free>> pack(PKCS12_create(passphrase.c_str(), name.c_str(), key.get(), certificate.get(), nullptr, 0, 0, 0, 0, 0));
  const Bio out(BIO_new(BIO_s_mem()));
  return pack != nullptr && i2d_PKCS12_bio(out.get(), pack.get()) == 1 ? taken(out) : std::string();
}

}  // namespace openstrat::sim
