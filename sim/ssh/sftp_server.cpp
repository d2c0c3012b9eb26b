#include "sim/ssh/sftp_server.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/core.h>

#include "sim/ssh/sftp_packet.hpp"

namespace openstrat::sim {
namespace {

enum Type : std::uint8_t {
  kInit = 1, kVersion = 2, kOpen = 3, kClose = 4, kRead = 5, kWrite = 6, kLstat = 7, kFstat = 8, kSetstat = 9, kFsetstat = 10, kOpendir = 11,
  kReaddir = 12, kRemove = 13, kMkdir = 14, kRmdir = 15, kRealpath = 16, kStat = 17, kRename = 18,
  kStatus = 101, kHandle = 102, kData = 103, kName = 104, kAttrs = 105,
};
enum Code : std::uint32_t { kOk = 0, kEof = 1, kNoSuchFile = 2, kDenied = 3, kFailure = 4, kUnsupported = 8 };
enum OpenFlag : std::uint32_t { kFlagWrite = 2, kFlagAppend = 4, kFlagCreate = 8, kFlagTruncate = 16, kFlagExclusive = 32 };

constexpr std::uint32_t kProtocol = 3;
constexpr std::size_t kMostNames = 100;      ///< in one answer
constexpr std::size_t kLargestRead = 256 << 10;
constexpr std::uint32_t kAttributes = 0x1 | 0x4 | 0x8;  ///< size, permissions, times

using Entry = TransferFiles::Entry;

std::uint32_t permissions(const Entry& entry) { return entry.directory ? 040755 : 0100644; }

std::uint32_t seconds(const Entry& entry) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(entry.changed.time_since_epoch()).count());
}

void add_attributes(PacketWriter& out, const Entry& entry) {
  out.u32(kAttributes).u64(entry.size).u32(permissions(entry)).u32(seconds(entry)).u32(seconds(entry));
}

}  // namespace

void SftpServer::receive(std::string_view bytes) {
  if (ended_) return;
  in_ += bytes;
  work();
}

void SftpServer::work() {
  std::size_t at = 0;
  try {
    while (!ended_ && in_.size() - at >= 4 && line_.backlog() <= kFullBacklog) {
      const std::string_view rest = std::string_view(in_).substr(at);
      const std::uint32_t size = PacketReader(rest).u32();
      if (size == 0 || size > kMaxPacket) throw BadPacket();
      if (rest.size() - 4 < size) break;
      at += 4 + size;
      answer(rest.substr(4, size));
    }
  } catch (const BadPacket&) {
    end();
  }
  in_.erase(0, at);
}

void SftpServer::end() {
  if (std::exchange(ended_, true)) return;
  handles_.clear();
  line_.finish(0);
}

void SftpServer::answer(std::string_view packet) {
  PacketReader in(packet);
  const std::uint8_t type = in.u8();
  if (type == kInit) {
    greeted_ = true;
    return send(PacketWriter().u8(kVersion).u32(kProtocol).take());
  }
  if (!greeted_) throw BadPacket();
  const std::uint32_t id = in.u32();
  switch (type) {
    case kOpen: return open(id, in);
    case kClose: return close(id, in);
    case kRead: return read(id, in);
    case kWrite: return write(id, in);
    case kLstat: case kStat: return stat(id, in);
    case kFstat: return stat_handle(id, in);
    case kSetstat: case kFsetstat: return send_status(id, kOk, "");
    case kOpendir: return open_directory(id, in);
    case kReaddir: return read_directory(id, in);
    case kRemove: return send_outcome(id, files_.remove(in.string()));
    case kRealpath: return real_path(id, in);
    case kRename: return rename(id, in);
    case kMkdir: return send_outcome(id, files_.make_directory(in.string()));
    case kRmdir: return send_outcome(id, files_.remove_directory(in.string()));
    default: return send_status(id, kUnsupported, "not supported");
  }
}

SftpServer::Handle* SftpServer::handle(PacketReader& in) {
  const auto found = handles_.find(in.string());
  return found == handles_.end() ? nullptr : &found->second;
}

void SftpServer::give_handle(std::uint32_t id, Handle handle) {
  if (handles_.size() >= kMaxHandles) return send_status(id, kFailure, "too many open files");
  const std::string name = fmt::format("{:x}", next_handle_++);
  handles_.emplace(name, std::move(handle));
  send(PacketWriter().u8(kHandle).u32(id).string(name).take());
}

void SftpServer::open(std::uint32_t id, PacketReader& in) {
  Handle opened{.path = TransferFiles::normal(in.string())};
  const std::uint32_t flags = in.u32();
  const StoredFile* file = files_.find(opened.path);
  if (!files_.allowed()) return send_status(id, kDenied, "permission denied");
  opened.writes = (flags & (kFlagWrite | kFlagAppend)) != 0;
  if (file == nullptr && !(opened.writes && (flags & kFlagCreate) != 0)) return send_status(id, kNoSuchFile, "no such file");
  if (file != nullptr && (flags & kFlagExclusive) != 0) return send_status(id, kFailure, "file exists");
  if (const auto about = files_.about(opened.path); about && about->directory) return send_status(id, kFailure, "is a directory");
  if (opened.writes && file != nullptr && (flags & kFlagTruncate) == 0) opened.contents = file->contents;
  give_handle(id, std::move(opened));
}

