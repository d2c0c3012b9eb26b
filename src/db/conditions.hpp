// A WHERE clause that is put together at run time.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/ids.hpp"
#include "db/value.hpp"

namespace openstrat::db {

/// Conditions with their parameters, numbered as they come. Texts are constants of the program; whatever comes from outside is a value.
class Conditions {
 public:
  /// Each {} of `text` is the place of the next value.
  template <class... Values>
  void add(std::string_view text, const Values&... values) {
    std::string condition(text);
    [[maybe_unused]] const auto place = [&](const auto& value) {
      parameters_.push_back(to_value(value));
      condition.replace(condition.find("{}"), 2, "?" + std::to_string(parameters_.size()));
    };
    (place(values), ...);
    append(condition);
  }
  /// Only what the caller may see (Tenant::sites); columns as in SiteLimits::condition.
  void add_limits(const Tenant& tenant, std::string_view customer, std::string_view site);

  bool empty() const { return text_.empty(); }
  /// Joined by AND.
  const std::string& text() const { return text_; }
  /// The text so far; what is added next begins another clause, with the same parameters.
  std::string take() { return std::exchange(text_, {}); }
  Params& parameters() { return parameters_; }

  /// `%` and `_` mean themselves in LIKE {} ESCAPE '\'.
  static std::string escaped(std::string_view text);

 private:
  void append(const std::string& condition) { text_ += (text_.empty() ? "" : " AND ") + condition; }

  std::string text_;
  Params parameters_;
};

}  // namespace openstrat::db
