#include "sim/device/host_keys.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <stdexcept>

#include "base/crypto.hpp"

namespace openstrat::sim {
namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;

std::string pem_of(EVP_PKEY* key) {
  const BioPtr out(BIO_new(BIO_s_mem()), BIO_free);
  if (key == nullptr || out == nullptr || PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) throw std::runtime_error("no host key could be made");
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

KeyPtr read_pem(const std::string& pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  return {PEM_read_bio_PrivateKey(in.get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr), EVP_PKEY_free};
}

HostKeyPair make_pair(int bits) {
  const KeyPtr rsa(EVP_RSA_gen(static_cast<unsigned>(bits)), EVP_PKEY_free);
  const KeyPtr ed25519(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
  return {pem_of(rsa.get()), pem_of(ed25519.get())};
}

/// A counted string of the SSH protocol.
std::string counted(std::string_view text) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(text.size() >> shift & 0xff);
  return out.append(text);
}

std::string counted_number(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return {};
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)) + 1, '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()) + 1);
  BN_free(number);
  if (bytes.size() > 1 && (static_cast<unsigned char>(bytes[1]) & 0x80) == 0) bytes.erase(0, 1);
  return counted(bytes);
}

std::string public_blob(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) return counted("ssh-rsa") + counted_number(key, OSSL_PKEY_PARAM_RSA_E) + counted_number(key, OSSL_PKEY_PARAM_RSA_N);
  std::string raw(32, '\0');
  std::size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &size);
  return counted("ssh-ed25519") + counted(raw);
}

std::string setting(const Router& router, std::string_view name) {
  const Row* record = router.config().record("/ip/ssh");
  const std::string* value = record == nullptr ? nullptr : record->find(name);
  return value == nullptr ? std::string() : *value;
}

}  // namespace

const std::shared_ptr<const HostKeyPair>& HostKeys::pair() {
  static const auto shared = std::make_shared<const HostKeyPair>(make_pair(2048));
  if (pair_ == nullptr) pair_ = shared;
  return pair_;
}

void HostKeys::regenerate() {
  const auto bits = parse_num(setting(router_, "host-key-size"));
  pair_ = std::make_shared<const HostKeyPair>(make_pair(bits ? static_cast<int>(std::clamp<std::int64_t>(bits->as_num(), 1024, kMostBits)) : 2048));
}

bool HostKeys::import(const std::string& pem) {
  const KeyPtr key = read_pem(pem);
  if (key == nullptr) return false;
  HostKeyPair changed = *pair();
  const int type = EVP_PKEY_get_base_id(key.get());
  if (type == EVP_PKEY_RSA) changed.rsa = pem_of(key.get());
  else if (type == EVP_PKEY_ED25519) changed.ed25519 = pem_of(key.get());
  else return false;
  pair_ = std::make_shared<const HostKeyPair>(std::move(changed));
  return true;
}

bool HostKeys::is_ed25519() const { return setting(router_, "host-key-type") == "ed25519"; }

std::string HostKeys::private_text() { return is_ed25519() ? pair()->ed25519 : pair()->rsa; }

std::string HostKeys::public_text() {
  const KeyPtr key = read_pem(private_text());
  return (is_ed25519() ? "ssh-ed25519 " : "ssh-rsa ") + crypto::base64(public_blob(key.get())) + "\n";
}

}  // namespace openstrat::sim
