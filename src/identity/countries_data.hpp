// The generated tables (tools/make_countries.py).
#pragma once

#include <cstddef>

#include "identity/countries.hpp"

namespace openstrat::identity {

extern const Country kCountryTable[];
extern const std::size_t kCountryCount;
extern const Subdivision kSubdivisionTable[];
extern const std::size_t kSubdivisionCount;

}  // namespace openstrat::identity
