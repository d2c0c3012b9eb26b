#include "scripts/positions.hpp"

#include <algorithm>

namespace openstrat::scripts {

void Positions::step() {
  const auto lead = static_cast<unsigned char>(text_[byte_]);
  std::uint32_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  for (std::uint32_t i = 1; i < length; ++i) {
    const bool continues = byte_ + i < text_.size() && (static_cast<unsigned char>(text_[byte_ + i]) & 0xC0) == 0x80;
    if (!continues) length = 1;
  }
  byte_ += length;
  unit_ += length == 4 ? 2 : 1;
}

std::uint32_t Positions::units(std::uint32_t bytes) {
  if (bytes < byte_) byte_ = unit_ = 0;
  const auto end = std::min<std::size_t>(bytes, text_.size());
  while (byte_ < end) step();
  return unit_;
}

std::uint32_t Positions::bytes(std::uint32_t units) {
  if (units < unit_) byte_ = unit_ = 0;
  while (unit_ < units && byte_ < text_.size()) step();
  return byte_;
}

}  // namespace openstrat::scripts
