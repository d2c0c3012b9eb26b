// The commands that telnet mixes into its bytes.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace openstrat::sim {

class TelnetCodec {
 public:
  std::function<void(std::size_t width, std::size_t height)> on_size;
  std::function<void(std::string_view bytes)> reply;

  /// What a server says first: that it echoes, and that it would like to know the size of the window.
  static std::string_view greeting();
  /// Bytes without the commands in them; these are answered.
  std::string decode(std::string_view bytes);
  static std::string encode(std::string_view text);

 private:
  enum class State { data, command, option, inside, inside_command };

  void answer(unsigned char option);
  void subnegotiation();

  State state_ = State::data;
  unsigned char verb_ = 0;
  std::string inside_;
};

}  // namespace openstrat::sim
