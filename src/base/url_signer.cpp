#include "base/url_signer.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace openstrat {
namespace {

std::string_view key_of(std::string_view parameter) { return parameter.substr(0, parameter.find('=')); }
std::string_view value_of(std::string_view parameter) {
  const auto equals = parameter.find('=');
  return equals == std::string_view::npos ? std::string_view() : parameter.substr(equals + 1);
}

std::string signature_of(const crypto::Key32& key, std::string_view path, std::vector<std::string_view> parameters) {
  std::ranges::stable_sort(parameters, {}, key_of);
  std::string covered(path);
  char separator = '?';
  for (const auto parameter : parameters) {
    covered += separator;
    covered += parameter;
    separator = '&';
  }
  const std::string_view key_bytes(reinterpret_cast<const char*>(key.data()), key.size());
  return crypto::hex(crypto::hmac_sha256(key_bytes, covered));
}

std::vector<std::string_view> parameters_of(std::string_view query) {
  if (query.empty()) return {};
  return text::split(query, '&');
}

}  // namespace

std::string UrlSigner::sign(std::string_view path_and_query, std::optional<Timestamp> expires) const {
  std::string url(path_and_query);
  const auto add = [&url](const std::string& parameter) {
    url += url.contains('?') ? '&' : '?';
    url += parameter;
  };
  if (expires) add("expires=" + std::to_string(to_unix_seconds(*expires)));
  const auto question = url.find('?');
  const std::string path = url.substr(0, question);
  const std::string query = question == std::string::npos ? "" : url.substr(question + 1);
  add("signature=" + signature_of(keys_.back(), path, parameters_of(query)));
  return url;
}

UrlSigner::Verdict UrlSigner::verify(std::string_view path, std::string_view query, Timestamp now,
                                     std::initializer_list<std::string_view> uncovered) const {
  std::vector<std::string_view> covered;
  std::optional<std::string_view> signature, expires;
  for (const auto parameter : parameters_of(query)) {
    const auto key = key_of(parameter);
    if (key == "signature") {
      if (signature) return Verdict::bad;
      signature = value_of(parameter);
      continue;
    }
    if (std::ranges::find(uncovered, key) != uncovered.end()) continue;
    if (key == "expires") expires = value_of(parameter);
    covered.push_back(parameter);
  }
  if (!signature) return Verdict::missing;
  const bool good = std::ranges::any_of(
      keys_, [&](const crypto::Key32& key) { return crypto::equal_constant_time(signature_of(key, path, covered), *signature); });
  if (!good) return Verdict::bad;
  if (expires) {
    const auto until = text::parse_int(*expires);
    if (!until || *until < to_unix_seconds(now)) return Verdict::expired;
  }
  return Verdict::good;
}

}  // namespace openstrat
