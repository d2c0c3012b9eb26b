// `Login:` and `Password:`, for connections that carry no names of their own.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sim/console/keys.hpp"
#include "sim/console/line_editor.hpp"

namespace openstrat::sim {

class LoginDialog {
 public:
  struct Line {
    std::function<void(std::string_view)> write;
    /// True: somebody is in, nothing more is asked.
    std::function<bool(const std::string& name, const std::string& password)> try_login;
    std::function<void()> give_up;
  };
  static constexpr int kMostFailures = 5;

  explicit LoginDialog(Line line) : line_(std::move(line)) {}
  void start(std::string_view version);
  void receive(std::string_view bytes);
  bool is_over() const { return over_; }
  /// What was typed behind the password already.
  std::string typed_ahead();

 private:
  void enter();
  void edit(const Key& key);

  Line line_;
  KeyReader keys_;
  LineEditor editor_;
  std::string name_;
  bool asks_password_ = false;
  bool over_ = false;
  int failures_ = 0;
};

}  // namespace openstrat::sim
