#include "app/config.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>

#include "app/config_keys.hpp"
#include "base/attributes.hpp"
#include "base/text.hpp"

namespace openstrat::app {
namespace {

struct Given {
  RawValue value;
  std::string origin;
};
using GivenValues = std::map<std::string, Given, std::less<>>;

std::unexpected<Error> unknown_key(const std::string& key, const std::string& origin) {
  return fail(Errc::invalid, "unknown configuration key " + key + " (" + origin + ")" + did_you_mean(key));
}

Status take_file(const std::filesystem::path& path, GivenValues& given) {
  if (path.empty()) return {};
  auto entries = read_config_file(path);
  if (!entries) return std::unexpected(entries.error());
  for (auto& entry : *entries) {
    if (!find_config_key(entry.key)) return unknown_key(entry.key, entry.origin);
    given[entry.key] = {.value = std::move(entry.value), .origin = std::move(entry.origin)};
  }
  return {};
}

/// OPENSTRAT_CONFIG names the file and OPENSTRAT_TEST_… is for test programs; anything else is a key or a mistake.
bool is_reserved(std::string_view variable) { return variable == "OPENSTRAT_CONFIG" || variable.starts_with("OPENSTRAT_TEST_"); }

Status take_environment(const std::vector<std::pair<std::string, std::string>>& environment, GivenValues& given) {
  for (const auto& [variable, value] : environment) {
    if (!variable.starts_with("OPENSTRAT_") || is_reserved(variable)) continue;
    const auto key = std::ranges::find_if(config_keys(), [&](const ConfigKey& each) { return environment_name(each.name) == variable; });
    if (key == config_keys().end()) {
      std::vector<std::string> names;
      for (const auto& each : config_keys()) names.push_back(environment_name(each.name));
      const auto near = text::closest(variable, {names.begin(), names.end()});
      return fail(Errc::invalid, "unknown configuration key " + variable + " (environment)" +
                                     (near ? "; did you mean " + std::string(*near) + "?" : ""));
    }
    given[std::string(key->name)] = {.value = value, .origin = "environment " + variable};
  }
  return {};
}

Status take_flags(const std::vector<FlagValue>& flags, GivenValues& given) {
  for (const auto& [key, flag, value] : flags) {
    const std::string origin = "flag " + flag;
    if (!find_config_key(key)) return unknown_key(key, origin);
    given[key] = {.value = value, .origin = origin};
  }
  return {};
}

std::string to_text(const RawValue& raw) {
  if (const auto* text = std::get_if<std::string>(&raw)) return *text;
  std::string out;
  if (const auto* list = std::get_if<RawList>(&raw)) {
    for (const auto& item : *list) out += (out.empty() ? "" : ", ") + item;
    return out;
  }
  for (const auto& table : std::get<std::vector<RawTable>>(raw)) {
    for (const auto& [name, value] : table) {
      const auto* text = std::get_if<std::string>(&value);
      out += name + "=" + (text ? *text : to_text(RawValue(std::get<RawList>(value)))) + ";";
    }
  }
  return out;
}

/// `postgresql://user:secret@host/db` → `postgresql://user:****@host/db`; also `password=…` among the parameters.
std::string mask_url(std::string url) {
  const auto scheme = url.find("://");
  const auto at = url.rfind('@', url.find('?'));
  if (scheme != std::string::npos && at != std::string::npos) {
    const auto colon = url.find(':', scheme + 3);
    if (colon < at) url.replace(colon + 1, at - colon - 1, "****");
  }
  for (auto parameter = url.find("password="); parameter != std::string::npos; parameter = url.find("password=", parameter)) {
    parameter += std::string_view("password=").size();
    url.replace(parameter, std::min(url.find('&', parameter), url.size()) - parameter, "****");
  }
  return url;
}

std::string shown(const ConfigKey& key, const std::string& raw) {
  switch (key.secrecy) {
    case Secrecy::open: return raw;
    case Secrecy::hidden: return raw.empty() ? "" : "****";
    case Secrecy::url_password: return mask_url(raw);
  }
  std::unreachable();
}

Status check_together(const LoadedConfig& config) {
  const auto& tls = config.fixed.tls;
  if (tls.certificates.size() != tls.keys.size()) {
    return fail(Errc::invalid, "tls.key: as many keys as there are certificates in tls.cert are needed, " + std::to_string(tls.certificates.size()) +
                                   " not " + std::to_string(tls.keys.size()));
  }
  return {};
}

}  // namespace

Result<LoadedConfig> load_config(const ConfigSources& sources) {
  GivenValues given;
  if (auto taken = take_file(sources.file, given); !taken) return std::unexpected(taken.error());
  if (auto taken = take_environment(sources.environment, given); !taken) return std::unexpected(taken.error());
  if (auto taken = take_flags(sources.flags, given); !taken) return std::unexpected(taken.error());
  LoadedConfig config;
  for (const auto& key : config_keys()) {
    Given value{.value = std::string(key.default_value), .origin = "default"};
    if (key.name == "data_dir") value.value = sources.default_data_dir.string();
    if (const auto found = given.find(key.name); found != given.end()) value = found->second;
    if (auto stored = key.store(config, value.value); !stored) {
      return fail(Errc::invalid, std::string(key.name) + " (" + value.origin + "): " + stored.error().message());
    }
    std::string raw = to_text(value.value);
    config.settings.push_back({.key = std::string(key.name),
                               .value = shown(key, raw),
                               .origin = std::move(value.origin),
                               .description = std::string(key.description),
                               .runtime = key.lifetime == Lifetime::runtime,
                               .raw = std::move(raw)});
  }
  if (auto checked = check_together(config); !checked) return std::unexpected(checked.error());
  return config;
}

Result<Reloaded> reload_config(const ConfigSources& sources, const LoadedConfig& running) {
  const auto fresh = load_config(sources);
  if (!fresh) return std::unexpected(fresh.error());
  Reloaded out{.runtime = fresh->runtime, .needs_restart = {}};
  for (std::size_t i = 0; i < fresh->settings.size(); ++i) {
    const auto& setting = fresh->settings[i];
    if (!setting.runtime && setting.raw != running.settings[i].raw) out.needs_restart.push_back(setting.key);
  }
  return out;
}

std::string render(const LoadedConfig& config, RenderFormat format) {
  std::string out;
  if (format == RenderFormat::json) {
    for (const auto& setting : config.settings) {
      const Attributes row{{"key", setting.key}, {"value", setting.value}, {"origin", setting.origin}, {"description", setting.description}};
      out += (out.empty() ? "[\n  " : ",\n  ") + row.to_json();
    }
    return out + "\n]\n";
  }
  std::size_t key_width = 0, value_width = 0;
  for (const auto& setting : config.settings) {
    key_width = std::max(key_width, setting.key.size());
    value_width = std::max(value_width, std::min<std::size_t>(setting.value.size(), 48));
  }
  for (const auto& setting : config.settings) {
    std::string line = setting.key;
    line.resize(key_width + 2, ' ');
    line += setting.value;
    line.resize(std::max(line.size() + 2, key_width + value_width + 4), ' ');
    out += line + setting.origin + "\n";
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> process_environment() {
  std::vector<std::pair<std::string, std::string>> out;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view line(*entry);
    const auto equals = std::min(line.find('='), line.size());
    if (line.starts_with("OPENSTRAT_")) out.emplace_back(line.substr(0, equals), line.substr(std::min(equals + 1, line.size())));
  }
  return out;
}

std::filesystem::path default_data_dir(const std::filesystem::path& executable) {
  for (auto directory = executable.parent_path(); !directory.empty(); directory = directory.parent_path()) {
    std::error_code ignored;
    if (std::filesystem::exists(directory / "CMakeCache.txt", ignored)) return "data";
    if (directory == directory.root_path()) break;
  }
  return "/var/lib/openstrat";
}

}  // namespace openstrat::app
