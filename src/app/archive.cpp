#include "app/archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>

#include "app/version.hpp"
#include "base/attributes.hpp"
#include "base/log.hpp"
#include "db/dump.hpp"
#include "search/index_service.hpp"

namespace openstrat::app {
namespace fs = std::filesystem;
namespace {

constexpr const char* kManifest = "manifest.json";
constexpr const char* kDatabase = "database.dump";
constexpr const char* kKey = "secret.key";

struct WriteFree {
  void operator()(::archive* a) const { archive_write_free(a); }
};
struct ReadFree {
  void operator()(::archive* a) const { archive_read_free(a); }
};
struct EntryFree {
  void operator()(archive_entry* e) const { archive_entry_free(e); }
};
using Writer = std::unique_ptr<::archive, WriteFree>;
using Reader = std::unique_ptr<::archive, ReadFree>;
using Entry = std::unique_ptr<archive_entry, EntryFree>;

std::unexpected<Error> archive_error(::archive* a, const std::string& what) {
  const char* text = archive_error_string(a);
  return fail(Errc::unavailable, what + ": " + (text ? text : "unknown error"));
}

/// A directory beside the target that goes away again, whatever happens.
class Scratch {
 public:
  explicit Scratch(const fs::path& beside) : path_(beside.string() + ".part-" + std::to_string(::getpid())) {
    fs::create_directories(path_);
    ::chmod(path_.c_str(), 0700);
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Status add_file(::archive* out, const fs::path& file, const std::string& name) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  std::ifstream in(file, std::ios::binary);
  if (error || !in) return fail(Errc::unavailable, "cannot read " + file.string());
  Entry entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  if (archive_write_header(out, entry.get()) != ARCHIVE_OK) return archive_error(out, "cannot write the archive");
  std::vector<char> buffer(256 * 1024);
  std::uintmax_t left = size;
  while (left > 0) {
    in.read(buffer.data(), static_cast<std::streamsize>(std::min<std::uintmax_t>(buffer.size(), left)));
    if (in.gcount() <= 0) return fail(Errc::unavailable, file.string() + " became shorter while it was read");
    if (archive_write_data(out, buffer.data(), static_cast<std::size_t>(in.gcount())) < 0) return archive_error(out, "cannot write the archive");
    left -= static_cast<std::uintmax_t>(in.gcount());
  }
  return {};
}

/// Files below `directory` as `prefix/…`; how many there were.
Result<std::int64_t> add_tree(::archive* out, const fs::path& directory, const std::string& prefix) {
  std::int64_t count = 0;
  std::error_code error;
  if (!fs::exists(directory, error)) return count;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    if (auto added = add_file(out, entry.path(), prefix + "/" + fs::relative(entry.path(), directory).string()); !added) return fail(added.error());
    ++count;
  }
  return count;
}

Status sync_file(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(Errc::unavailable, "cannot open " + file.string());
  const int done = ::fsync(fd);
  ::close(fd);
  return done == 0 ? Status{} : fail(Errc::unavailable, "cannot write " + file.string() + " to disk");
}

/// Only plain names below the directory: no "..", no absolute path, no links.
bool is_safe(const fs::path& name) {
  if (name.empty() || name.is_absolute()) return false;
  for (const auto& part : name)
    if (part == ".." || part == ".") return false;
  return true;
}

Status unpack(const fs::path& file, const fs::path& directory) {
  Reader in(archive_read_new());
  archive_read_support_filter_all(in.get());
  archive_read_support_format_tar(in.get());
  if (archive_read_open_filename(in.get(), file.c_str(), 256 * 1024) != ARCHIVE_OK) return archive_error(in.get(), "cannot read " + file.string());
  archive_entry* entry = nullptr;
  while (true) {
    const int step = archive_read_next_header(in.get(), &entry);
    if (step == ARCHIVE_EOF) return {};
    if (step != ARCHIVE_OK) return archive_error(in.get(), file.string() + " is damaged");
    const fs::path name = archive_entry_pathname(entry);
    if (archive_entry_filetype(entry) != AE_IFREG || !is_safe(name))
      return fail(Errc::invalid, file.string() + ": unexpected entry " + name.string());
    const fs::path target = directory / name;
    fs::create_directories(target.parent_path());
    const int fd = ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return fail(Errc::unavailable, "cannot write " + target.string());
    const int done = archive_read_data_into_fd(in.get(), fd);
    const int synced = ::fsync(fd);
    ::close(fd);
    if (done != ARCHIVE_OK) return archive_error(in.get(), "cannot unpack " + name.string());
    if (synced != 0) return fail(Errc::unavailable, "cannot write " + target.string() + " to disk");
  }
}

Status move_into(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from, error)) return {};
  fs::create_directories(to.parent_path(), error);
  fs::rename(from, to, error);
  if (error) {  // another file system
    fs::copy(from, to, fs::copy_options::recursive, error);
    if (error) return fail(Errc::unavailable, "cannot write " + to.string() + ": " + error.message());
  }
  return {};
}

}  // namespace

