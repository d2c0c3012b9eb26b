// The files of a router. Names and sizes are rows of `/file`; this is what the rows stand for.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "sim/config/config.hpp"

namespace openstrat::sim {

struct StoredFile {
  std::string contents;
  Timestamp created;
  std::string directory = {};  ///< its path, if it is one
};

/// Keeps the rows of `/file` and the contents in step. Refers to the configuration.
class FileStore {
 public:
  /// `flash_only`: everything outside `flash/` lives in RAM. `capacity`: bytes of all files together.
  FileStore(Config& config, bool flash_only, std::uint64_t capacity) : config_(config), flash_only_(flash_only), capacity_(capacity) {}

  /// Directories are not found by name.
  const StoredFile* find(std::string_view name) const;
  const StoredFile* find(RowId row) const;
  bool is_directory(std::string_view name) const;
  /// And those above it. False if something else has the name.
  bool make_directory(std::string_view name, Timestamp now);
  std::string name_of(RowId row) const;
  /// False when the disk is full. Directories that are not there are made.
  [[nodiscard]] bool write(std::string_view name, std::string contents, Timestamp now, bool append = false);
  void remove(std::string_view name);  ///< of a directory: with everything in it
  std::vector<std::string> names() const;
  std::uint64_t used() const { return used_; }
  std::uint64_t capacity() const { return capacity_; }

  /// After a command changed a row: takes over contents that the command wrote into it. False when the disk is full.
  [[nodiscard]] bool row_written(RowId row, Timestamp now);
  void row_removed(RowId row);
  /// What a reboot does to files in RAM.
  void lose_ram();

 private:
  RowId row_of(std::string_view name) const;
  void store(RowId row, std::string contents, Timestamp now);
  void make_parents(std::string_view name, Timestamp now);
  std::vector<RowId> rows_below(const std::string& directory) const;
  void tidy_name(RowId row);
  void follow_directory(RowId row);

  Config& config_;
  const bool flash_only_;
  const std::uint64_t capacity_;
  std::map<RowId, StoredFile> files_;
  std::uint64_t used_ = 0;
};

/// `script`, `backup`, `.txt file`: what the type column says of a name.
std::string file_type(std::string_view name);

}  // namespace openstrat::sim
