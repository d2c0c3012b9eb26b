// Values of the room.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/net.hpp"

namespace openstrat::protection {

using BlockId = Id<struct SignInBlockTag>;
using AllowedNetworkId = Id<struct AllowedNetworkTag>;

/// A source that is kept out of one account.
struct Block {
  BlockId id;
  std::optional<UserId> user_id;  ///< absent: nobody has the e-mail address
  std::string email;              ///< of the user, where a team asks
  std::string source;             ///< IPv4 address or IPv6 /64
  std::string address;            ///< the address of the last failure
  int failures = 0;
  Timestamp blocked_at{}, until{};
};

/// Where a list of blocks was left.
struct BlockPosition { Timestamp blocked_at{}; BlockId id; };

/// An address range that a team trusts: no throttling and no challenge for its own people from there.
struct AllowedNetwork {
  AllowedNetworkId id;
  Cidr cidr;
  std::string note;
  std::optional<UserId> created_by;
  Timestamp created_at{};
};

}  // namespace openstrat::protection
