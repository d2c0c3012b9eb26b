// Secrets at rest: the installation's key file, and boxes that seal values for the database under it.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/error.hpp"

namespace openstrat {

class Rng;

/// The 32 random bytes that every other key is derived from. They live in a file outside the database, readable by its
/// owner only; whoever loses them loses every sealed secret. Wiped from memory at the end.
class MasterKey {
 public:
  explicit MasterKey(const crypto::Key32& bytes) : bytes_(bytes) {}
  ~MasterKey();
  MasterKey(const MasterKey&) = default;
  MasterKey& operator=(const MasterKey&) = default;

  /// Fails when the file is missing, not exactly 32 bytes, or open to group or others; the message says what to do.
  static Result<MasterKey> load(const std::filesystem::path& file);
  /// Of several processes that start at once, one creates the file (complete and on disk before it has its name) and
  /// all load the same key.
  static Result<MasterKey> load_or_create(const std::filesystem::path& file, Rng& rng);

  const crypto::Key32& bytes() const { return bytes_; }

 private:
  crypto::Key32 bytes_;
};

/// Seals values for one purpose. Rotation: the newest key seals, every key opens; a key leaves the list once nothing
/// sealed under it is left (is_current()). Output: one byte that tells the key, then Aead's. Thread-safe.
class SecretBox {
 public:
  SecretBox(std::string_view purpose, const MasterKey& newest, std::span<const MasterKey> older = {});

  /// `associated_data` names the place (table, row, column), so that a value copied to another place does not open.
  std::string seal(std::string_view plain, std::string_view associated_data) const;
  /// nullopt: changed, of another place or purpose, or its key is no longer listed.
  std::optional<std::string> open(std::string_view sealed, std::string_view associated_data) const;
  /// Whether the newest key sealed it; if not, seal it again when convenient.
  bool is_current(std::string_view sealed) const;

 private:
  struct Key {
    char number;
    crypto::Aead aead;
  };
  void add(const MasterKey& master, std::string_view purpose);

  std::vector<Key> keys_;  ///< newest first
};

}  // namespace openstrat
