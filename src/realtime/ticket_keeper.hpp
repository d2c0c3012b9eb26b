// Tickets for browsers, whose EventSource cannot send an Authorization header.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat {
class Rng;
class SecretBox;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::realtime {

/// A ticket stands for one Authorization header, once and for kLife, on every node. Thread-safe.
class TicketKeeper {
 public:
  static constexpr std::chrono::seconds kLife{30};

  TicketKeeper(db::Database& database, const SecretBox& box, const Clock& clock, Rng& rng) : database_(database), box_(box), clock_(clock), rng_(rng) {}

  struct Ticket {
    std::string ticket;
    Timestamp expires_at{};
  };
  Result<Ticket> issue(CustomerId customer, std::string_view authorization);
  /// The header; the ticket is used up. unauthenticated `ticket_invalid`.
  Result<std::string> redeem(std::string_view ticket);

 private:
  db::Database& database_;
  const SecretBox& box_;
  const Clock& clock_;
  Rng& rng_;
};

}  // namespace openstrat::realtime
