// What openvpn says on its management socket, line by line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace openstrat::sim {

struct OvpnMessage {
  enum class Kind {
    nothing,        ///< of no interest
    hold,           ///< waits to be told to connect
    needs_login,    ///< wants user and password
    login_refused,
    state,          ///< `text`: CONNECTED, RECONNECTING, EXITING, …; `detail`: why
    addresses,      ///< `text`: our own, with the length of the network where there is one; `detail`: that of the other end
    fingerprint,    ///< the server has the certificate `text`, which is not the expected one
    traffic,        ///< bytes, whole
    fatal,          ///< openvpn ends: `text` says why
  };
  Kind kind = Kind::nothing;
  std::string text = {};
  std::string detail = {};
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
};

/// Any bytes; without the line end.
OvpnMessage read_ovpn_message(std::string_view line);

}  // namespace openstrat::sim
