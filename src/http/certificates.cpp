#include "http/certificates.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include "base/net.hpp"
#include "base/rng.hpp"

namespace openstrat::http {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free>>;
using X509Ptr = std::unique_ptr<X509, Deleter<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Deleter<BN_free>>;

std::string openssl_reason() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return text.data();
}

BioPtr reader(std::string_view text) { return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string contents(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

X509Ptr leaf_of(std::string_view chain_pem) { return X509Ptr(PEM_read_bio_X509(reader(chain_pem).get(), nullptr, nullptr, nullptr)); }

/// An encrypted key would make OpenSSL ask at the terminal.
int no_password(char*, int, int, void*) { return -1; }

Result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::invalid, "cannot read " + path.string() + ": " + std::strerror(errno));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string name_text(const X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253);
  return contents(out.get());
}

Timestamp time_of(const ASN1_TIME* time) {
  std::tm utc{};
  ASN1_TIME_to_tm(time, &utc);
  return Timestamp(std::chrono::seconds(timegm(&utc)));
}

std::string ip_text(const ASN1_OCTET_STRING* address) {
  const unsigned char* data = ASN1_STRING_get0_data(address);
  std::array<std::uint8_t, 16> bytes{};
  const int size = ASN1_STRING_length(address);
  if (size == 4) return IpAddress::v4(static_cast<std::uint32_t>(data[0]) << 24 | data[1] << 16 | data[2] << 8 | data[3]).to_string();
  if (size != 16) return {};
  std::memcpy(bytes.data(), data, bytes.size());
  return IpAddress::from_bytes(bytes).to_string();
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  auto* const all = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
    if (name->type == GEN_DNS) {
      names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                         static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    } else if (name->type == GEN_IPADD) {
      names.push_back(ip_text(name->d.iPAddress));
    }
  }
  GENERAL_NAMES_free(all);
  return names;
}

std::string key_type_of(EVP_PKEY* key) {
  const std::string bits = std::to_string(EVP_PKEY_get_bits(key));
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) return "RSA-" + bits;
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) return "P-" + bits;
  const char* name = EVP_PKEY_get0_type_name(key);
  return name ? name : "unknown";
}

KeyPtr make_key(KeyType type) {
  return KeyPtr(type == KeyType::p256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048));
}

bool add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// `DNS:a.example,IP:192.0.2.1`. Names with other characters than a host name has are left out: this is OpenSSL's
/// configuration syntax.
std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    const bool is_address = IpAddress::parse(name).has_value();
    if (!is_address && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._*") != std::string::npos)
      continue;
    if (name.empty()) continue;
    if (!text.empty()) text += ',';
    text += (is_address ? "IP:" : "DNS:") + name;
  }
  return text.empty() ? "DNS:localhost" : text;
}

bool fill_in(X509* certificate, EVP_PKEY* key, const std::vector<std::string>& names, Timestamp now) {
  std::array<std::uint8_t, 16> serial;
  secure_rng().fill(serial);
  serial[0] = (serial[0] & 0x7F) | 0x40;  // positive, always 16 bytes
  const NumberPtr number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  const auto begin = to_unix_seconds(now) - 3600;
  std::string common_name = names.empty() ? "localhost" : names.front();
  common_name.resize(std::min<std::size_t>(common_name.size(), 64));
  X509_NAME* const subject = X509_get_subject_name(certificate);
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) &&
         X509_set_version(certificate, X509_VERSION_3) == 1 && ASN1_TIME_set(X509_getm_notBefore(certificate), begin) &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), begin + std::int64_t{10 * 365 + 2} * 24 * 3600) &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.data()),
                                    static_cast<int>(common_name.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature,keyEncipherment,keyCertSign") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, NID_subject_alt_name, alternative_names(names));
}

