// The old SCP protocol (`scp -O`): what its far end says and hears on a channel.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/ssh/program.hpp"
#include "sim/ssh/transfers.hpp"

namespace openstrat::sim {

/// `scp -t path` takes files, `scp -f path` gives one.
class ScpServer final : public Program {
 public:
  /// Whether a command of an exec request is one of ours.
  static bool is_scp(std::string_view command) { return command.starts_with("scp "); }

  ScpServer(Router& router, const Login& login, std::string_view command, ProgramLine line);
  void start() override;
  void receive(std::string_view bytes) override;
  void input_ended() override;

 private:
  static constexpr std::size_t kLongestLine = 1024;

  bool take_line();
  bool take_contents();
  void control(std::string_view line);
  void begin_file(std::string_view line);
  void give_file();
  void acknowledged();
  void refuse(std::string_view why);
  void end(int status);

  TransferFiles files_;
  ProgramLine line_;
  bool takes_ = false;        ///< `-t`
  std::string path_;
  std::string in_;
  std::string name_;          ///< of the file that comes
  std::uint64_t expected_ = 0;
  bool in_file_ = false;
  int steps_ = 0;             ///< acknowledgements of a file that is given
  bool ended_ = false;
};

}  // namespace openstrat::sim
