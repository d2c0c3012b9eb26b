// The files that the build embeds.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace openstrat::apidocs {

struct Asset {
  std::string_view path;  ///< where it is served
  std::string_view content_type;
  std::string_view plain;
  std::string_view gzip;
};
std::span<const Asset> assets();

}  // namespace openstrat::apidocs
