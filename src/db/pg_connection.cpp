#include "db/pg_connection.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "db/failures.hpp"

namespace openstrat::db {
namespace {

using std::chrono::milliseconds;

milliseconds now() { return std::chrono::duration_cast<milliseconds>(system_clock().monotonic()); }

constexpr milliseconds kSlack{5'000};  // the server's own time-outs speak first

}  // namespace

Result<std::unique_ptr<PgConnection>> PgConnection::open(const std::string& url, milliseconds patience, std::string& why) {
  // Values in the URL win over the ones before dbname, ours win over the URL after it.
  const std::array<const char*, 8> names{"keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
                                         "fallback_application_name", "dbname", "client_encoding", nullptr};
  const std::array<const char*, 8> values{"10", "5", "3", "10000", "openstrat", url.c_str(), "UTF8", nullptr};
  std::unique_ptr<PgConnection> connection(new PgConnection(PQconnectStartParams(names.data(), values.data(), 1)));
  if (connection->handle_ && connection->connect(patience, why)) {
    if (connection->configure()) return connection;
    why = connection->last_error();
  }
  return fail(unavailable("the database server cannot be reached"));
}

bool PgConnection::connect(milliseconds patience, std::string& why) {
  const auto deadline = now() + patience;
  const auto unreachable = [&why](std::string reason) {
    why = std::move(reason);
    return false;
  };
  PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
  while (PQstatus(handle_.get()) != CONNECTION_BAD) {
    const auto left = deadline - now();
    if (left <= milliseconds::zero()) return unreachable("time-out");
    if (!wait(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT, left)) return unreachable("time-out");
    wanted = PQconnectPoll(handle_.get());
    if (wanted == PGRES_POLLING_OK) break;
    if (wanted == PGRES_POLLING_FAILED) return unreachable(last_error());
  }
  if (PQstatus(handle_.get()) != CONNECTION_OK) return unreachable(last_error());
  PQsetnonblocking(handle_.get(), 1);
  PQsetNoticeProcessor(handle_.get(), [](void*, const char* text) { log::debug("PostgreSQL notice", {{"text", text}}); }, nullptr);
  return PQenterPipelineMode(handle_.get()) == 1 || unreachable("no pipeline mode");
}

bool PgConnection::configure() {
  patience_ = kStatementTimeout + kSlack;
  const std::string settings =
      "SELECT set_config('statement_timeout', '" + std::to_string(kStatementTimeout.count()) + "', false),"
      " set_config('lock_timeout', '" + std::to_string(kLockTimeout.count()) + "', false),"
      " set_config('idle_in_transaction_session_timeout', '60000', false),"
      " set_config('bytea_output', 'hex', false), set_config('extra_float_digits', '1', false),"
      " set_config('timezone', 'UTC', false), set_config('standard_conforming_strings', 'on', false)";
  if (!send(settings.c_str()) || !end_batch()) return false;
  const PgResult result = next();
  return result && PQresultStatus(result.get()) == PGRES_TUPLES_OK && finish_batch();
}

bool PgConnection::send(const char* sql) {
  return checked(PQsendQueryParams(handle_.get(), sql, 0, nullptr, nullptr, nullptr, nullptr, 0));
}

bool PgConnection::send_prepare(const std::string& name, const std::string& sql, const std::vector<Oid>& types) {
  return checked(PQsendPrepare(handle_.get(), name.c_str(), sql.c_str(), static_cast<int>(types.size()), types.data()));
}

bool PgConnection::send_describe(const std::string& name) { return checked(PQsendDescribePrepared(handle_.get(), name.c_str())); }

bool PgConnection::send_execute(const PgStatement::Variant& statement, std::span<const Value> params) {
  const PgParams p(params);
  return checked(PQsendQueryPrepared(handle_.get(), statement.name.c_str(), p.count(), p.values(), p.lengths(), p.formats(), 0));
}

bool PgConnection::send_once(const std::string& sql, std::span<const Value> params) {
  const PgParams p(params);
  std::vector<Oid> types;
  for (const auto& value : params) types.push_back(type_of(value));
  return checked(PQsendQueryParams(handle_.get(), sql.c_str(), p.count(), types.data(), p.values(), p.lengths(), p.formats(), 0));
}

bool PgConnection::end_batch() { return checked(PQpipelineSync(handle_.get())) && flush(); }

PGresult* PgConnection::get() {
  if (lost_ || !flush()) return nullptr;
  while (PQisBusy(handle_.get())) {
    if (!wait(POLLIN, patience_) || PQconsumeInput(handle_.get()) != 1) {
      lost_ = true;
      return nullptr;
    }
  }
  return PQgetResult(handle_.get());
}

PgResult PgConnection::next() {
  PgResult result(get(), PQclear);
  if (lost_) return {nullptr, PQclear};
  while (PGresult* more = get()) PQclear(more);  // a null ends each command
  if (PQstatus(handle_.get()) == CONNECTION_BAD) lost_ = true;  // the result may still say why
  return result;
}

PgResult PgConnection::next_row() {
  PgResult result(get(), PQclear);
  if (!result || PQstatus(handle_.get()) == CONNECTION_BAD) lost_ = true;
  if (!lost_ && PQresultStatus(result.get()) != PGRES_SINGLE_TUPLE)
    while (PGresult* more = get()) PQclear(more);
  return result;
}

bool PgConnection::finish_batch() {
  const PgResult result(get(), PQclear);
  if (!result || PQresultStatus(result.get()) != PGRES_PIPELINE_SYNC) lost_ = true;
  return !lost_;
}

bool PgConnection::is_stale() const {
  pollfd descriptor{PQsocket(handle_.get()), POLLIN, 0};
  return lost_ || descriptor.fd < 0 || poll(&descriptor, 1, 0) != 0;  // idle means silent: anything to read is a farewell
}

std::string PgConnection::next_statement_name(const char* query_name) {
  return std::string(query_name).substr(0, 40) + "." + std::to_string(++statement_number_);  // names are cut at 63 bytes
}

/// Waits until the socket is ready; false after `limit` (zero: none).
bool PgConnection::wait(short events, milliseconds limit) {
  pollfd descriptor{PQsocket(handle_.get()), events, 0};
  if (descriptor.fd < 0) return false;
  const auto deadline = now() + limit;
  while (true) {
    const auto left = limit == milliseconds::zero() ? milliseconds(-1) : std::max(deadline - now(), milliseconds::zero());
    const int ready = poll(&descriptor, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

/// Sends what is buffered; reads meanwhile, so that neither side waits for the other to read.
bool PgConnection::flush() {
  while (!lost_) {
    const int left = PQflush(handle_.get());
    if (left == 0) return true;
    if (left < 0 || !wait(POLLIN | POLLOUT, patience_) || PQconsumeInput(handle_.get()) != 1) lost_ = true;
  }
  return false;
}

}  // namespace openstrat::db
