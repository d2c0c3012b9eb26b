#include "realtime/history.hpp"

#include <algorithm>

namespace openstrat::realtime {

std::size_t weight(const Frame& frame) { return sizeof(Frame) + frame.text.capacity() + 32; }

void History::add(FramePointer frame) {
  bytes_ += weight(*frame);
  frames_.push_back(std::move(frame));
}

void History::prepend(std::vector<FramePointer> frames, std::int64_t floor) {
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    bytes_ += weight(**frame);
    frames_.push_front(std::move(*frame));
  }
  floor_ = floor;
}

void History::trim(Duration now, std::size_t most_bytes) {
  while (!frames_.empty()) {
    const Frame& oldest = *frames_.front();
    const bool expendable = frames_.size() > kLeastFrames && now - oldest.at > kLeastAge;
    if (!expendable && bytes_ <= most_bytes) return;
    floor_ = oldest.number;
    bytes_ -= weight(oldest);
    frames_.pop_front();
  }
}

std::optional<std::vector<FramePointer>> History::after(std::int64_t number) const {
  if (number < floor_) return std::nullopt;
  const auto first = std::ranges::upper_bound(frames_, number, {}, [](const FramePointer& frame) { return frame->number; });
  return std::vector<FramePointer>(first, frames_.end());
}

}  // namespace openstrat::realtime
