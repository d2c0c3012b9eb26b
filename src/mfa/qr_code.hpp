// QR codes as pictures for web pages.
#pragma once

#include <string>

namespace openstrat::mfa {

/// A black and white SVG of up to some 1,500 bytes of text; throws std::length_error when it does not fit.
std::string qr_svg(const std::string& text);

}  // namespace openstrat::mfa
