// Writes behind what heartbeats counted: at most a second of it is ever only in memory, and nothing at a clean stop.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

namespace openstrat::db {
class Database;
}

namespace openstrat::fleet {

class LiveSites;

class PulseWriter {
 public:
  PulseWriter(db::Database& database, LiveSites& live, const Clock& clock);

  /// Every second, from one thread; also once at the stop. A failed write is repeated by the next call.
  Status flush();
  /// Deletes hour rows older than the retention; nightly.
  Status purge(std::chrono::days keep);

 private:
  Status write_out();
  Status write_listening(Timestamp now);

  db::Database& database_;
  LiveSites& live_;
  const Clock& clock_;
  Timestamp listening_written_until_;  ///< up to here platform_hour knows that we listened
  Timestamp flushed_at_;               ///< end of the last flush(): a long gap after it means that this process stood still
};

}  // namespace openstrat::fleet
