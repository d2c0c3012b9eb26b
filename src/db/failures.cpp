#include "db/failures.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

namespace openstrat::db {

Error broken_statement(const char* name, std::string_view detail) {
  log::error("database statement failed", {{"statement", name}, {"detail", detail}});
  return {Errc::internal, std::string("statement ") + name + " failed"};
}

Status check_params(const Query& query, const Params& params, int expected) {
  if (static_cast<int>(params.size()) != expected)
    return fail(broken_statement(query.name, "has " + std::to_string(expected) + " placeholders but got " +
                                                 std::to_string(params.size()) + " parameters"));
  for (const auto& value : params) {
    const auto* text = std::get_if<std::string>(&value);
    if (text && (text->contains('\0') || !text::is_utf8(*text)))
      return fail(Errc::invalid, "text must be UTF-8 without NUL characters");
  }
  return {};
}

Status run_guarded(const std::function<Status(Session&)>& body, Session& session) {
  try {
    return body(session);
  } catch (const std::exception& e) {
    log::error("exception in a transaction", {{"what", e.what()}});
    return fail(Errc::internal, "unexpected failure in a transaction");
  }
}

}  // namespace openstrat::db
