// The screen and the keyboard behind an interactive command.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace openstrat::sim {

/// A session implements it; jobs hold it weakly, since people hang up.
class Terminal {
 public:
  virtual ~Terminal() = default;

  virtual std::size_t width() const = 0;  ///< columns for tables; 0: as wide as they like
  /// The reader does not keep up: scripts wait until `go_on`.
  virtual bool is_full() const = 0;
  virtual void when_drained(std::function<void()> go_on) = 0;
  /// False: there is nobody to ask, the command takes yes for the answer. `answered` gets a key (empty: Enter), later.
  virtual bool ask(std::string_view question, std::function<void(std::string)> answered) = 0;
  /// Somebody leaves on purpose: what they changed stays.
  virtual void leave() {}
};

}  // namespace openstrat::sim
