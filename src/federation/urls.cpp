#include "federation/urls.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace openstrat::federation {
namespace {

constexpr std::size_t kLongest = 2000;

/// The complaint about everything but where the host is.
std::optional<std::string> complaint_about_form(std::string_view text, boost::urls::url_view& out) {
  if (text.size() > kLongest) return "must not have more than 2000 characters";
  if (!text.starts_with("https://") && !text.starts_with("http://")) return "must begin with https://";
  const auto url = boost::urls::parse_absolute_uri(text);
  if (!url || url->host().empty()) return "must be a URL such as https://id.example.com";
  if (url->has_userinfo()) return "must not hold a user name or password";
  out = *url;
  return std::nullopt;
}

std::optional<IpAddress> literal_of(const boost::urls::url_view& url) {
  switch (url.host_type()) {
    case boost::urls::host_type::ipv4:
    case boost::urls::host_type::ipv6: return IpAddress::parse(url.host_address());
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<std::string> complaint_about_operator_url(std::string_view text) {
  boost::urls::url_view url;
  return complaint_about_form(text, url);
}

std::optional<std::string> complaint_about_url(std::string_view text, std::span<const Cidr> allowed) {
  boost::urls::url_view url;
  if (auto complaint = complaint_about_form(text, url)) return complaint;
  const auto address = literal_of(url);
  const bool is_allowed = address && std::ranges::any_of(allowed, [&](const Cidr& net) { return net.contains(*address); });
  if (address && !is_allowed && !address->is_global()) return "must not point into a private network (outbound.allow_cidrs)";
  if (text.starts_with("http://") && !is_allowed && (address || allowed.empty()))
    return "must begin with https:// unless the host is allowed by outbound.allow_cidrs";
  return std::nullopt;
}

std::string encode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      (out += '%') += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

std::string encode_form(std::span<const std::pair<std::string, std::string>> fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out.append(encode(name)).append("=").append(encode(value));
  }
  return out;
}

std::string with_query(std::string url, std::span<const std::pair<std::string, std::string>> fields) {
  if (const auto fragment = url.find('#'); fragment != url.npos) url.resize(fragment);
  url += url.find('?') == url.npos ? '?' : '&';
  return url + encode_form(fields);
}

}  // namespace openstrat::federation
