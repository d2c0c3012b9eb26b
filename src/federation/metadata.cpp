#include "federation/metadata.hpp"

#include <algorithm>

#include "federation/protocol.hpp"
#include "federation/urls.hpp"

namespace openstrat::federation {
namespace {

constexpr std::size_t kMostEntries = 1000;

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

/// Where the discovery document lies.
std::string discovery_url(const Provider& provider, const Settings& settings) {
  constexpr const char* kPath = "/.well-known/openid-configuration";
  switch (provider.type) {
    case ProviderType::google: return settings.google_issuer + kPath;
    case ProviderType::azure: return settings.azure_authority + "/" + provider.directory + "/v2.0" + kPath;
    default: return without_slash(provider.issuer) + kPath;
  }
}

/// The document has to be of the issuer that was asked. Azure answers with the id of the tenant, or with a template for many.
bool is_issuer_of(const Provider& provider, const Settings& settings, const std::string& issuer) {
  switch (provider.type) {
    case ProviderType::google: return issuer == settings.google_issuer;
    case ProviderType::azure: {
      const std::string before = settings.azure_authority + "/", after = "/v2.0";
      if (!issuer.starts_with(before) || !issuer.ends_with(after) || issuer.size() < before.size() + after.size()) return false;
      const auto tenant = issuer.substr(before.size(), issuer.size() - before.size() - after.size());
      return Uuid::parse(tenant) || tenant == "{tenantid}";
    }
    default: return issuer == provider.issuer;
  }
}

bool names(const std::vector<std::string>& list, std::string_view word) { return std::ranges::find(list, word) != list.end(); }

}  // namespace

Result<jose::Claims> MetadataCache::get_json(const Provider& provider, const std::string& url, std::string_view what) {
  const auto answer = web_.send({.url = url, .headers = {{"Accept", "application/json"}}, .body = "", .named_by_operator = !provider.team});
  if (!answer) return fail(provider_unavailable(provider, answer.error()));
  if (answer->status != 200) return fail(provider_failed(provider, std::string(what) + " was answered with status " + std::to_string(answer->status) + "."));
  auto document = jose::Claims::parse(answer->body);
  if (!document) return fail(provider_failed(provider, std::string(what) + " is not a JSON object."));
  return *std::move(document);
}

Result<Metadata> MetadataCache::discover(const Provider& provider) {
  if (!provider.token_url.empty())
    return Metadata{.issuer = provider.issuer, .authorize_url = provider.authorize_url, .token_url = provider.token_url,
                    .userinfo_url = provider.userinfo_url, .jwks_url = provider.jwks_url};
  const auto document = get_json(provider, discovery_url(provider, settings_), "The discovery document");
  if (!document) return fail(document.error());
  Metadata out{.issuer = document->text("issuer").value_or(""), .authorize_url = document->text("authorization_endpoint").value_or(""),
               .token_url = document->text("token_endpoint").value_or(""), .userinfo_url = document->text("userinfo_endpoint").value_or(""),
               .jwks_url = document->text("jwks_uri").value_or("")};
  if (!is_issuer_of(provider, settings_, out.issuer)) return fail(provider_failed(provider, "the discovery document is of another issuer: " + one_line(out.issuer)));
  for (const auto& [name, url] : {std::pair("authorization_endpoint", &out.authorize_url), {"token_endpoint", &out.token_url},
                                  {"userinfo_endpoint", &out.userinfo_url}, {"jwks_uri", &out.jwks_url}}) {
    if (url->empty() && url == &out.userinfo_url) continue;
    const auto complaint = provider.team ? complaint_about_url(*url, settings_.allow_cidrs) : complaint_about_operator_url(*url);
    if (complaint) return fail(provider_failed(provider, std::string(name) + " of the discovery document " + *complaint + "."));
  }
  const auto methods = document->texts("token_endpoint_auth_methods_supported");
  out.secret_in_header = methods.empty() || names(methods, "client_secret_basic");
  out.sends_issuer = document->flag("authorization_response_iss_parameter_supported").value_or(false);
  return out;
}

Result<Metadata> MetadataCache::metadata(const Provider& provider) {
  const std::string key = key_of(provider);
  {
    auto entries = entries_.lock();
    const auto found = entries->find(key);
    if (found != entries->end() && found->second.metadata && clock_.monotonic() - found->second.metadata_at < kKeep) return *found->second.metadata;
  }
  auto fresh = discover(provider);
  if (!fresh) return fresh;
  auto entries = entries_.lock();
  if (entries->size() >= kMostEntries) entries->clear();
  Entry& entry = (*entries)[key];
  entry.metadata = *fresh;
  entry.metadata_at = clock_.monotonic();
  return fresh;
}

Result<jose::KeySet> MetadataCache::keys_for(const Provider& provider, const Metadata& metadata, const jose::Token& token) {
  const std::string key = key_of(provider);
  {
    auto entries = entries_.lock();
    const auto found = entries->find(key);
    if (found != entries->end() && found->second.keys) {
      const Duration age = clock_.monotonic() - found->second.keys_at;
      if (age < kKeep && (age < kAskAgain || found->second.keys->has_key_for(token))) return *found->second.keys;
    }
  }
  const auto document = get_json(provider, metadata.jwks_url, "The list of keys");
  if (!document) return fail(document.error());
  auto keys = jose::KeySet::parse(document->to_json());
  if (!keys) return fail(provider_failed(provider, keys.error().message()));
  auto entries = entries_.lock();
  if (entries->size() >= kMostEntries) entries->clear();
  Entry& entry = (*entries)[key];
  entry.keys = *keys;
  entry.keys_at = clock_.monotonic();
  return keys;
}

}  // namespace openstrat::federation
