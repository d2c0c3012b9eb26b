#include "audit/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/crypto.hpp"

// A record in a file: "<length> <checksum>\n" and the bytes and "\n". Lengths and sums tell a torn end from a whole record.

namespace openstrat::audit {
namespace {

constexpr std::size_t kSum = 16;
constexpr std::uint64_t kReadAhead = 512 * 1024;

std::string sum_of(std::string_view record) { return crypto::hex(crypto::sha256(record)).substr(0, kSum); }

Error disk_error(const char* what, const std::filesystem::path& path) {
  return Error(Errc::unavailable, fmt::format("{} {}: {}", what, path.string(), std::strerror(errno)));
}

struct Parsed {
  enum class Kind { record, incomplete, damaged } kind;
  std::string_view record;
  std::size_t length = 0;  ///< with its frame
};

Parsed parse(std::string_view text) {
  const auto line_end = text.find('\n');
  if (line_end == text.npos) return {text.size() > 64 ? Parsed::Kind::damaged : Parsed::Kind::incomplete, {}};
  const auto line = text.substr(0, line_end);
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size);
  const auto sum = line.substr(std::min(line.size(), static_cast<std::size_t>(end - line.data()) + 1));
  if (error != std::errc() || sum.size() != kSum) return {Parsed::Kind::damaged, {}};
  const std::size_t length = line_end + 1 + size + 1;
  if (text.size() < length) return {Parsed::Kind::incomplete, {}};
  const auto record = text.substr(line_end + 1, size);
  if (text[length - 1] != '\n' || sum_of(record) != sum) return {Parsed::Kind::damaged, {}};
  return {Parsed::Kind::record, record, length};
}

bool write_whole(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(Options options) {
  std::unique_ptr<Journal> journal(new Journal(std::move(options)));
  const auto& directory = journal->options_.directory;
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return fail(Errc::unavailable, "cannot create " + directory.string() + ": " + error.message());
  ::chmod(directory.c_str(), 0700);
  if (auto found = journal->find_segments(); !found) return fail(found.error());
  if (auto begun = journal->begin_segment(); !begun) return fail(begun.error());
  return journal;
}

Journal::~Journal() {
  if (fd_ >= 0) ::close(fd_);
  if (segments_.size() == 1 && segments_.front().size == 0) ::unlink(path_of(segments_.front()).c_str());
}

std::filesystem::path Journal::path_of(const Segment& segment) const {
  return options_.directory / fmt::format("{:012}.journal", segment.number);
}

Status Journal::find_segments() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(options_.directory, error)) {
    const auto stem = entry.path().stem().string();
    Segment segment{.is_old = true};
    const auto [end, bad] = std::from_chars(stem.data(), stem.data() + stem.size(), segment.number);
    if (bad != std::errc() || entry.path().extension() != ".journal") continue;
    segment.size = entry.file_size(error);
    if (error) break;
    segments_.push_back(segment);
    bytes_ += segment.size;
  }
  if (error) return fail(Errc::unavailable, "cannot read " + options_.directory.string() + ": " + error.message());
  std::ranges::sort(segments_, {}, &Segment::number);
  return {};
}

Status Journal::begin_segment() {
  const Segment segment{.number = segments_.empty() ? 1 : segments_.back().number + 1};
  const auto path = path_of(segment);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return fail(disk_error("cannot create", path));
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
  ends_here_ = false;
  segments_.push_back(segment);
  return {};
}

Status Journal::append(std::string_view record) {
  const auto text = fmt::format("{} {}\n{}\n", record.size(), sum_of(record), record);
  const std::scoped_lock lock(mutex_);
  if (bytes_ + text.size() > options_.max_bytes) return fail(Errc::unavailable, "the journal is full");
  if (ends_here_ || segments_.back().size >= options_.segment_bytes)
    if (auto begun = begin_segment(); !begun) return begun;
  Segment& segment = segments_.back();
  if (!write_whole(fd_, text)) {
    const auto error = disk_error("cannot write", path_of(segment));
    // A half-written record that stays must not stand before whole ones.
    ends_here_ = ::ftruncate(fd_, static_cast<off_t>(segment.size)) != 0;
    return fail(error);
  }
  segment.size += text.size();
  bytes_ += text.size();
  return {};
}