void SftpServer::close(std::uint32_t id, PacketReader& in) {
  const auto found = handles_.find(in.string());
  if (found == handles_.end()) return send_status(id, kFailure, "no such handle");
  Handle closed = std::move(found->second);
  handles_.erase(found);
  if (!closed.writes) return send_status(id, kOk, "");
  if (closed.spoilt) return send_outcome(id, TransferFiles::Outcome::full);
  send_outcome(id, files_.store(closed.path, std::move(closed.contents)));
}

void SftpServer::read(std::uint32_t id, PacketReader& in) {
  const Handle* opened = handle(in);
  const std::uint64_t offset = in.u64();
  const std::size_t length = std::min<std::size_t>(in.u32(), kLargestRead);
  if (opened == nullptr || opened->directory) return send_status(id, kFailure, "no such handle");
  const StoredFile* file = files_.find(opened->path);
  const std::string_view contents = opened->writes ? std::string_view(opened->contents) : file == nullptr ? std::string_view() : std::string_view(file->contents);
  if (offset >= contents.size()) return send_status(id, kEof, "end of file");
  send(PacketWriter().u8(kData).u32(id).string(contents.substr(static_cast<std::size_t>(offset), length)).take());
}

void SftpServer::write(std::uint32_t id, PacketReader& in) {
  Handle* opened = handle(in);
  const std::uint64_t offset = in.u64();
  const std::string_view bytes = in.string();
  if (opened == nullptr || !opened->writes) return send_status(id, kFailure, "no such handle");
  // All files that are being written together fit the disk, or the last one fails.
  std::uint64_t open_bytes = 0;
  for (const auto& [name, other] : handles_) open_bytes += &other == opened ? 0 : other.contents.size();
  const std::uint64_t room = files_.room(opened->path);
  if (offset > room || bytes.size() > room - offset || open_bytes > room - offset - bytes.size()) {
    opened->spoilt = true;
    return send_outcome(id, TransferFiles::Outcome::full);
  }
  const auto at = static_cast<std::size_t>(offset);
  if (opened->contents.size() < at + bytes.size()) opened->contents.resize(at + bytes.size());
  opened->contents.replace(at, bytes.size(), bytes);
  send_status(id, kOk, "");
}

void SftpServer::open_directory(std::uint32_t id, PacketReader& in) {
  const std::string_view path = in.string();
  const auto about = files_.about(path);
  if (!about || !about->directory) return send_status(id, kNoSuchFile, "no such directory");
  give_handle(id, {.path = TransferFiles::normal(path), .directory = true, .entries = files_.list(path)});
}

void SftpServer::read_directory(std::uint32_t id, PacketReader& in) {
  Handle* opened = handle(in);
  if (opened == nullptr || !opened->directory) return send_status(id, kFailure, "no such handle");
  if (opened->entries.empty()) return send_status(id, kEof, "end of directory");
  const std::size_t count = std::min(opened->entries.size(), kMostNames);
  PacketWriter out;
  out.u8(kName).u32(id).u32(static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    const Entry& entry = opened->entries[i];
    out.string(entry.name).string(fmt::format("{}rw-r--r--    1 root     root     {:>12} {}", entry.directory ? 'd' : '-', entry.size, entry.name));
    add_attributes(out, entry);
  }
  opened->entries.erase(opened->entries.begin(), opened->entries.begin() + static_cast<std::ptrdiff_t>(count));
  send(out.take());
}

void SftpServer::stat(std::uint32_t id, PacketReader& in) {
  const auto about = files_.about(in.string());
  if (!about) return send_status(id, kNoSuchFile, "no such file");
  PacketWriter out;
  out.u8(kAttrs).u32(id);
  add_attributes(out, *about);
  send(out.take());
}

void SftpServer::stat_handle(std::uint32_t id, PacketReader& in) {
  const Handle* opened = handle(in);
  if (opened == nullptr) return send_status(id, kFailure, "no such handle");
  auto about = files_.about(opened->path).value_or(Entry{});
  if (opened->writes) about.size = opened->contents.size();
  PacketWriter out;
  out.u8(kAttrs).u32(id);
  add_attributes(out, about);
  send(out.take());
}

void SftpServer::rename(std::uint32_t id, PacketReader& in) {
  const std::string_view from = in.string();
  send_outcome(id, files_.rename(from, in.string()));
}

void SftpServer::real_path(std::uint32_t id, PacketReader& in) {
  const std::string path = "/" + TransferFiles::normal(in.string());
  send(PacketWriter().u8(kName).u32(id).u32(1).string(path).string(path).u32(0).take());
}

void SftpServer::send(std::string packet) {
  line_.write(PacketWriter().u32(static_cast<std::uint32_t>(packet.size())).take() + packet);
}

void SftpServer::send_status(std::uint32_t id, std::uint32_t code, std::string_view text) {
  send(PacketWriter().u8(kStatus).u32(id).u32(code).string(text).string("en").take());
}

void SftpServer::send_outcome(std::uint32_t id, TransferFiles::Outcome outcome) {
  switch (outcome) {
    case TransferFiles::Outcome::done: return send_status(id, kOk, "");
    case TransferFiles::Outcome::absent: return send_status(id, kNoSuchFile, "no such file");
    case TransferFiles::Outcome::forbidden: return send_status(id, kDenied, "permission denied");
    case TransferFiles::Outcome::full: return send_status(id, kFailure, "not enough disk space");
    case TransferFiles::Outcome::exists: return send_status(id, kFailure, "file exists");
  }
}

}  // namespace openstrat::sim
