#include "storage/disk_blob_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/log.hpp"

namespace openstrat::storage {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTemporaryDirectory = "tmp";

/// The cause goes to the log: paths are nothing for users.
std::unexpected<Error> storage_error(const char* what, const fs::path& path, int code) {
  log::error("storage failed", {{"step", what}, {"path", path.string()}, {"error", std::strerror(code)}});
  const bool full = code == ENOSPC || code == EDQUOT;
  return fail(Errc::unavailable, full ? "The storage is full." : "The storage does not answer.");
}

class File {
 public:
  File(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() { if (fd_ >= 0) ::close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  explicit operator bool() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  bool write_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

 private:
  int fd_;
};

Status sync_directory(const fs::path& directory) {
  const File file(directory, O_RDONLY | O_DIRECTORY);
  if (!file || ::fsync(file.fd()) != 0) return storage_error("sync directory", directory, errno);
  return {};
}

/// Creates what is missing and makes each new name durable in its parent.
Status make_directory(const fs::path& directory) {
  if (::mkdir(directory.c_str(), 0700) == 0) return sync_directory(directory.parent_path());
  if (errno == EEXIST) return {};
  if (errno != ENOENT) return storage_error("make directory", directory, errno);
  if (auto parent = make_directory(directory.parent_path()); !parent) return parent;
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return storage_error("make directory", directory, errno);
  return sync_directory(directory.parent_path());
}

bool is_key(std::string_view name) {
  return name.size() >= 8 && std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<Timestamp> modified_at(const fs::path& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return from_unix_us(std::int64_t{info.st_mtim.tv_sec} * 1'000'000 + info.st_mtim.tv_nsec / 1000);
}

Status set_modified(const fs::path& path, Timestamp time) {
  const std::int64_t us = to_unix_us(time);
  const timespec at{.tv_sec = us / 1'000'000, .tv_nsec = (us % 1'000'000) * 1000};
  const timespec times[2] = {at, at};
  if (::utimensat(AT_FDCWD, path.c_str(), times, 0) != 0) return storage_error("touch", path, errno);
  return {};
}

}  // namespace

Result<std::unique_ptr<DiskBlobStore>> DiskBlobStore::open(fs::path root, const Clock& clock) {
  root = fs::absolute(root).lexically_normal();
  std::error_code ignored;
  fs::remove_all(root / kTemporaryDirectory, ignored);
  if (auto made = make_directory(root / kTemporaryDirectory); !made) return fail(made.error());
  return std::unique_ptr<DiskBlobStore>(new DiskBlobStore(std::move(root), clock));
}

fs::path DiskBlobStore::path_of(CustomerId customer, const std::string& key) const {
  return root_ / customer.to_string() / key.substr(0, 2) / key;
}

Status DiskBlobStore::write_new(const fs::path& path, std::string_view bytes) {
  if (auto made = make_directory(path.parent_path()); !made) return made;
  const fs::path temporary = root_ / kTemporaryDirectory / std::to_string(next_temporary_.fetch_add(1));
  const auto give_up = [&](const char* step) {
    const int code = errno;
    ::unlink(temporary.c_str());
    return storage_error(step, path, code);
  };
  {
    File file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return give_up("create");
    if (!file.write_all(bytes)) return give_up("write");
    if (::fsync(file.fd()) != 0) return give_up("sync");
  }
  if (auto set = set_modified(temporary, clock_.now()); !set) {
    ::unlink(temporary.c_str());
    return set;
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return give_up("rename");
  return sync_directory(path.parent_path());
}

Status DiskBlobStore::put(CustomerId customer, const std::string& key, std::string_view bytes) {
  if (!is_key(key)) return fail(Errc::internal, "a blob key must be hex");
  const std::lock_guard lock(mutex_of(key));
  const fs::path path = path_of(customer, key);
  if (::access(path.c_str(), F_OK) == 0) return set_modified(path, clock_.now());
  return write_new(path, bytes);
}

Result<std::string> DiskBlobStore::get(CustomerId customer, const std::string& key) {
  const fs::path path = path_of(customer, key);
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return fail(Errc::not_found, "The stored backup is missing.");
    return storage_error("open", path, errno);
  }
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) return storage_error("read", path, EIO);
  return bytes;
}

Result<bool> DiskBlobStore::exists(CustomerId customer, const std::string& key) {
  const fs::path path = path_of(customer, key);
  if (::access(path.c_str(), F_OK) == 0) return true;
  if (errno == ENOENT) return false;
  return storage_error("look up", path, errno);
}

Status DiskBlobStore::touch(CustomerId customer, const std::string& key) {
  const std::lock_guard lock(mutex_of(key));
  const fs::path path = path_of(customer, key);
  if (::access(path.c_str(), F_OK) != 0) return fail(Errc::not_found, "The stored backup is missing.");
  return set_modified(path, clock_.now());
}

Result<bool> DiskBlobStore::remove(CustomerId customer, const std::string& key, Timestamp older_than) {
  const std::lock_guard lock(mutex_of(key));
  const fs::path path = path_of(customer, key);
  const auto modified = modified_at(path);
  if (!modified || *modified >= older_than) return false;
  if (::unlink(path.c_str()) != 0) return storage_error("remove", path, errno);
  return true;
}

Status DiskBlobStore::list(Timestamp older_than, const Visitor& visit) {
  std::error_code code;
  const auto walk_error = [&] { return storage_error("list", root_, code.value()); };
  for (fs::directory_iterator customers(root_, code), end; !code && customers != end; customers.increment(code)) {
    const auto customer = CustomerId::parse(customers->path().filename().string());
    if (!customer) continue;
    for (fs::recursive_directory_iterator files(customers->path(), code), none; !code && files != none; files.increment(code)) {
      const std::string key = files->path().filename().string();
      if (!is_key(key)) continue;
      const auto modified = modified_at(files->path());
      if (!modified || *modified >= older_than) continue;
      if (auto visited = visit(*customer, key); !visited) return visited;
    }
    if (code) return walk_error();
  }
  if (code) return walk_error();
  return {};
}

}  // namespace openstrat::storage
