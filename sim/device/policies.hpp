// What a user, a scheduler item or a script may do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace openstrat::sim {

enum class Policy : std::uint32_t {
  read = 1, write = 2, test = 4, reboot = 8, ftp = 16, policy = 32, password = 64, sniff = 128, sensitive = 256, romon = 512,
  // Which services let somebody in; scripts have no use for these.
  local = 1 << 10, telnet = 1 << 11, ssh = 1 << 12, winbox = 1 << 13, web = 1 << 14, api = 1 << 15, rest_api = 1 << 16, dude = 1 << 17, tikapp = 1 << 18,
};

class Policies {
 public:
  static Policies all() { return Policies(0x7ffff); }
  static Policies none() { return Policies(0); }
  static Policies of_hook() { return Policies(0x0f); }  ///< read, write, test, reboot
  /// Of a comma separated list; `!ftp` takes one away again.
  static Policies parse(std::string_view words);

  bool has(Policy policy) const { return (bits_ & static_cast<std::uint32_t>(policy)) != 0; }
  Policies operator&(Policies other) const { return Policies(bits_ & other.bits_); }
  bool operator==(const Policies&) const = default;
  std::string to_string() const;  ///< without those of services

 private:
  explicit Policies(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t bits_;
};

}  // namespace openstrat::sim
