// Countries, their telephone codes and currencies, and their states and provinces (ISO 3166; codes and names from iso-codes).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace openstrat::identity {

struct Country {
  std::string_view code;      ///< ISO 3166-1 alpha-2
  std::string_view name;
  std::string_view calling;   ///< `49`; empty where there is no telephone
  std::string_view currency;  ///< ISO 4217; empty where there is none
  std::string_view locale;    ///< language of most people and the country: `de-DE`
};

struct Subdivision {
  std::string_view code;      ///< ISO 3166-2: `DE-BY`
  std::string_view name;
};

std::span<const Country> countries();                                ///< by code
const Country* find_country(std::string_view code);                  ///< upper or lower case; null: unknown
std::span<const Subdivision> subdivisions(std::string_view country); ///< by code; upper case
/// The two letters as regional indicator symbols, which screens show as a flag.
std::string flag_of(std::string_view code);

/// `+491701234567` of `0170 1234567` in Germany; a number that has its country code already keeps it. nullopt: no telephone number.
std::optional<std::string> to_e164(std::string_view number, const Country& country);
/// The country that `Accept-Language` prefers: of the first entry that names one; null: none does.
const Country* preferred_country(std::string_view accept_language);

}  // namespace openstrat::identity
