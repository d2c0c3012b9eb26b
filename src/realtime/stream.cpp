#include "realtime/stream.hpp"

#include <utility>

namespace openstrat::realtime {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

}  // namespace

Stream::Stream(Viewer v, std::size_t queue_bytes, const StreamTotals& totals)
    : viewer(std::move(v)), queue_bytes_(queue_bytes), totals_(totals) {
  totals_.open.add(1);
}

Stream::~Stream() { leave(); }

void Stream::push(const FramePointer& frame) {
  const std::scoped_lock lock(mutex_);
  if (ended() != Ended::not_yet) return;
  if (waiting_ + frame->text.size() > queue_bytes_) {
    totals_.dropped.add(queue_.size() - taken_ + 1);
    totals_.queued_bytes.add(-static_cast<double>(waiting_));
    std::vector<FramePointer>().swap(queue_);
    taken_ = waiting_ = 0;
    ended_ = Ended::slow;
    return;
  }
  queue_.push_back(frame);
  waiting_ += frame->text.size();
  totals_.queued_bytes.add(static_cast<double>(frame->text.size()));
}

/// Under the lock. As much as fits a piece, at least one frame.
std::string Stream::take_piece() {
  std::string piece;
  const std::size_t first = taken_;
  while (taken_ < queue_.size() && (piece.empty() || piece.size() + queue_[taken_]->text.size() <= kPiece)) piece += queue_[taken_++]->text;
  totals_.sent.add(taken_ - first);
  totals_.queued_bytes.add(-static_cast<double>(piece.size()));
  waiting_ -= piece.size();
  if (taken_ == queue_.size()) {
    std::vector<FramePointer>().swap(queue_);  // quiet streams are many: they keep nothing
    taken_ = 0;
  }
  return piece;
}

void Stream::flush() {
  Taker taker;
  std::string piece;
  {
    const std::scoped_lock lock(mutex_);
    const bool nothing = queue_.empty() && ended() == Ended::not_yet;
    if (!taker_ || nothing) return;
    piece = take_piece();
    taker = std::exchange(taker_, nullptr);
  }
  taker(std::move(piece));
}

void Stream::end(Ended why) {
  const std::scoped_lock lock(mutex_);
  if (ended() == Ended::not_yet) ended_ = why;
}

void Stream::next(Taker taker) {
  std::string piece;
  {
    const std::scoped_lock lock(mutex_);
    if (queue_.empty() && ended() == Ended::not_yet) {
      taker_ = std::move(taker);
      return;
    }
    piece = take_piece();
  }
  taker(std::move(piece));
}

void Stream::leave() {
  Taker unused;  // destroyed outside the lock: it reaches into the connection
  const std::scoped_lock lock(mutex_);
  if (std::exchange(left_, true)) return;
  if (ended() == Ended::not_yet) ended_ = Ended::left;
  totals_.open.add(-1);
  totals_.queued_bytes.add(-static_cast<double>(waiting_));
  std::vector<FramePointer>().swap(queue_);
  taken_ = waiting_ = 0;
  std::swap(unused, taker_);
}

}  // namespace openstrat::realtime