/// Complete or not at all: a temporary file that takes the name once it is on disk.
Status write_file(const std::filesystem::path& path, std::string_view text, mode_t mode) {
  const std::string temporary = path.string() + ".new";
  ::unlink(temporary.c_str());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  bool written = file >= 0;
  for (std::size_t done = 0; written && done < text.size();) {
    const auto count = ::write(file, text.data() + done, text.size() - done);
    written = count > 0;
    if (written) done += static_cast<std::size_t>(count);
  }
  written = written && ::fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) ::close(file);
  if (!written || ::rename(temporary.c_str(), path.c_str()) != 0)
    return fail(Errc::unavailable, "cannot write " + path.string() + ": " + std::strerror(written ? errno : reason));
  return {};
}

}  // namespace

Result<Certificate> load_certificate(const CertificateFiles& files) {
  auto chain = read_file(files.certificate);
  if (!chain) return std::unexpected(chain.error());
  auto key_text = read_file(files.key);
  if (!key_text) return std::unexpected(key_text.error());
  ERR_clear_error();
  const X509Ptr leaf = leaf_of(*chain);
  if (!leaf) return fail(Errc::invalid, files.certificate.string() + " holds no PEM certificate: " + openssl_reason());
  const KeyPtr key(PEM_read_bio_PrivateKey(reader(*key_text).get(), nullptr, no_password, nullptr));
  if (!key)
    return fail(Errc::invalid, files.key.string() + " holds no readable PEM private key (it must not be encrypted): " + openssl_reason());
  if (X509_check_private_key(leaf.get(), key.get()) != 1) {
    ERR_clear_error();
    return fail(Errc::invalid, "the key " + files.key.string() + " does not belong to the certificate " + files.certificate.string());
  }
  return Certificate{files.certificate.string(), std::move(*chain), std::move(*key_text)};
}

Result<CertificateInfo> inspect_certificate(std::string_view chain_pem) {
  ERR_clear_error();
  const X509Ptr leaf = leaf_of(chain_pem);
  if (!leaf) return fail(Errc::invalid, "not a PEM certificate: " + openssl_reason());
  CertificateInfo info;
  info.subject = name_text(X509_get_subject_name(leaf.get()));
  info.issuer = name_text(X509_get_issuer_name(leaf.get()));
  info.names = names_of(leaf.get());
  info.key_type = key_type_of(X509_get0_pubkey(leaf.get()));
  info.not_before = time_of(X509_get0_notBefore(leaf.get()));
  info.not_after = time_of(X509_get0_notAfter(leaf.get()));
  info.self_signed = X509_self_signed(leaf.get(), 0) == 1;
  return info;
}

Result<Certificate> make_self_signed(KeyType type, const std::vector<std::string>& names, Timestamp now) {
  ERR_clear_error();
  const KeyPtr key = make_key(type);
  const X509Ptr certificate(X509_new());
  if (!key || !certificate || !fill_in(certificate.get(), key.get(), names, now) ||
      X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0)
    return fail(Errc::internal, "cannot make a certificate: " + openssl_reason());
  const BioPtr chain(BIO_new(BIO_s_mem()));
  const BioPtr key_out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(chain.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return fail(Errc::internal, "cannot write a certificate: " + openssl_reason());
  return Certificate{"self-signed", contents(chain.get()), contents(key_out.get())};
}

Result<std::vector<CertificateFiles>> ensure_self_signed(const std::filesystem::path& directory,
                                                         const std::vector<std::string>& names, Timestamp now) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return fail(Errc::unavailable, "cannot create " + directory.string() + ": " + error.message());
  std::vector<CertificateFiles> all;
  for (const auto& [type, stem] : {std::pair{KeyType::p256, "self-signed-p256"}, std::pair{KeyType::rsa2048, "self-signed-rsa"}}) {
    const CertificateFiles files{directory / (std::string(stem) + ".crt"), directory / (std::string(stem) + ".key")};
    all.push_back(files);
    if (std::filesystem::exists(files.certificate, error) && std::filesystem::exists(files.key, error)) continue;
    const auto made = make_self_signed(type, names, now);
    if (!made) return std::unexpected(made.error());
    if (auto written = write_file(files.key, made->key_pem, 0600); !written) return std::unexpected(written.error());
    if (auto written = write_file(files.certificate, made->chain_pem, 0644); !written) return std::unexpected(written.error());
  }
  return all;
}

}  // namespace openstrat::http