/// The unread beginning of the oldest segment, enough for the next record.
Result<std::string> Journal::read_front() {
  const Segment& front = segments_.front();
  const bool is_written = segments_.size() == 1;
  const auto path = path_of(front);
  const int fd = is_written ? fd_ : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(disk_error("cannot open", path));
  std::string text(std::min(front.size - read_, kReadAhead), '\0');
  std::size_t got = 0;
  while (got < text.size()) {
    const auto count = ::pread(fd, text.data() + got, text.size() - got, static_cast<off_t>(read_ + got));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  const bool complete = got == text.size();
  if (!is_written) ::close(fd);
  if (!complete) return fail(disk_error("cannot read", path));
  return text;
}

Result<Journal::Batch> Journal::peek(std::size_t max) {
  const std::scoped_lock lock(mutex_);
  Batch batch;
  while (batch.records.empty() && (segments_.size() > 1 || read_ < segments_.front().size)) {
    if (read_ == segments_.front().size) {
      finish_front();
      continue;
    }
    const auto text = read_front();
    if (!text) return fail(text.error());
    peeked_ = read_;
    batch.repeated = segments_.front().is_old;
    take_records(*text, max, batch);
    if (batch.records.empty()) read_ = peeked_;  // nothing but damage
  }
  return batch;
}

/// Records from the beginning of `text`. What does not read as one is skipped line by line until the next that does: its end was
/// torn by a crash, or somebody damaged the file.
void Journal::take_records(std::string_view text, std::size_t max, Batch& batch) {
  const bool is_end = read_ + text.size() == segments_.front().size;
  bool in_damage = false;
  while (batch.records.size() < max && !text.empty()) {
    const auto parsed = parse(text);
    std::size_t length = parsed.length;
    if (parsed.kind == Parsed::Kind::record) {
      batch.records.emplace_back(parsed.record);
      in_damage = false;
    } else if (parsed.kind == Parsed::Kind::incomplete && !is_end && !batch.records.empty()) {
      return;  // goes on behind what was read
    } else {
      if (!std::exchange(in_damage, true)) ++damaged_;
      length = std::min(text.size(), text.find('\n')) + 1;
      length = std::min(length, text.size());
    }
    text.remove_prefix(length);
    peeked_ += length;
  }
}

void Journal::drop() {
  const std::scoped_lock lock(mutex_);
  read_ = peeked_;
  if (read_ == segments_.front().size) finish_front();
}

/// All of the oldest segment is done: the file goes, or is emptied if it is still written.
void Journal::finish_front() {
  bytes_ -= segments_.front().size;
  if (segments_.size() > 1) {
    ::unlink(path_of(segments_.front()).c_str());
    segments_.pop_front();
  } else if (!ends_here_ && ::ftruncate(fd_, 0) == 0) {
    segments_.front().size = 0;
  } else {
    bytes_ += segments_.front().size;  // stays as it is, behind the reader
    peeked_ = read_ = segments_.front().size;
    return;
  }
  peeked_ = read_ = 0;
}

Status Journal::sync() {
  const std::scoped_lock lock(mutex_);
  if (::fdatasync(fd_) != 0) return fail(disk_error("cannot sync", path_of(segments_.back())));
  return {};
}

std::uint64_t Journal::bytes() const {
  const std::scoped_lock lock(mutex_);
  return bytes_ - read_;
}

std::uint64_t Journal::damaged() const {
  const std::scoped_lock lock(mutex_);
  return damaged_;
}

}  // namespace openstrat::audit
