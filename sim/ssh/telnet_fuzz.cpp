// Any bytes from a telnet client that nobody knows yet: commands are taken out the same way however the bytes arrive, and the dialogue ends.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "sim/console/login_name.hpp"
#include "sim/console/screen.hpp"
#include "sim/ssh/login_dialog.hpp"
#include "sim/ssh/telnet_codec.hpp"

using namespace openstrat::sim;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// What is typed, and everything that was answered.
std::pair<std::string, std::string> decoded(std::string_view bytes, std::size_t step) {
  TelnetCodec codec;
  std::string typed, said;
  codec.reply = [&](std::string_view reply) { said += reply; };
  codec.on_size = [&](std::size_t width, std::size_t height) { said += std::to_string(width) + "x" + std::to_string(height); };
  for (std::size_t at = 0; at < bytes.size(); at += step) typed += codec.decode(bytes.substr(at, step));
  return {typed, said};
}

void log_in(std::string_view bytes, std::size_t step) {
  int tries = 0;
  bool gave_up = false, is_in = false;
  LoginDialog dialog({.write = [](std::string_view) {},
                      .try_login = [&](const std::string& name, const std::string& password) {
                        require(++tries <= LoginDialog::kMostFailures && name.size() <= 256 && password.size() <= 256);
                        const LoginName wishes = parse_login_name(name);
                        Screen screen;
                        wishes.apply(screen);
                        return is_in = wishes.user == "admin" && password.empty();
                      },
                      .give_up = [&] { gave_up = true; }});
  dialog.start("7.20.8 (stable)");
  for (std::size_t at = 0; at < bytes.size() && !dialog.is_over(); at += step) dialog.receive(bytes.substr(at, step));
  require(dialog.is_over() == (is_in || gave_up));
  if (is_in) require(dialog.typed_ahead().size() <= bytes.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 16 * 1024) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t step = 1 + data[0];
  const auto whole = decoded(bytes, std::max<std::size_t>(bytes.size(), 1));
  require(whole == decoded(bytes, step));
  require(whole.first.size() <= bytes.size());
  require(decoded(TelnetCodec::encode(bytes), step).first == bytes);
  log_in(whole.first, step);
  return 0;
}
