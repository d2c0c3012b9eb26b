#include "sim/ssh/login_dialog.hpp"

#include <utility>

#include <fmt/core.h>

namespace openstrat::sim {
namespace {

constexpr std::size_t kLongest = 256;

}  // namespace

void LoginDialog::start(std::string_view version) { line_.write(fmt::format("\r\nMikroTik v{}\r\nLogin: ", version)); }

std::string LoginDialog::typed_ahead() { return keys_.take_rest(); }

void LoginDialog::receive(std::string_view bytes) {
  keys_.add(bytes);
  Key key;
  while (!over_ && keys_.next(key)) {
    if (key.is('C') || key.is('D')) {
      over_ = true;
      return line_.give_up();
    }
    if (key.kind == Key::Kind::enter) enter();
    else edit(key);
  }
}

/// Names are echoed, passwords are not.
void LoginDialog::edit(const Key& key) {
  if (key.kind == Key::Kind::backspace && !editor_.text().empty()) {
    editor_.apply(key);
    if (!asks_password_) line_.write("\b \b");
  }
  if (key.kind != Key::Kind::text || editor_.text().size() + key.text.size() > kLongest) return;
  editor_.apply(key);
  if (!asks_password_) line_.write(key.text);
}

void LoginDialog::enter() {
  const std::string text = editor_.text();
  editor_.clear();
  line_.write("\r\n");
  if (!std::exchange(asks_password_, !asks_password_)) {
    name_ = text;
    return line_.write("Password: ");
  }
  over_ = line_.try_login(name_, text);
  if (over_) return;
  if (++failures_ < kMostFailures) return line_.write("Login failed, incorrect username or password\r\n\r\nLogin: ");
  over_ = true;
  line_.give_up();
}

}  // namespace openstrat::sim
