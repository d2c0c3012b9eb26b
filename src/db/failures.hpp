// The errors both engines give, said once so that they cannot drift apart. For src/db only.
#pragma once

#include <exception>
#include <functional>
#include <string>

#include "base/error.hpp"
#include "db/session.hpp"

namespace openstrat::db {

inline Error already_exists(std::string constraint) { return {Errc::conflict, "already_exists", std::move(constraint)}; }
inline Error in_use(std::string constraint) { return {Errc::conflict, "in_use", std::move(constraint)}; }
inline Error unavailable(std::string message) { return {Errc::unavailable, std::move(message)}; }

/// A broken statement or schema: logs `detail` (which names tables and columns) and returns an error without it.
Error broken_statement(const char* name, std::string_view detail);

/// Number of parameters, and text that PostgreSQL would refuse: NUL bytes and invalid UTF-8 are Errc::invalid on both engines.
Status check_params(const Query& query, const Params& params, int expected);

/// Runs a closure; what it throws is logged and becomes Errc::internal.
Status run_guarded(const std::function<Status(Session&)>& body, Session& session);

/// Marks this thread as inside a transaction of `owner` (or its on_commit actions) while it lives: on the writer thread of SQLite a
/// second transaction would wait for itself, so it is refused on both engines.
class InsideTransaction {
 public:
  explicit InsideTransaction(const void* owner) : previous_(current()) { current() = owner; }
  ~InsideTransaction() { current() = previous_; }
  InsideTransaction(const InsideTransaction&) = delete;
  InsideTransaction& operator=(const InsideTransaction&) = delete;
  static bool of(const void* owner) { return current() == owner; }
  static Error error() { return {Errc::internal, "read() or write() was called inside a transaction of the same database or in its on_commit"}; }

 private:
  static const void*& current() {
    thread_local const void* owner = nullptr;
    return owner;
  }
  const void* previous_;
};

}  // namespace openstrat::db
