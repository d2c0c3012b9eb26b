#include "sim/ssh/binding.hpp"

#include <libssh/libssh.h>
#include <libssh/server.h>

#include <utility>

#include "base/log.hpp"
#include "sim/device/host_keys.hpp"

namespace openstrat::sim {
namespace {

// What routers offer; strong-crypto leaves the newer half.
constexpr const char* kStrongKeyExchange = "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group14-sha256";
constexpr const char* kKeyExchange =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group14-sha256,diffie-hellman-group14-sha1";
constexpr const char* kStrongCiphers = "aes256-gcm@openssh.com,aes256-ctr";
constexpr const char* kCiphers = "aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr,aes256-cbc,aes192-cbc,aes128-cbc";
constexpr const char* kStrongMacs = "hmac-sha2-256,hmac-sha2-512";
constexpr const char* kMacs = "hmac-sha2-256,hmac-sha2-512,hmac-sha1";

/// The same key under one name per signature; old clients know only the last.
constexpr const char* kHostKeyAlgorithms = "rsa-sha2-512,rsa-sha2-256,ssh-rsa";

}  // namespace

std::string ssh_setting(const Router& router, std::string_view name, std::string_view otherwise) {
  const Row* record = router.config().record("/ip/ssh");
  const std::string* value = record == nullptr ? nullptr : record->find(name);
  return value == nullptr ? std::string(otherwise) : *value;
}

void SshBinding::Free::operator()(ssh_bind_struct* bind) const { ssh_bind_free(bind); }

ssh_bind_struct* SshBinding::get() {
  const bool strong = ssh_setting(router_, "strong-crypto", "no") == "yes";
  const auto pair = router_.extension<HostKeys>().pair();
  const std::string& pem = pair->rsa;
  const std::string wanted = (strong ? "strong " : "usual ") + pem;
  if (bind_ != nullptr && made_for_ == wanted) return bind_.get();
  ssh_key key = nullptr;
  bind_.reset(ssh_bind_new());
  if (bind_ == nullptr || ssh_pki_import_privkey_base64(pem.c_str(), nullptr, nullptr, nullptr, &key) != SSH_OK) {
    bind_.reset();
    return nullptr;
  }
  const bool process_config = false;  // nothing from /etc/ssh
  const std::pair<ssh_bind_options_e, const void*> settings[] = {
      {SSH_BIND_OPTIONS_PROCESS_CONFIG, &process_config},
      {SSH_BIND_OPTIONS_BANNER, "ROSSSH"},
      {SSH_BIND_OPTIONS_KEY_EXCHANGE, strong ? kStrongKeyExchange : kKeyExchange},
      {SSH_BIND_OPTIONS_CIPHERS_C_S, strong ? kStrongCiphers : kCiphers},
      {SSH_BIND_OPTIONS_CIPHERS_S_C, strong ? kStrongCiphers : kCiphers},
      {SSH_BIND_OPTIONS_HMAC_C_S, strong ? kStrongMacs : kMacs},
      {SSH_BIND_OPTIONS_HMAC_S_C, strong ? kStrongMacs : kMacs},
      {SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, kHostKeyAlgorithms},
      {SSH_BIND_OPTIONS_IMPORT_KEY, key}};  // the last one: it takes the key over
  for (const auto& [option, value] : settings) {
    if (ssh_bind_options_set(bind_.get(), option, value) == 0) continue;
    openstrat::log::error("a simulated router cannot offer SSH", {{"option", static_cast<int>(option)}, {"why", ssh_get_error(bind_.get())}});
    if (option != SSH_BIND_OPTIONS_IMPORT_KEY) ssh_key_free(key);
    bind_.reset();
    return nullptr;
  }
  made_for_ = wanted;
  return bind_.get();
}

}  // namespace openstrat::sim
