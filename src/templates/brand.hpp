// The look that a brand gives to mails and pages.
#pragma once

#include <string>
#include <string_view>

#include "templates/fields.hpp"

namespace openstrat::templates {

struct Brand {
  std::string name = "OpenStrat";
  std::string color = "#1f5fbf";  ///< `#rrggbb`: bars and buttons
  std::string logo_url;           ///< https; empty: the name in letters
};

bool is_color(std::string_view text);  ///< `#rrggbb`

/// `brand_name`, `brand_color`, `brand_on_color` (white or black, whatever reads better on it), `brand_logo`.
void add_brand(Fields& fields, const Brand& brand);

}  // namespace openstrat::templates
