// What a browser sends as Last-Event-ID, and what a stream makes of a name and of data.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "realtime/frame.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openstrat::realtime;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto position = Position::parse(input);
  if (!position) return 0;
  require(position->number >= 0 && !position->epoch.empty());
  // What was understood goes back into a frame as one line, and means the same when it comes back.
  const auto again = Position::parse(position->to_string());
  require(again && again->epoch == position->epoch && again->number == position->number);
  const std::string text = event_text("job.updated", position->to_string(), "{}");
  require(std::ranges::count(text, '\n') == 4 && text.find('\r') == text.npos && text.ends_with("\n\n"));
  return 0;
}
