#include "identity/countries.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "identity/countries_data.hpp"

namespace openstrat::identity {
namespace {

constexpr std::size_t kShortestNumber = 6, kLongestNumber = 15;  // E.164, with the country code

/// What people dial before a number inside their country, where it is not `0`; Italy's zero belongs to the number.
std::string_view trunk_prefix(const Country& country) {
  if (country.calling.starts_with("1") && country.calling.size() != 2) return "1";
  if (country.code == "RU" || country.code == "KZ" || country.code == "BY" || country.code == "TM") return "8";
  if (country.code == "HU") return "06";
  if (country.code == "LT") return "8";
  if (country.code == "IT" || country.code == "VA" || country.code == "SM") return "";
  return "0";
}

}  // namespace

std::span<const Country> countries() { return {kCountryTable, kCountryCount}; }

const Country* find_country(std::string_view code) {
  if (code.size() != 2) return nullptr;
  std::string upper(code);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  const auto all = countries();
  const auto found = std::ranges::lower_bound(all, std::string_view(upper), {}, &Country::code);
  return found != all.end() && found->code == upper ? &*found : nullptr;
}

std::span<const Subdivision> subdivisions(std::string_view country) {
  const std::span all(kSubdivisionTable, kSubdivisionCount);
  const auto same = std::ranges::equal_range(all, country, {}, [](const Subdivision& one) { return one.code.substr(0, 2); });
  return {same.begin(), same.end()};
}

std::string flag_of(std::string_view code) {
  std::string flag;
  for (const char letter : code) {  // U+1F1E6 is the symbol for A
    flag += "\xF0\x9F\x87";
    flag += static_cast<char>(0xA6 + (letter - 'A'));
  }
  return flag;
}

std::optional<std::string> to_e164(std::string_view number, const Country& country) {
  std::string digits;
  const auto trimmed = text::trim(number);
  for (const char c : trimmed) {
    if (c >= '0' && c <= '9') digits += c;
    else if (!std::string_view(" -./()+").contains(c)) return std::nullopt;
  }
  const bool international = trimmed.starts_with('+') || digits.starts_with("00");
  if (digits.starts_with("00")) digits.erase(0, 2);
  if (!international) {
    if (country.calling.empty()) return std::nullopt;
    const auto trunk = trunk_prefix(country);
    if (!trunk.empty() && digits.starts_with(trunk)) digits.erase(0, trunk.size());
    // `1868` is the country code 1 and the area 868, which people may or may not write.
    const auto code = country.calling;
    digits.insert(0, code.size() == 4 && code[0] == '1' && digits.starts_with(code.substr(1)) ? code.substr(0, 1) : code);
  } else if (!country.calling.empty() && !digits.starts_with(country.calling)) {
    return std::nullopt;
  }
  if (digits.size() < kShortestNumber || digits.size() > kLongestNumber) return std::nullopt;
  return "+" + digits;
}

const Country* preferred_country(std::string_view accept_language) {
  for (const auto entry : text::split(accept_language, ',')) {
    const auto tag = text::trim(entry.substr(0, entry.find(';')));
    for (const auto part : text::split(tag, '-'))
      if (part.size() == 2 && part.data() != tag.data())
        if (const auto* country = find_country(part)) return country;
  }
  return nullptr;
}

}  // namespace openstrat::identity
