// Blobs as files: <root>/<customer>/<first two of the key>/<key>.
#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

#include "storage/blob_store.hpp"

namespace openstrat::storage {

class DiskBlobStore final : public BlobStore {
 public:
  /// Creates the directory; clears what an earlier process left half-written. One process a directory.
  static Result<std::unique_ptr<DiskBlobStore>> open(std::filesystem::path root, const Clock& clock);

  Status put(CustomerId customer, const std::string& key, std::string_view bytes) override;
  Result<std::string> get(CustomerId customer, const std::string& key) override;
  Result<bool> exists(CustomerId customer, const std::string& key) override;
  Status touch(CustomerId customer, const std::string& key) override;
  Result<bool> remove(CustomerId customer, const std::string& key, Timestamp older_than) override;
  Status list(Timestamp older_than, const Visitor& visit) override;

 private:
  DiskBlobStore(std::filesystem::path root, const Clock& clock) : root_(std::move(root)), clock_(clock) {}
  std::filesystem::path path_of(CustomerId customer, const std::string& key) const;
  std::mutex& mutex_of(const std::string& key) { return mutexes_[std::hash<std::string>{}(key) % mutexes_.size()]; }
  Status write_new(const std::filesystem::path& path, std::string_view bytes);

  const std::filesystem::path root_;
  const Clock& clock_;
  std::array<std::mutex, 32> mutexes_;  ///< a key's put, touch and remove take turns
  std::atomic<std::uint64_t> next_temporary_{0};
};

}  // namespace openstrat::storage
