#include "mfa/cbor_shape.hpp"

#include <cstdint>

namespace openstrat::mfa {
namespace {

constexpr int kDeepest = 8;

enum Major : unsigned { unsigned_number, negative_number, bytes, text, array, map, tag, simple };

class Walker {
 public:
  explicit Walker(std::string_view input) : input_(input) {}

  bool item(int depth) {
    if (depth > kDeepest || at_ >= input_.size()) return false;
    const auto first = static_cast<std::uint8_t>(input_[at_++]);
    std::uint64_t argument = 0;
    if (!read_argument(first & 31u, argument)) return false;
    switch (static_cast<Major>(first >> 5)) {
      case unsigned_number:
      case negative_number:
      case simple: return true;
      case bytes:
      case text: return skip(argument);
      case array: return items(argument, depth);
      case map: return argument <= left() / 2 && items(2 * argument, depth);
      case tag: return false;
    }
    return false;
  }
  std::size_t position() const { return at_; }

 private:
  std::size_t left() const { return input_.size() - at_; }
  bool skip(std::uint64_t count) {
    if (count > left()) return false;
    at_ += count;
    return true;
  }
  bool items(std::uint64_t count, int depth) {
    if (count > left()) return false;  // each takes a byte at least
    for (; count > 0; --count)
      if (!item(depth + 1)) return false;
    return true;
  }
  bool read_argument(unsigned info, std::uint64_t& argument) {
    if (info < 24) return argument = info, true;
    if (info > 27) return false;  // reserved, or of indefinite length
    const std::size_t size = std::size_t{1} << (info - 24);
    if (size > left()) return false;
    for (std::size_t i = 0; i < size; ++i) argument = argument << 8 | static_cast<std::uint8_t>(input_[at_++]);
    return true;
  }

  std::string_view input_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::size_t> cbor_item_length(std::string_view input) {
  Walker walker(input);
  if (!walker.item(0)) return std::nullopt;
  return walker.position();
}

}  // namespace openstrat::mfa
