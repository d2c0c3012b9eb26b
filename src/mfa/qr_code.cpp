#include "mfa/qr_code.hpp"

#include <fmt/format.h>
#include <qrencode.h>

#include <cstddef>
#include <memory>
#include <stdexcept>

namespace openstrat::mfa {
namespace {

constexpr int kQuietZone = 4;  // modules; what scanners need around the code

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

/// One sub-path a run of dark modules in a row.
std::string dark_path(const QRcode& code) {
  std::string path;
  const auto is_dark = [&](int x, int y) { return x < code.width && (code.data[static_cast<std::size_t>(y) * code.width + x] & 1) != 0; };
  for (int y = 0; y < code.width; ++y) {
    for (int x = 0; x < code.width; ++x) {
      if (!is_dark(x, y)) continue;
      const int start = x;
      while (is_dark(x, y)) ++x;
      path += fmt::format("M{} {}h{}v1h-{}z", start + kQuietZone, y + kQuietZone, x - start, x - start);
    }
  }
  return path;
}

}  // namespace

std::string qr_svg(const std::string& text) {
  const std::unique_ptr<QRcode, FreeCode> code(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M));
  if (!code) throw std::length_error("the text does not fit into a QR code");
  const int size = code->width + 2 * kQuietZone;
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" role=\"img\" aria-label=\"QR code\" shape-rendering=\"crispEdges\">"
      "<path fill=\"#fff\" d=\"M0 0h{0}v{0}H0z\"/><path d=\"{1}\"/></svg>",
      size, dark_path(*code));
}

}  // namespace openstrat::mfa
