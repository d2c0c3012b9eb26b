#include "templates/brand.hpp"

#include <algorithm>
#include <cmath>

namespace openstrat::templates {
namespace {

double channel(std::string_view hex) {
  const double value = std::stoi(std::string(hex), nullptr, 16) / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

/// Relative luminance as WCAG 2.2 defines it.
double luminance(std::string_view color) {
  return 0.2126 * channel(color.substr(1, 2)) + 0.7152 * channel(color.substr(3, 2)) + 0.0722 * channel(color.substr(5, 2));
}

/// The contrast ratios with white and with black are equal at 0.179.
std::string readable_on(std::string_view color) { return luminance(color) > 0.179 ? "#000000" : "#ffffff"; }

}  // namespace

bool is_color(std::string_view text) {
  return text.size() == 7 && text[0] == '#' &&
         std::ranges::all_of(text.substr(1), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

void add_brand(Fields& fields, const Brand& brand) {
  const std::string color = is_color(brand.color) ? brand.color : Brand{}.color;
  fields.text("brand_name", brand.name).text("brand_color", color).text("brand_on_color", readable_on(color)).text("brand_logo", brand.logo_url);
}

}  // namespace openstrat::templates
