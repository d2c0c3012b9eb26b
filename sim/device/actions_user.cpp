// What people do about themselves.
#include "sim/device/action.hpp"

namespace openstrat::sim {

Value Job::password(const CommandCall& call) {
  const auto text = [&](std::string_view name) {
    const CallArgument* given = call.find(name);
    return given == nullptr ? std::string() : given->value.to_text();
  };
  Config& config = router_.config();
  const FoundRow account = config.find_named("/user", request_.user);
  if (!account) throw ScriptError("failure: no such user");
  const std::string* known = account.row->find("password");
  if (text("old-password") != (known == nullptr ? std::string() : *known)) throw ScriptError("failure: current password is incorrect");
  if (text("new-password") != text("confirm-new-password")) throw ScriptError("failure: new passwords do not match");
  const RowId id = account.row->id;
  config.assign("/user", id, "password", text("new-password"));
  router_.row_changed("/user", id, Change::changed);
  return {};
}

}  // namespace openstrat::sim
