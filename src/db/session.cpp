#include "db/session.hpp"

namespace openstrat::db {

Result<std::optional<Row>> Session::first(const Query& query, Params params) {
  auto rows = this->query(query, std::move(params));
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows->front()));
}

Result<Row> Session::one(const Query& query, Params params, const char* message) {
  auto row = first(query, std::move(params));
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(Errc::not_found, message);
  return std::move(**row);
}

}  // namespace openstrat::db
