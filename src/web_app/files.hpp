// The built files of the web application: out of the pack in the binary, or out of a directory while somebody works on them.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace openstrat::web_app {

/// One file as it is sent, with its compressed forms; nullptr: not worth it. Immutable, shared with the answers under way.
struct File {
  std::string path;          ///< relative, `assets/index-Bx3.js`
  std::string content_type;
  std::string hash;          ///< of the contents, for entity tags
  std::shared_ptr<const std::string> identity, gzip, brotli;
};

/// Asked on I/O threads, from any of them.
class Files {
 public:
  virtual ~Files() = default;
  /// nullptr: there is none. `path` may be anything that a client sends.
  virtual std::shared_ptr<const File> find(std::string_view path) const = 0;
  /// Whether a file of a hashed name stays what it is.
  virtual bool is_constant() const = 0;
};

/// Everything in memory, checked once.
class Pack final : public Files {
 public:
  /// Reads what web/tools/pack.mjs wrote (the format is described there). Refuses anything that is not exactly that.
  static Result<std::unique_ptr<Pack>> read(std::string_view bytes);

  std::shared_ptr<const File> find(std::string_view path) const override;
  bool is_constant() const override { return true; }
  std::size_t size() const { return files_.size(); }

 private:
  std::map<std::string, std::shared_ptr<const File>, std::less<>> files_;
};

/// Reads the file anew for every request, on the I/O thread: for developers (`web.directory`), not for service.
class Directory final : public Files {
 public:
  explicit Directory(std::filesystem::path root) : root_(std::move(root)) {}
  std::shared_ptr<const File> find(std::string_view path) const override;
  bool is_constant() const override { return false; }

 private:
  std::filesystem::path root_;
};

/// Plain names between slashes: no `..`, nothing hidden, no backslash, no control character.
bool is_plain_path(std::string_view path);

}  // namespace openstrat::web_app
