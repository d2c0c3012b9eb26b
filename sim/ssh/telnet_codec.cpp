#include "sim/ssh/telnet_codec.hpp"

namespace openstrat::sim {
namespace {

constexpr unsigned char kIac = 255, kDont = 254, kDo = 253, kWont = 252, kWill = 251, kBegin = 250, kEnd = 240, kInterrupt = 244;
constexpr unsigned char kEcho = 1, kGoAhead = 3, kWindow = 31;
constexpr std::size_t kLongestInside = 256;

std::string command(unsigned char verb, unsigned char option) { return {static_cast<char>(kIac), static_cast<char>(verb), static_cast<char>(option)}; }

}  // namespace

std::string_view TelnetCodec::greeting() {
  static const std::string bytes = command(kWill, kEcho) + command(kWill, kGoAhead) + command(kDo, kWindow);
  return bytes;
}

/// What we offered or asked for is agreed already; everything else is refused.
void TelnetCodec::answer(unsigned char option) {
  if (verb_ == kDo && option != kEcho && option != kGoAhead) reply(command(kWont, option));
  if (verb_ == kWill && option != kWindow) reply(command(kDont, option));
}

void TelnetCodec::subnegotiation() {
  if (inside_.size() == 5 && static_cast<unsigned char>(inside_[0]) == kWindow) {
    const auto number = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(inside_[at]) << 8 | static_cast<unsigned char>(inside_[at + 1])); };
    on_size(number(1), number(3));
  }
  inside_.clear();
}

std::string TelnetCodec::decode(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) {
    const auto c = static_cast<unsigned char>(byte);
    switch (state_) {
      case State::data:
        if (c == kIac) state_ = State::command;
        else out += byte;
        break;
      case State::command:
        state_ = State::data;
        if (c == kIac) out += byte;
        else if (c == kInterrupt) out += '\x03';
        else if (c == kBegin) state_ = State::inside;
        else if (c >= kWill) {
          verb_ = c;
          state_ = State::option;
        }
        break;
      case State::option:
        answer(c);
        state_ = State::data;
        break;
      case State::inside:
        if (c == kIac) state_ = State::inside_command;
        else if (inside_.size() < kLongestInside) inside_ += byte;
        break;
      case State::inside_command:
        state_ = c == kEnd ? State::data : State::inside;
        if (c == kEnd) subnegotiation();
        else if (inside_.size() < kLongestInside) inside_ += byte;
        break;
    }
  }
  return out;
}

std::string TelnetCodec::encode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    out += c;
    if (static_cast<unsigned char>(c) == kIac) out += c;
  }
  return out;
}

}  // namespace openstrat::sim
