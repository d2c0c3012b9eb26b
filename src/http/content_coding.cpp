#include "http/content_coding.hpp"

#include <utility>

#include "base/text.hpp"

namespace openstrat::http {
namespace {

/// `0.25` in thousandths; what cannot be read counts as refused.
int weight_of(std::string_view text) {
  if (text == "1" || text.starts_with("1.")) return 1000;
  if (text == "0") return 0;
  if (!text.starts_with("0.") || text.size() > 5) return 0;
  int weight = 0;
  int unit = 100;
  for (const char digit : text.substr(2)) {
    if (digit < '0' || digit > '9') return 0;
    weight += (digit - '0') * unit;
    unit /= 10;
  }
  return weight;
}

/// What the header says about one name; nullopt: nothing.
std::optional<int> weight_in(std::string_view header, std::string_view name) {
  for (auto entry : text::split(header, ',')) {
    const auto semicolon = entry.find(';');
    if (text::lower(text::trim(entry.substr(0, semicolon))) != name) continue;
    if (semicolon == entry.npos) return 1000;
    const auto parameter = text::trim(entry.substr(semicolon + 1));
    return parameter.starts_with("q=") || parameter.starts_with("Q=") ? weight_of(parameter.substr(2)) : 1000;
  }
  return std::nullopt;
}

int weight(std::string_view header, Coding coding) {
  if (const auto own = weight_in(header, to_string(coding))) return *own;
  if (coding == Coding::identity) return 1;  // allowed unless refused, but nobody asked for it
  return weight_in(header, "*").value_or(0);
}

}  // namespace

std::string_view to_string(Coding coding) {
  switch (coding) {
    case Coding::identity: return "identity";
    case Coding::gzip: return "gzip";
    case Coding::brotli: return "br";
  }
  std::unreachable();
}

Coding choose_coding(std::optional<std::string_view> accept_encoding, std::span<const Coding> offered) {
  if (!accept_encoding) return Coding::identity;
  Coding best = Coding::identity;
  int best_weight = weight(*accept_encoding, Coding::identity);
  for (const auto coding : offered) {
    const int own = weight(*accept_encoding, coding);
    const bool is_first_equal = own == best_weight && best == Coding::identity && own > 0;
    if (own > best_weight || is_first_equal) best = coding, best_weight = own;
  }
  return best;
}

bool etag_matches(std::optional<std::string_view> if_none_match, std::string_view etag) {
  if (!if_none_match) return false;
  for (auto candidate : text::split(*if_none_match, ',')) {
    candidate = text::trim(candidate);
    if (candidate == "*") return true;
    if (candidate.starts_with("W/")) candidate.remove_prefix(2);
    if (candidate == etag) return true;
  }
  return false;
}

}  // namespace openstrat::http
