// A whole instance in one file: database, blobs, key, certificates and host keys. A lost key is a lost fleet.
#pragma once

#include <filesystem>
#include <string>

#include "app/instance.hpp"

namespace openstrat::app {

struct ArchiveSummary {
  std::int64_t rows = 0;
  std::int64_t blobs = 0;
  std::uintmax_t bytes = 0;  ///< of the archive
};

/// Writes FILE (tar, zstd; mode 0600) beside a running or stopped server. The file appears only when it is complete.
Result<ArchiveSummary> write_archive(Instance& instance, const std::filesystem::path& file);

/// Unpacks FILE into the configured data directory and database, which must both be empty. Engines may differ.
Result<ArchiveSummary> restore_archive(const LoadedConfig& config, const std::filesystem::path& file);

}  // namespace openstrat::app
