#include "base/secrets.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/ids.hpp"
#include "base/rng.hpp"

namespace openstrat {
namespace {

namespace fs = std::filesystem;

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<Error> key_file_failure(const fs::path& file, std::string_view what) {
  return fail(Errc::internal, "key_file", fmt::format("key file {}: {}", file.string(), what));
}

std::unexpected<Error> system_failure(const fs::path& file, std::string_view action) {
  const std::string reason = std::generic_category().message(errno);
  return key_file_failure(file, fmt::format("cannot {}: {}", action, reason));
}

bool write_all(int fd, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

/// Reads up to `out.size()` bytes; -1 with errno on failure.
ssize_t read_all(int fd, std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t count = ::read(fd, out.data() + done, out.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(done);
}

/// Writes a new key beside `file`, complete and synced.
Status write_draft(const fs::path& draft, Rng& rng) {
  const FileDescriptor fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return system_failure(draft, "create");
  crypto::Key32 bytes;
  rng.fill(bytes);
  const bool written = write_all(fd.get(), bytes) && ::fsync(fd.get()) == 0;
  sodium_memzero(bytes.data(), bytes.size());
  if (!written) return system_failure(draft, "write");
  return {};
}

Status sync_directory(const fs::path& file) {
  const fs::path directory = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const FileDescriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return system_failure(file, "sync the directory of");
  return {};
}

/// A link cannot replace a file, so the first of several creators wins and the others see a complete file.
Status create(const fs::path& file, Rng& rng) {
  const fs::path draft = file.string() + "." + random_base62(8, rng) + ".new";
  if (Status drafted = write_draft(draft, rng); !drafted) {
    ::unlink(draft.c_str());
    return drafted;
  }
  const bool linked = ::link(draft.c_str(), file.c_str()) == 0 || errno == EEXIST;
  const Status result = linked ? sync_directory(file) : Status(system_failure(file, "create"));
  ::unlink(draft.c_str());
  return result;
}

}  // namespace

MasterKey::~MasterKey() {
  sodium_memzero(bytes_.data(), bytes_.size());
}

Result<MasterKey> MasterKey::load(const fs::path& file) {
  // Non-blocking, so that a pipe in its place is an error and not a hang.
  const FileDescriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return system_failure(file, "open");
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return system_failure(file, "examine");
  if (!S_ISREG(info.st_mode)) return key_file_failure(file, "not a regular file");
  if ((info.st_mode & 077) != 0) {
    return key_file_failure(
        file, fmt::format("mode {:04o} lets others in; run: chmod 600 {}", info.st_mode & 07777, file.string()));
  }
  crypto::Key32 bytes{};
  const ssize_t count = read_all(fd.get(), bytes);
  if (count < 0) return system_failure(file, "read");
  if (info.st_size != static_cast<off_t>(bytes.size()) || count != info.st_size) {
    return key_file_failure(
        file, fmt::format("holds {} bytes, not the {} of a key; restore it from a backup", info.st_size, bytes.size()));
  }
  MasterKey key(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

Result<MasterKey> MasterKey::load_or_create(const fs::path& file, Rng& rng) {
  struct stat info {};
  if (::lstat(file.c_str(), &info) != 0 && errno == ENOENT) {
    if (Status created = create(file, rng); !created) return std::unexpected(created.error());
  }
  return load(file);
}

SecretBox::SecretBox(std::string_view purpose, const MasterKey& newest, std::span<const MasterKey> older) {
  keys_.reserve(1 + older.size());
  add(newest, purpose);
  for (const MasterKey& master : older) add(master, purpose);
}

void SecretBox::add(const MasterKey& master, std::string_view purpose) {
  // Derived from the key itself: stays the same when keys join or leave the list. Two keys may share a number by
  // chance; open() then tries both.
  const crypto::Key32 number = crypto::derive_key(master.bytes(), "key number");
  crypto::Key32 key = crypto::derive_key(master.bytes(), purpose);
  keys_.push_back({static_cast<char>(number[0]), crypto::Aead(key)});
  sodium_memzero(key.data(), key.size());
}

std::string SecretBox::seal(std::string_view plain, std::string_view associated_data) const {
  const Key& newest = keys_.front();
  return newest.number + newest.aead.seal(plain, associated_data);
}

std::optional<std::string> SecretBox::open(std::string_view sealed, std::string_view associated_data) const {
  if (sealed.empty()) return std::nullopt;
  for (const Key& key : keys_) {
    if (key.number != sealed.front()) continue;
    if (auto plain = key.aead.open(sealed.substr(1), associated_data)) return plain;
  }
  return std::nullopt;
}

bool SecretBox::is_current(std::string_view sealed) const {
  return !sealed.empty() && sealed.front() == keys_.front().number;
}

}  // namespace openstrat
