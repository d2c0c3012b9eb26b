// The outside of binary backup files: magic, size, and the two ways to encrypt what is inside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace openstrat::sim {

enum class BackupCipher { none, rc4, aes };

/// `salt` makes equal backups differ; 32 bytes, ignored without a cipher.
std::string seal_backup(std::string_view records, BackupCipher cipher, std::string_view password, std::string_view salt);

enum class BackupFault { not_a_backup, wrong_password };
struct OpenedBackup {
  std::string records;
  std::optional<BackupFault> fault;
};
OpenedBackup open_backup(std::string_view file, std::string_view password);

}  // namespace openstrat::sim
