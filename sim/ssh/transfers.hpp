// A router's files as SFTP and SCP see them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/access/accounts.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {

/// Paths are those of the other side: `/flash/a.rsc`, `flash/a.rsc` and `./flash/a.rsc` are one file.
class TransferFiles {
 public:
  struct Entry {
    std::string name;  ///< last word of the path
    bool directory = false;
    std::uint64_t size = 0;
    Timestamp changed;
  };
  enum class Outcome { done, absent, forbidden, full, exists };

  TransferFiles(Router& router, Login login) : router_(router), login_(std::move(login)) {}

  /// Without a leading or doubled slash, `.` and `..` resolved; empty: the root.
  static std::string normal(std::string_view path);

  bool allowed() const { return login_.policies.has(Policy::ftp); }
  std::optional<Entry> about(std::string_view path) const;
  std::vector<Entry> list(std::string_view directory) const;
  const StoredFile* find(std::string_view path) const;
  /// Bytes that one more file may have.
  std::uint64_t room(std::string_view path) const;
  /// A file named `*.auto.rsc` then runs, and leaves `*.auto.log`.
  Outcome store(std::string_view path, std::string contents);
  Outcome remove(std::string_view path);
  Outcome rename(std::string_view from, std::string_view to);
  Outcome make_directory(std::string_view path);
  Outcome remove_directory(std::string_view path);  ///< an empty one; `exists`: something is in it

 private:
  void run_uploaded(const std::string& name);

  Router& router_;
  const Login login_;
};

}  // namespace openstrat::sim
