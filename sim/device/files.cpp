#include "sim/device/files.hpp"

#include <algorithm>

namespace openstrat::sim {
namespace {

constexpr std::string_view kMenu = "/file";

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

const StoredFile* FileStore::find(std::string_view name) const { return find(row_of(name)); }

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
  if (used_ + contents.size() > capacity_) return false;
  if (row == 0) {
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

bool FileStore::row_written(RowId row, Timestamp now) {
  const FoundRow found = config_.find(kMenu, row);
  if (!found) return true;
  const std::string* written = found.row->find("contents");
  if (written == nullptr) {
    files_.try_emplace(row, StoredFile{{}, now});
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
  files_.erase(known);
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
