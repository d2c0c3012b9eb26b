#include "sim/device/files.hpp"

#include <algorithm>

namespace openstrat::sim {
namespace {

constexpr std::string_view kMenu = "/file";
constexpr std::string_view kFlash = "flash";  ///< a disk of its own: there, and not shown

}  // namespace

std::string file_type(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return "file";
  const std::string_view ending = name.substr(dot);
  if (ending == ".rsc") return "script";
  if (ending == ".backup") return "backup";
  return std::string(ending) + " file";
}

RowId FileStore::row_of(std::string_view name) const {
  const FoundRow row = config_.find_named(kMenu, name);
  return row ? row.row->id : 0;
}

const StoredFile* FileStore::find(std::string_view name) const {
  const StoredFile* file = find(row_of(name));
  return file == nullptr || !file->directory.empty() ? nullptr : file;
}

bool FileStore::is_directory(std::string_view name) const {
  const StoredFile* file = find(row_of(name));
  return file != nullptr && !file->directory.empty();
}

bool FileStore::make_directory(std::string_view name, Timestamp now) {
  if (name.empty() || row_of(name) != 0) return false;
  make_parents(name, now);
  Row row;
  row.set("name", std::string(name));
  files_[config_.insert(kMenu, std::move(row))] = {{}, now, std::string(name)};
  return true;
}

void FileStore::make_parents(std::string_view name, Timestamp now) {
  for (std::size_t slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/', slash + 1)) {
    const std::string_view parent = name.substr(0, slash);
    if (parent.empty() || parent == kFlash || row_of(parent) != 0) continue;
    Row row;
    row.set("name", std::string(parent));
    files_[config_.insert(kMenu, std::move(row))] = {{}, now, std::string(parent)};
  }
}

std::vector<RowId> FileStore::rows_below(const std::string& directory) const {
  std::vector<RowId> rows;
  for (const FoundRow& found : config_.rows(kMenu)) {
    const std::string* name = found.row->find("name");
    if (name != nullptr && name->starts_with(directory + "/")) rows.push_back(found.row->id);
  }
  return rows;
}

const StoredFile* FileStore::find(RowId row) const {
  const auto known = files_.find(row);
  return known == files_.end() ? nullptr : &known->second;
}

std::string FileStore::name_of(RowId row) const {
  const FoundRow found = config_.find(kMenu, row);
  const std::string* name = found ? found.row->find("name") : nullptr;
  return name == nullptr ? std::string() : *name;
}

void FileStore::store(RowId row, std::string contents, Timestamp now) {
  StoredFile& file = files_[row];
  used_ = used_ - file.contents.size() + contents.size();
  file = {std::move(contents), now};
}

bool FileStore::write(std::string_view name, std::string contents, Timestamp now, bool append) {
  RowId row = row_of(name);
  if (const StoredFile* old = find(row); old != nullptr && append) contents.insert(0, old->contents);
  if (used_ + contents.size() > capacity_ || is_directory(name)) return false;
  if (row == 0) {
    make_parents(name, now);
    Row added;
    added.set("name", std::string(name));
    row = config_.insert(kMenu, std::move(added));
  }
  store(row, std::move(contents), now);
  return true;
}

void FileStore::remove(std::string_view name) {
  const RowId row = row_of(name);
  if (row == 0) return;
  config_.remove(kMenu, {row});
  row_removed(row);
}

std::vector<std::string> FileStore::names() const {
  std::vector<std::string> names;
  for (const FoundRow& row : config_.rows(kMenu)) {
    if (const std::string* name = row.row->find("name")) names.push_back(*name);
  }
  return names;
}

/// `/flash/x` is `flash/x`.
void FileStore::tidy_name(RowId row) {
  const std::string name = name_of(row);
  const std::size_t begin = std::min(name.find_first_not_of('/'), name.size());
  const std::size_t end = name.find_last_not_of('/') + 1;
  if (begin < end && end - begin < name.size()) config_.assign(kMenu, row, "name", name.substr(begin, end - begin));
}

/// What is in a directory goes where it goes.
void FileStore::follow_directory(RowId row) {
  StoredFile& directory = files_.at(row);
  const std::string name = name_of(row);
  if (name == directory.directory) return;
  for (const RowId below : rows_below(directory.directory)) {
    const std::string moved = name + name_of(below).substr(directory.directory.size());
    config_.assign(kMenu, below, "name", moved);
    if (StoredFile& file = files_[below]; !file.directory.empty()) file.directory = moved;
  }
  directory.directory = name;
}

bool FileStore::row_written(RowId row, Timestamp now) {
  if (!config_.find(kMenu, row)) return true;
  tidy_name(row);
  make_parents(name_of(row), now);
  const Row* found = config_.find(kMenu, row).row;
  const std::string* type = found->find("type");
  const bool directory = type != nullptr && *type == "directory";
  if (type != nullptr) config_.assign(kMenu, row, "type", std::nullopt);
  if (const auto known = files_.find(row); known != files_.end() && !known->second.directory.empty()) {
    follow_directory(row);
    return true;
  }
  found = config_.find(kMenu, row).row;
  const std::string* written = found->find("contents");
  if (directory || written == nullptr) {
    files_.try_emplace(row, StoredFile{{}, now, directory ? name_of(row) : std::string()});
    if (written != nullptr) config_.assign(kMenu, row, "contents", std::nullopt);
    return true;
  }
  std::string contents = *written;
  config_.assign(kMenu, row, "contents", std::nullopt);
  if (used_ + contents.size() > capacity_) return false;
  store(row, std::move(contents), now);
  return true;
}

void FileStore::row_removed(RowId row) {
  const auto known = files_.find(row);
  if (known == files_.end()) return;
  used_ -= known->second.contents.size();
  const std::string directory = std::move(known->second.directory);
  files_.erase(known);
  if (directory.empty()) return;
  const std::vector<RowId> below = rows_below(directory);
  if (!below.empty()) config_.remove(kMenu, below);
  for (const RowId each : below) row_removed(each);
}

void FileStore::lose_ram() {
  if (!flash_only_) return;
  std::vector<RowId> lost;
  for (const auto& [row, file] : files_) {
    if (!name_of(row).starts_with("flash/")) lost.push_back(row);
  }
  if (!lost.empty()) config_.remove(kMenu, lost);
  for (const RowId row : lost) row_removed(row);
}

}  // namespace openstrat::sim
