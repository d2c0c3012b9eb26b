#include "apidocs/assets.hpp"

#include <array>

// Made by .incbin, see CMakeLists.txt.
#define EMBEDDED(symbol) \
  extern const char symbol[], symbol##_end[], symbol##_gz[], symbol##_gz_end[];
extern "C" {
EMBEDDED(apidocs_swagger_ui_bundle_js)
EMBEDDED(apidocs_swagger_ui_css)
EMBEDDED(apidocs_reference_html)
EMBEDDED(apidocs_reference_js)
EMBEDDED(apidocs_theme_css)
}
#undef EMBEDDED

namespace openstrat::apidocs {
namespace {

std::string_view between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

}  // namespace

std::span<const Asset> assets() {
  constexpr std::string_view kHtml = "text/html; charset=utf-8";
  constexpr std::string_view kScript = "text/javascript; charset=utf-8";
  constexpr std::string_view kStyle = "text/css; charset=utf-8";
#define ASSET(path, type, symbol) \
  Asset { path, type, between(symbol, symbol##_end), between(symbol##_gz, symbol##_gz_end) }
  static const std::array kAssets{
      ASSET("/docs", kHtml, apidocs_reference_html),
      ASSET("/docs/reference.js", kScript, apidocs_reference_js),
      ASSET("/docs/theme.css", kStyle, apidocs_theme_css),
      ASSET("/docs/swagger-ui-bundle.js", kScript, apidocs_swagger_ui_bundle_js),
      ASSET("/docs/swagger-ui.css", kStyle, apidocs_swagger_ui_css),
  };
#undef ASSET
  return kAssets;
}

}  // namespace openstrat::apidocs
