#include "sim/access/tls.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <map>
#include <stdexcept>
#include <string>

#include "base/log.hpp"
#include "sim/device/certificates.hpp"
#include "sim/device/openssl_handles.hpp"

namespace openstrat::sim {
namespace {

using openssl::Bio;
using openssl::Certificate;
using openssl::Key;

constexpr long kValidSeconds = 10L * 365 * 86'400;
constexpr long kBackdateSeconds = 86'400;  ///< so that a router whose clock runs a little ahead is believed

/// The key pair of a router, made once: certificates that are configured later are signed with it too.
struct TlsState {
  explicit TlsState(Router&) {}
  Key key;
  std::map<std::string, std::pair<std::string, TlsContext>, std::less<>> contexts;  ///< by service: which certificate, context
};

Certificate self_signed(EVP_PKEY* key, const std::string& common_name, Timestamp now) {
  Certificate certificate(X509_new());
  X509* const made = certificate.get();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  X509_set_version(made, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(made), static_cast<std::uint64_t>(seconds));
  ASN1_TIME_set(X509_getm_notBefore(made), seconds - kBackdateSeconds);
  ASN1_TIME_set(X509_getm_notAfter(made), seconds + kValidSeconds);
  X509_NAME* name = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.data()), static_cast<int>(std::min<std::size_t>(common_name.size(), 64)), -1, 0);
  X509_set_issuer_name(made, name);
  X509_set_pubkey(made, key);
  return X509_sign(made, key, EVP_sha256()) > 0 ? std::move(certificate) : nullptr;
}

std::string certificate_of(const Router& router, std::string_view service) {
  const FoundRow row = router.config().find_named("/ip/service", service);
  const std::string* name = row ? row.row->find("certificate") : nullptr;
  return name == nullptr || *name == "none" ? std::string() : *name;
}

std::string common_name(const Router& router, const std::string& certificate) {
  const FoundRow row = router.config().find_named("/certificate", certificate);
  const std::string* name = row ? row.row->find("common-name") : nullptr;
  return name == nullptr || name->empty() ? certificate : *name;
}

Bio reader(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

/// Tells a certificate from another one of the same name.
std::string mark_of(const Router& router, const std::string& certificate) {
  const FoundRow row = certificate.empty() ? FoundRow{} : router.config().find_named("/certificate", certificate);
  const std::string* fingerprint = row ? row.row->find("fingerprint") : nullptr;
  return fingerprint == nullptr ? certificate : certificate + "\n" + *fingerprint;
}

/// The key pair that was signed or imported under that name, with the authority's certificate behind it; false: there is none.
bool use_own(SSL_CTX* context, Router& router, const std::string& name) {
  const FoundRow row = router.config().find_named("/certificate", name);
  Certificates& certificates = router.extension<Certificates>();
  const Identity* own = row ? certificates.find(row.row->id) : nullptr;
  if (own == nullptr || own->key.empty()) return false;
  const Certificate certificate(PEM_read_bio_X509(reader(own->certificate).get(), nullptr, nullptr, nullptr));
  const Key key(PEM_read_bio_PrivateKey(reader(own->key).get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr || key == nullptr || SSL_CTX_use_certificate(context, certificate.get()) != 1 || SSL_CTX_use_PrivateKey(context, key.get()) != 1) return false;
  const std::string* authority = row.row->find("ca");
  const FoundRow above = authority == nullptr ? FoundRow{} : router.config().find_named("/certificate", *authority);
  const Identity* signer = above ? certificates.find(above.row->id) : nullptr;
  X509* chained = signer == nullptr ? nullptr : PEM_read_bio_X509(reader(signer->certificate).get(), nullptr, nullptr, nullptr);
  if (chained != nullptr && SSL_CTX_add_extra_chain_cert(context, chained) != 1) X509_free(chained);
  return true;
}

}  // namespace

TlsContext tls_context(Router& router, std::string_view service) {
  TlsState& state = router.extension<TlsState>();
  const std::string certificate = certificate_of(router, service);
  auto& [known_name, known] = state.contexts[std::string(service)];
  const std::string mark = mark_of(router, certificate);
  if (known != nullptr && known_name == mark) return known;
  TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (context == nullptr) throw std::runtime_error("TLS: no context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  bool fine = false;
  if (certificate.empty()) {  // TLS 1.3 has no anonymous suites
    SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_dh_auto(context.get(), 1);
    fine = SSL_CTX_set_cipher_list(context.get(), "ADH:@SECLEVEL=0") == 1;
  } else if (use_own(context.get(), router, certificate)) {
    fine = true;
  } else {
    if (state.key == nullptr) state.key.reset(EVP_EC_gen("P-256"));
    const Certificate made = state.key == nullptr ? nullptr : self_signed(state.key.get(), common_name(router, certificate), router.clock());
    fine = made != nullptr && SSL_CTX_use_certificate(context.get(), made.get()) == 1 && SSL_CTX_use_PrivateKey(context.get(), state.key.get()) == 1;
  }
  if (!fine) openstrat::log::warning("a simulated router has no working TLS", {{"service", service}, {"router", router.identity()}});
  known_name = mark;
  known = context;
  return context;
}

}  // namespace openstrat::sim