Result<ArchiveSummary> write_archive(Instance& instance, const fs::path& file) {
  if (fs::exists(file)) return fail(Errc::conflict, file.string() + " exists already");
  const Scratch scratch(file);
  const fs::path dump_file = scratch.path() / kDatabase;
  ArchiveSummary summary;
  {
    std::ofstream out(dump_file, std::ios::binary);
    const auto dumped = db::dump(instance.database(), out);
    if (!dumped) return fail(dumped.error());
    out.close();
    if (!out) return fail(Errc::unavailable, "cannot write " + dump_file.string());
    summary.rows = dumped->rows();
  }
  const fs::path manifest = scratch.path() / kManifest;
  std::ofstream(manifest) << Attributes{{"format", std::int64_t{1}}, {"version", kVersion}, {"created_at", to_iso8601(instance.clock().now())}}.to_json();

  const fs::path part = scratch.path() / "archive";
  {
    Writer out(archive_write_new());
    archive_write_set_format_pax_restricted(out.get());
    archive_write_add_filter_zstd(out.get());
    if (archive_write_open_filename(out.get(), part.c_str()) != ARCHIVE_OK) return archive_error(out.get(), "cannot write " + part.string());
    // The dump comes before the blobs: what it refers to was on disk when it was made, and blobs are only ever added meanwhile.
    for (const auto& [path, name] : {std::pair{manifest, kManifest}, std::pair{dump_file, kDatabase}, std::pair{instance.paths().key_file, kKey}})
      if (auto added = add_file(out.get(), path, name); !added) return fail(added.error());
    for (const auto& [path, name] : {std::pair{instance.paths().blob_dir, "blobs"}, std::pair{instance.paths().file_dir, "files"}}) {
      const auto blobs = add_tree(out.get(), path, name);
      if (!blobs) return fail(blobs.error());
      summary.blobs += *blobs;
    }
    for (const auto& [path, name] : {std::pair{instance.paths().tls_dir, "tls"}, std::pair{instance.paths().ssh_dir, "ssh"}})
      if (auto added = add_tree(out.get(), path, name); !added) return fail(added.error());
    if (archive_write_close(out.get()) != ARCHIVE_OK) return archive_error(out.get(), "cannot write the archive");
  }
  ::chmod(part.c_str(), 0600);
  if (auto synced = sync_file(part); !synced) return fail(synced.error());
  summary.bytes = fs::file_size(part);
  if (auto moved = move_into(part, file); !moved) return fail(moved.error());
  return summary;
}

Result<ArchiveSummary> restore_archive(const LoadedConfig& config, const fs::path& file) {
  if (!fs::exists(file)) return fail(Errc::not_found, "no such file: " + file.string());
  const Paths paths = paths_of(config.fixed);
  std::error_code error;
  for (const auto& path : {paths.key_file, paths.blob_dir, paths.file_dir})
    if (fs::exists(path, error) && (!fs::is_directory(path) || !fs::is_empty(path)))
      return fail(Errc::conflict, path.string() + " exists already: restore into an empty data directory");
  fs::create_directories(paths.data_dir);
  ::chmod(paths.data_dir.c_str(), 0700);
  const Scratch scratch(paths.data_dir / "restore");
  if (auto unpacked = unpack(file, scratch.path()); !unpacked) return fail(unpacked.error());
  for (const char* part : {kManifest, kDatabase, kKey})
    if (!fs::exists(scratch.path() / part)) return fail(Errc::invalid, file.string() + " is no backup of an instance: " + part + " is missing");
  {
    std::ifstream dump(scratch.path() / kDatabase, std::ios::binary);
    if (const auto verified = db::verify_dump(dump); !verified) return fail(verified.error());
  }

  auto database = db::open({.url = paths.database_url}, system_clock());
  if (!database) return fail(database.error());
  std::ifstream dump(scratch.path() / kDatabase, std::ios::binary);
  const auto restored = db::restore(**database, all_migrations(), dump);
  if (!restored) return fail(restored.error());
  search::Index index;
  if (const auto rebuilt = (*database)->maintain([&](db::Session& session) { return index.rebuild_text(session); }); !rebuilt) return fail(rebuilt.error());
  ArchiveSummary summary{.rows = restored->rows(), .bytes = fs::file_size(file)};
  for (const auto& [name, to] : {std::pair{"blobs", paths.blob_dir}, std::pair{"files", paths.file_dir}}) {
    if (fs::exists(scratch.path() / name))
      for (const auto& entry : fs::recursive_directory_iterator(scratch.path() / name)) summary.blobs += entry.is_regular_file() ? 1 : 0;
    if (auto moved = move_into(scratch.path() / name, to); !moved) return fail(moved.error());
  }
  for (const auto& [name, to] : {std::pair{"tls", paths.tls_dir}, std::pair{"ssh", paths.ssh_dir}})
    if (!fs::exists(to, error))
      if (auto moved = move_into(scratch.path() / name, to); !moved) return fail(moved.error());
  // The key comes last: with it the data directory counts as whole.
  if (auto moved = move_into(scratch.path() / kKey, paths.key_file); !moved) return fail(moved.error());
  ::chmod(paths.key_file.c_str(), 0600);
  return summary;
}

}  // namespace openstrat::app
