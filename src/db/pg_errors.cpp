#include "db/pg_errors.hpp"

#include "base/log.hpp"
#include "db/failures.hpp"

namespace openstrat::db {

PgFailure connection_lost() { return {unavailable("the connection to the database server was lost"), Retry::connection}; }

PgFailure classify(const char* statement, std::string_view sqlstate, std::string_view message, std::string_view constraint, bool read_only) {
  const auto is = [&](std::string_view prefix) { return sqlstate.starts_with(prefix); };
  const auto refused = [&](const char* text, Retry retry = Retry::no) {
    log::error("PostgreSQL refused", {{"statement", statement}, {"sqlstate", sqlstate}, {"detail", message}});
    return PgFailure{unavailable(text), retry};
  };
  if (is("23505") || is("23P01")) return {already_exists(std::string(constraint)), Retry::no};
  if (is("23503") || is("23001")) return {in_use(std::string(constraint)), Retry::no};
  if (is("40")) return {unavailable("too many changes of the same data at once; try again"), Retry::transaction};
  if (is("0A000") && message.contains("cached plan")) return {unavailable("the database schema has just changed; try again"), Retry::statements};
  if (is("26000")) return {unavailable("the database connection was reset; try again"), Retry::statements};
  if (is("53100")) return refused("the disk of the database server is full; the service continues by itself when there is space again");
  if (is("53300")) return refused("the database server has too many connections", Retry::connection);
  if (is("53")) return refused("the database server is short of resources");
  if (is("55P03")) return refused("data was locked by another change for too long; try again");
  if (is("57014")) return refused("the database took too long; try again");
  if (is("57P") || is("08")) return connection_lost();
  if (is("58")) return refused("the disk of the database server reports an error");
  if (is("XX001") || is("XX002")) return refused("the database is damaged; restore a backup");
  if (is("25006") && !read_only) return refused("the database server is read-only", Retry::connection);
  if (is("25P03")) return refused("the transaction was idle for too long", Retry::connection);
  return {broken_statement(statement, std::string(sqlstate) + " " + std::string(message)), Retry::no};
}

}  // namespace openstrat::db
