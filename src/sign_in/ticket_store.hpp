// SQL of sign-ins that need another step.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::sign_in {

struct Ticket {
  enum class Stage { second_factor, new_password };
  UserId user_id;
  Stage stage = Stage::second_factor;
  std::string reason;  ///< why a new password is needed, if it is
  std::vector<std::string> methods;
  bool remember = false;
  int wrong_codes = 0;
  Timestamp expires_at{};
};

namespace ticket_store {

Status insert(db::Session& session, std::string_view hash, const Ticket& ticket);
/// nullopt: unknown, used, or too old.
Result<std::optional<Ticket>> find(db::Session& session, std::string_view hash, Timestamp now);
/// Takes one of the tries for a code, before the code is looked at; false: none is left.
Result<bool> take_try(db::Session& session, std::string_view hash, int most);
/// False: somebody else was faster.
Result<bool> consume(db::Session& session, std::string_view hash);
Status remove_of(db::Session& session, UserId user);
Result<std::int64_t> purge(db::Session& session, Timestamp now, int limit);

}  // namespace ticket_store
}  // namespace openstrat::sign_in
