#include "oidc/key_set.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/jose.hpp"

namespace openstrat::oidc {
namespace {

constexpr std::size_t kLongest = 16 * 1024;

/// `d` is the private part of RSA, EC and OKP keys, `k` a shared secret.
bool is_private(const boost::json::value& key) {
  return key.is_object() && (key.get_object().contains("d") || key.get_object().contains("k") || key.get_object().contains("p"));
}

}  // namespace

std::optional<std::string> complaint_about_key_set(std::string_view json) {
  if (json.empty()) return "is required with private_key_jwt";
  if (json.size() > kLongest) return "may have 16384 bytes";
  boost::system::error_code error;
  const auto value = boost::json::parse(json, error);
  if (error || !value.is_object()) return "must be a JWK Set: {\"keys\": […]}";
  const auto* keys = value.get_object().if_contains("keys");
  if (keys == nullptr || !keys->is_array()) return "must be a JWK Set: {\"keys\": […]}";
  if (std::ranges::any_of(keys->get_array(), is_private)) return "must hold public keys only; this private key is no longer secret, make a new one";
  const auto set = jose::KeySet::parse(json);
  if (!set || set->keys().empty()) return "holds no key that can be used: RSA of 2048 bits or more, EC P-256 or Ed25519";
  return std::nullopt;
}

}  // namespace openstrat::oidc
