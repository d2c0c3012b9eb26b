// Offsets of a UTF-8 text in bytes and in UTF-16 code units, which editors count.
#pragma once

#include <cstdint>
#include <string_view>

namespace openstrat::scripts {

/// What is not UTF-8 counts one unit a byte. Quick for ascending offsets.
class Positions {
 public:
  explicit Positions(std::string_view text) : text_(text) {}
  std::uint32_t units(std::uint32_t bytes);
  /// The byte where the code unit stands; the end of the text for what is behind it.
  std::uint32_t bytes(std::uint32_t units);

 private:
  void step();
  std::string_view text_;
  std::uint32_t byte_ = 0;
  std::uint32_t unit_ = 0;
};

}  // namespace openstrat::scripts
