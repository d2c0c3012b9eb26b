#include "app/config_providers.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "federation/provider_rules.hpp"

namespace openstrat::app {
namespace {

using federation::Provider;

constexpr std::size_t kLongestId = 40;

Result<std::string> secret_in(const std::string& file) {
  std::ifstream in(file);
  if (!in) return fail(Errc::invalid, "client_secret_file cannot be read: " + file);
  const std::string content(std::istreambuf_iterator<char>(in), {});
  return std::string(text::trim(content));
}

Status set_text(Provider& provider, const std::string& name, const std::string& value) {
  const std::pair<const char*, std::string Provider::*> kTexts[] = {{"id", &Provider::id}, {"team", &Provider::jit_team}};
  for (const auto& [known, member] : kTexts)
    if (name == known) return provider.*member = value, Status();
  const std::pair<const char*, std::string federation::ProviderSettings::*> kSettings[] = {
      {"name", &Provider::name},           {"client_id", &Provider::client_id}, {"client_secret", &Provider::client_secret}, {"tenant", &Provider::directory},
      {"issuer", &Provider::issuer},       {"authorize_url", &Provider::authorize_url}, {"token_url", &Provider::token_url},
      {"userinfo_url", &Provider::userinfo_url}, {"jwks_url", &Provider::jwks_url}};
  for (const auto& [known, member] : kSettings)
    if (name == known) return provider.*member = value, Status();
  if (name == "client_secret_file") {
    auto secret = secret_in(value);
    if (!secret) return fail(secret.error());
    provider.client_secret = *std::move(secret);
    return {};
  }
  if (name == "type") {
    const auto type = federation::parse_provider_type(value);
    if (!type) return fail(Errc::invalid, "the type of a provider is google, azure, github or oidc, not '" + value + "'");
    provider.type = *type;
    return {};
  }
  if (name == "jit_provisioning" || name == "enabled") {
    const auto flag = text::parse_bool(value);
    if (!flag) return fail(Errc::invalid, name + " is true or false, not '" + value + "'");
    (name == "enabled" ? provider.enabled : provider.jit_provisioning) = *flag;
    return {};
  }
  return fail(Errc::invalid, "a provider has no '" + name + "'");
}

bool is_slug(std::string_view id) {
  return !id.empty() && id.size() <= kLongestId && std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

Result<Provider> to_provider(const RawTable& table) {
  Provider provider;
  for (const auto& [name, value] : table) {
    if (const auto* list = std::get_if<RawList>(&value)) {
      if (name != "allowed_domains") return fail(Errc::invalid, "'" + name + "' of a provider is not a list");
      provider.allowed_domains = *list;
    } else if (auto set = set_text(provider, name, std::get<std::string>(value)); !set) {
      return fail(set.error());
    }
  }
  if (!is_slug(provider.id)) return fail(Errc::invalid, "a provider needs an id of a-z, 0-9 and dashes");
  if (auto valid = federation::check_provider(provider, federation::WrittenBy::operator_, {}); !valid) {
    const auto& field = valid.error().fields().front();
    return fail(Errc::invalid, "provider '" + provider.id + "': " + field.name + " " + field.text);
  }
  provider.id = "instance-" + provider.id;
  return provider;
}

}  // namespace

Result<std::vector<Provider>> parse_providers(const RawValue& raw) {
  std::vector<Provider> out;
  const auto* tables = std::get_if<std::vector<RawTable>>(&raw);
  if (!tables) {
    const auto* text = std::get_if<std::string>(&raw);
    if (text ? text::trim(*text).empty() : std::get<RawList>(raw).empty()) return out;
    return fail(Errc::invalid, "providers are tables ([[auth.providers]]) of the configuration file");
  }
  for (const auto& table : *tables) {
    auto provider = to_provider(table);
    if (!provider) return fail(provider.error());
    if (std::ranges::find(out, provider->id, &Provider::id) != out.end()) return fail(Errc::invalid, "two providers have the same id");
    out.push_back(*std::move(provider));
  }
  return out;
}

}  // namespace openstrat::app
