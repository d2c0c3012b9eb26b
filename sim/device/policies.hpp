// What a user, a scheduler item or a script may do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace openstrat::sim {

enum class Policy : std::uint32_t {
  read = 1, write = 2, test = 4, reboot = 8, ftp = 16, policy = 32, password = 64, sniff = 128, sensitive = 256, romon = 512,
};

class Policies {
 public:
  static Policies all() { return Policies(0x3ff); }
  static Policies of_hook() { return Policies(0x0f); }  ///< read, write, test, reboot
  /// Of a comma separated list; words that this simulator has no use for (api, winbox) are passed over.
  static Policies parse(std::string_view words);

  bool has(Policy policy) const { return (bits_ & static_cast<std::uint32_t>(policy)) != 0; }
  Policies operator&(Policies other) const { return Policies(bits_ & other.bits_); }
  std::string to_string() const;

 private:
  explicit Policies(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t bits_;
};

}  // namespace openstrat::sim
