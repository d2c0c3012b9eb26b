#include "federation/provider_rules.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "federation/urls.hpp"

namespace openstrat::federation {
namespace {

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestClientId = 255;
constexpr std::size_t kLongestSecret = 2000;
constexpr std::size_t kMostDomains = 50;

using Wrong = std::vector<FieldError>;

bool is_one_line(std::string_view text) {
  return text::is_utf8(text) && std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

bool is_directory(std::string_view text) { return is_multi_tenant(text) || Uuid::parse(text) || is_domain(text); }

void tidy_domains(std::vector<std::string>& domains) {
  for (auto& domain : domains) domain = text::lower(text::trim(domain));
  std::ranges::sort(domains);
  const auto repeated = std::ranges::unique(domains);
  domains.erase(repeated.begin(), repeated.end());
}

void check_texts(const ProviderSettings& settings, Wrong& wrong) {
  const auto length = text::length_utf8(settings.name);
  if (length < 1 || length > kLongestName || !is_one_line(settings.name)) wrong.push_back({"name", "must have 1 to 100 characters in one line"});
  if (settings.client_id.empty() || settings.client_id.size() > kLongestClientId || !is_one_line(settings.client_id))
    wrong.push_back({"client_id", "must have 1 to 255 characters in one line"});
  if (settings.client_secret.size() > kLongestSecret || !is_one_line(settings.client_secret))
    wrong.push_back({"client_secret", "must not have more than 2000 characters in one line"});
  else if (settings.client_secret.empty() && settings.type != ProviderType::oidc)
    wrong.push_back({"client_secret", "is needed for this type"});
}

void check_domains(const ProviderSettings& settings, Wrong& wrong) {
  if (settings.allowed_domains.size() > kMostDomains) wrong.push_back({"allowed_domains", "must not have more than 50 entries"});
  else if (!std::ranges::all_of(settings.allowed_domains, is_domain)) wrong.push_back({"allowed_domains", "must hold domains such as example.com"});
  else if (settings.jit_provisioning && settings.allowed_domains.empty())
    wrong.push_back({"allowed_domains", "must name at least one domain when jit_provisioning is on, else anybody could become a user"});
  else if (settings.jit_provisioning && std::ranges::any_of(settings.allowed_domains, is_public_mail_domain))
    wrong.push_back({"allowed_domains", "must not hold a public mail domain when jit_provisioning is on, else anybody could become a user"});
}

void check_places(const ProviderSettings& settings, WrittenBy author, std::span<const Cidr> allowed, Wrong& wrong) {
  const auto check = [&](const char* field, const std::string& url) {
    if (url.empty()) return;
    const auto complaint = author == WrittenBy::operator_ ? complaint_about_operator_url(url) : complaint_about_url(url, allowed);
    if (complaint) wrong.push_back({field, *complaint});
    else if (std::string_view(field) == "issuer" && url.find_first_of("?#") != url.npos) wrong.push_back({field, "must have neither query nor fragment"});
  };
  const bool is_oidc = settings.type == ProviderType::oidc;
  check("issuer", settings.issuer);
  check("authorize_url", settings.authorize_url);
  check("token_url", settings.token_url);
  check("userinfo_url", settings.userinfo_url);
  check("jwks_url", settings.jwks_url);
  if (is_oidc && settings.issuer.empty()) wrong.push_back({"issuer", "is needed: the URL that the provider calls itself by"});
  if (!is_oidc && settings.type != ProviderType::github && !settings.issuer.empty()) wrong.push_back({"issuer", "is known for this type"});
  const bool some = !settings.authorize_url.empty() || !settings.token_url.empty() || !settings.jwks_url.empty() || !settings.userinfo_url.empty();
  const bool enough = !settings.authorize_url.empty() && !settings.token_url.empty() && !settings.jwks_url.empty();
  if (some && !is_oidc) wrong.push_back({"authorize_url", "is known for this type"});
  if (some && is_oidc && !enough)
    wrong.push_back({"authorize_url", "must come together with token_url and jwks_url; leave all of them out to have them discovered"});
  if (settings.type == ProviderType::azure && !is_directory(settings.directory))
    wrong.push_back({"tenant", "must be the directory (tenant) id, its domain, organizations, common or consumers"});
  if (settings.type != ProviderType::azure && !settings.directory.empty()) wrong.push_back({"tenant", "is for type azure only"});
}

}  // namespace

bool is_multi_tenant(std::string_view directory) { return directory == "organizations" || directory == "common" || directory == "consumers"; }

bool is_public_mail_domain(std::string_view domain) {
  static constexpr std::array<std::string_view, 31> kPublic{
      "126.com",     "163.com",    "aol.com",     "fastmail.com", "gmail.com",   "gmx.at",     "gmx.com",       "gmx.de",
      "gmx.net",     "googlemail.com", "hey.com", "hotmail.com",  "icloud.com",  "laposte.net", "libero.it",    "live.com",
      "mac.com",     "mail.com",   "mail.ru",     "me.com",       "msn.com",     "orange.fr",  "outlook.com",   "proton.me",
      "protonmail.com", "qq.com",  "t-online.de", "web.de",       "yahoo.com",   "yandex.ru",  "ymail.com"};
  return std::ranges::find(kPublic, domain) != kPublic.end();
}

Status check_provider(ProviderSettings& settings, WrittenBy author, std::span<const Cidr> allowed) {
  settings.name = text::trim(settings.name);
  settings.client_id = text::trim(settings.client_id);
  settings.directory = text::lower(text::trim(settings.directory));
  while (settings.type == ProviderType::github && settings.issuer.ends_with('/')) settings.issuer.pop_back();
  tidy_domains(settings.allowed_domains);
  Wrong wrong;
  check_texts(settings, wrong);
  check_domains(settings, wrong);
  check_places(settings, author, allowed, wrong);
  if (wrong.empty()) return {};
  return fail(Error(Errc::invalid, "The identity provider is not valid.").with_fields(std::move(wrong)));
}

}  // namespace openstrat::federation
