// Commands around SSH: keys of people, keys of the router.
#include <fmt/core.h>

#include "sim/device/action.hpp"
#include "sim/device/host_keys.hpp"
#include "sim/device/public_key.hpp"

namespace openstrat::sim {
namespace {

constexpr std::string_view kBadKey = "unable to load key file (wrong format or bad passphrase)!";
constexpr std::size_t kMostKeys = 100;

std::string text_of(const CommandCall& call, std::string_view name) {
  const CallArgument* given = call.find(name);
  if (given == nullptr) throw ScriptError(fmt::format("missing value(s) of argument(s) {}", name));
  return given->value.to_text();
}

const std::string& contents_of(Router& router, const std::string& name) {
  const StoredFile* file = router.files().find(name);
  if (file == nullptr) throw ScriptError("input does not match any value of file-name");
  return file->contents;
}

}  // namespace

void Job::keep_public_key(const std::string& user, std::string_view text, const CallArgument* owner) {
  Config& config = router_.config();
  if (!config.find_named("/user", user)) throw ScriptError("input does not match any value of user");
  auto key = parse_public_key(text);
  if (!key) throw ScriptError(std::string(kBadKey));
  if (owner != nullptr) key->owner = owner->value.to_text();
  if (config.rows("/user/ssh-keys").size() >= kMostKeys) throw ScriptError("failure: too many keys");
  Row row;
  row.set("user", user);
  row.set("key-owner", key->owner);
  row.set("bits", std::to_string(key->bits));
  if (router_.version() >= Version{7, 0, 0}) row.set("key-type", std::string(key->short_type()));
  row.set("key", key->type + " " + key->blob);
  const RowId id = config.insert("/user/ssh-keys", std::move(row));
  router_.row_changed("/user/ssh-keys", id, Change::added);
}

Value Job::ssh_keys_import(const CommandCall& call) {
  require(Policy::policy);
  keep_public_key(text_of(call, "user"), contents_of(router_, text_of(call, "public-key-file")), call.find("key-owner"));
  return {};
}

Value Job::ssh_keys_add(const CommandCall& call) {
  require(Policy::policy);
  keep_public_key(text_of(call, "user"), text_of(call, "key"), nullptr);
  return {};
}

Value Job::host_key_regenerate(const CommandCall&) {
  confirm("Regenerate current SSH keys, yes? [y/N]: ");
  router_.extension<HostKeys>().regenerate();
  return {};
}

Value Job::host_key_export(const CommandCall& call) {
  require(Policy::sensitive);
  HostKeys& keys = router_.extension<HostKeys>();
  const CallArgument* prefix = call.find("key-file-prefix");
  const std::string name = (prefix == nullptr ? std::string("ssh_host") : prefix->value.to_text()) + "_rsa";
  write_file(name + ".pem", keys.private_text());
  write_file(name + ".pub", keys.public_text());
  return {};
}

Value Job::host_key_import(const CommandCall& call) {
  if (!router_.extension<HostKeys>().import(contents_of(router_, text_of(call, "private-key-file")))) throw ScriptError(std::string(kBadKey));
  return {};
}

}  // namespace openstrat::sim
