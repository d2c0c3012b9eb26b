// The table of all configuration keys: what exists, its type, default, bounds, and where it goes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/config_value.hpp"

namespace openstrat::app {

enum class Secrecy {
  open,
  hidden,       ///< shown as ****
  url_password, ///< the password inside the URL is shown as ****
};
enum class Lifetime { fixed, runtime };

struct ConfigKey {
  std::string_view name;
  ValueType type;
  std::string_view default_value;
  std::string_view description;
  /// Reads, checks and stores; the error says what is wrong with the value, without the key.
  std::function<Status(LoadedConfig&, const RawValue&)> store;
  Secrecy secrecy = Secrecy::open;
  Lifetime lifetime = Lifetime::fixed;
};

const std::vector<ConfigKey>& config_keys();
const ConfigKey* find_config_key(std::string_view name);
/// `http.listen` → `OPENSTRAT_HTTP_LISTEN`
std::string environment_name(std::string_view key);
/// "did you mean http.listen?", or nothing.
std::string did_you_mean(std::string_view name);

}  // namespace openstrat::app
