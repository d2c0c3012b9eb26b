// Connections to PostgreSQL, lent to one thread at a time, opened when needed and again after an outage.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "db/pg_connection.hpp"
#include "db/pg_outage.hpp"

namespace openstrat::db {

class PgPool {
 public:
  using Lease = std::unique_ptr<PgConnection>;
  PgPool(std::string url, int size, std::chrono::milliseconds patience, PgOutage& outage);

  /// Waits for a free place, then for a connection. During an outage that has lasted for a while only one caller in a
  /// quarter of a second tries; the others are told Errc::unavailable at once.
  Result<Lease> borrow();
  /// A lost connection only frees the place.
  void give_back(Lease connection);

 private:
  Result<Lease> connect();

  const std::string url_;
  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Lease> idle_;
  int places_;
  PgOutage& outage_;
};

}  // namespace openstrat::db
