// Records that must outlive the process until they are in the database: a queue in files.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace openstrat::audit {

/// Any number of writers, one reader, in order. What append() has taken survives a killed process (and, after sync(), a power cut);
/// after a crash the records that were dropped last may come again. A torn or damaged record is skipped and counted.
class Journal {
 public:
  struct Options {
    std::filesystem::path directory;                   ///< made if absent; belongs to this journal
    std::uint64_t max_bytes = 256ull * 1024 * 1024;    ///< then append() refuses
    std::uint64_t segment_bytes = 4ull * 1024 * 1024;  ///< a file ends here and is removed once all of it was dropped
  };
  static Result<std::unique_ptr<Journal>> open(Options options);
  ~Journal();

  /// One write to a file, no wait for the disk. unavailable: the journal is full, or the disk refuses.
  Status append(std::string_view record);

  struct Batch {
    std::vector<std::string> records;
    bool repeated = false;  ///< from before this process: some may be in the database already
  };
  /// The oldest records, at most `max`; the same again until drop().
  Result<Batch> peek(std::size_t max);
  /// What the last peek() gave is kept elsewhere now.
  void drop();
  /// Puts what was appended on the disk.
  Status sync();

  std::uint64_t bytes() const;    ///< that wait
  std::uint64_t damaged() const;  ///< records that could not be read

 private:
  struct Segment {
    std::uint64_t number = 0;
    std::uint64_t size = 0;
    bool is_old = false;  ///< was there at open()
  };
  explicit Journal(Options options) : options_(std::move(options)) {}
  std::filesystem::path path_of(const Segment& segment) const;
  Status begin_segment();
  Status find_segments();
  Result<std::string> read_front();
  void take_records(std::string_view text, std::size_t max, Batch& batch);
  void finish_front();

  const Options options_;
  mutable std::mutex mutex_;
  std::deque<Segment> segments_;  ///< oldest first; the last one is written
  int fd_ = -1;                   ///< of the last one
  std::uint64_t bytes_ = 0;       ///< of all segments
  std::uint64_t read_ = 0;        ///< of the first segment: dropped so far …
  std::uint64_t peeked_ = 0;      ///< … and after the next drop()
  std::uint64_t damaged_ = 0;
  bool ends_here_ = false;        ///< a new segment must be begun before the next record
};

}  // namespace openstrat::audit
