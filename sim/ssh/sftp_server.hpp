// The SFTP protocol, version 3, over a router's files: bytes in, bytes out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sim/ssh/program.hpp"
#include "sim/ssh/transfers.hpp"

namespace openstrat::sim {

class PacketReader;

/// Answers one request after the other while the other side takes the answers. A malformed packet ends the program.
class SftpServer final : public Program {
 public:
  static constexpr std::size_t kMaxPacket = 300 << 10;  ///< clients write 32 to 256 KiB at once
  static constexpr std::size_t kMaxHandles = 64;

  SftpServer(Router& router, const Login& login, ProgramLine line) : files_(router, login), line_(std::move(line)) {}

  void start() override {}
  void receive(std::string_view bytes) override;
  bool takes_input() const override { return in_.size() < 2 * kMaxPacket; }
  void input_ended() override { end(); }
  void drained() override { work(); }

 private:
  struct Handle {
    std::string path;
    bool directory = false;
    bool writes = false;
    bool spoilt = false;       ///< a write did not fit: closing it must not pretend
    std::string contents;      ///< of a file that is being written
    std::vector<TransferFiles::Entry> entries;
  };

  void work();
  void answer(std::string_view packet);
  void end();

  void open(std::uint32_t id, PacketReader& in);
  void close(std::uint32_t id, PacketReader& in);
  void read(std::uint32_t id, PacketReader& in);
  void write(std::uint32_t id, PacketReader& in);
  void open_directory(std::uint32_t id, PacketReader& in);
  void read_directory(std::uint32_t id, PacketReader& in);
  void stat(std::uint32_t id, PacketReader& in);
  void stat_handle(std::uint32_t id, PacketReader& in);
  void rename(std::uint32_t id, PacketReader& in);
  void real_path(std::uint32_t id, PacketReader& in);

  Handle* handle(PacketReader& in);
  void give_handle(std::uint32_t id, Handle handle);
  void send(std::string packet);
  void send_status(std::uint32_t id, std::uint32_t code, std::string_view text);
  void send_outcome(std::uint32_t id, TransferFiles::Outcome outcome);

  TransferFiles files_;
  ProgramLine line_;
  std::string in_;
  std::map<std::string, Handle, std::less<>> handles_;
  std::uint32_t next_handle_ = 0;
  bool greeted_ = false;
  bool ended_ = false;
};

}  // namespace openstrat::sim
