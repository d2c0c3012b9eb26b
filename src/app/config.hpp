// The configuration of one process: file, then environment, then command line; fixed at start, except RuntimeConfig.
// Every key is declared once, in config_keys.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/net.hpp"
#include "federation/types.hpp"

namespace openstrat::app {

/// One entry of internal.tokens[].
struct ServiceToken {
  std::string service;
  std::string hash;                ///< lower-case hex SHA-256 of the token
  std::vector<std::string> allow;  ///< path prefixes; empty: every internal route
};

/// Fixed at start. An empty string means "derive it", as the description of its key says.
struct Config {
  std::filesystem::path data_dir;
  std::vector<std::string> roles;

  struct Http {
    std::vector<std::string> listen;
    std::vector<Cidr> trusted_proxies;
    int io_threads = 0;
    int max_connections = 0;
    std::int64_t header_bytes = 0;
    std::int64_t body_bytes = 0;
    Duration header_timeout{};
    Duration body_timeout{};
    Duration idle_timeout{};
  } http;
  struct Tls {
    std::vector<std::string> certificates;
    std::vector<std::string> keys;
  } tls;
  struct PublicUrl {
    std::string api, device, auth, portal, short_links, docs;
  } public_url;
  struct Brand {
    std::string name, prefix, comment, api_key_prefix, color, logo_url;
  } brand;
  struct Device {
    bool tls_verify = false;
    bool quiet_fetch_log = false;
  } device;
  struct Monitor {
    std::chrono::seconds heartbeat_period{};
    int heartbeat_miss_limit = 0;
    std::chrono::seconds restart_guard{};
  } monitor;
  struct Jobs {
    std::chrono::seconds delivery_timeout{};
    int redeliveries = 0;
    std::chrono::seconds execution_timeout{};
  } jobs;
  struct Sites {
    std::chrono::hours deletion_grace{};
    int notify_timeout_days = 0;
  } sites;
  struct Sftp {
    int port = 0;
  } sftp;
  struct Backups {
    int overdue_days = 0;
  } backups;
  struct Database {
    std::string url;
    int reader_connections = 0;
    int writer_connections = 0;
    Duration write_timeout{};
  } db;
  struct Mail {
    std::string host, security, username, password, ca_file, from, reply_to;
    int port = 0;
    Duration timeout{};
    bool capture = false;
    std::chrono::seconds first_retry{};
  } mail;
  struct Demo {
    bool enabled = true;
    std::string simulator;
  } demo;
  std::filesystem::path templates_dir;
  std::filesystem::path web_directory;
  std::filesystem::path secrets_key_file;
  log::Format log_format = log::Format::text;
  struct Internal {
    std::vector<ServiceToken> tokens;
    std::vector<Cidr> allow_cidrs;
  } internal;
  std::vector<Cidr> outbound_allow_cidrs;
  std::vector<std::string> short_link_direct_hosts;
  struct Auth {
    std::chrono::seconds access_token{};
    int refresh_idle_days = 0;
    int refresh_days = 0;
    std::vector<std::string> trusted_issuers;
    std::vector<federation::Provider> providers;
    std::string passkey_rp_id;
    std::string registration;
    std::int64_t password_memory = 0;
    int password_passes = 0, password_parallel = 0;
    std::vector<Cidr> datacentre_cidrs;
    std::string breach_range_url;
    Duration breach_timeout{};
  } auth;
  int validation_status = 0;
  bool shared_rate_limits = false;
  std::int64_t audit_spill_bytes = 0;
  struct Realtime {
    int streams = 0, streams_per_person = 0;
    std::int64_t queue_bytes = 0, history_bytes = 0;
  } realtime;
  struct Retention {
    int jobs_days = 0, tombstones_days = 0, audit_days = 0, login_attempts_days = 0;
    int faults_days = 0, health_days = 0, backups_days = 0, backups_weekly_days = 0, backups_newest = 0;
  } retention;
};

/// What SIGHUP reads again.
struct RuntimeConfig {
  log::Level log_level = log::Level::info;
  struct RateLimits {  ///< a minute; `enabled` false switches all of them off
    bool enabled = true;
    int api_key = 0, user = 0, poll = 0, bootstrap = 0, adopt = 0, backup = 0, sign_in = 0, public_token = 0, short_link = 0;
  } ratelimit;
};

/// One key as it stands: for `openstrat config`.
struct Setting {
  std::string key;
  std::string value;   ///< secrets masked
  std::string origin;  ///< `default`, `openstrat.toml:12`, `environment OPENSTRAT_…`, `flag --listen`
  std::string description;
  bool runtime = false;   ///< SIGHUP reads it again
  std::string raw;        ///< unmasked, to notice changes; never shown
};

struct LoadedConfig {
  Config fixed;
  RuntimeConfig runtime;
  std::vector<Setting> settings;  ///< in the order of the table of keys
};

/// `--listen X` is {"http.listen", "--listen", "X"}.
struct FlagValue {
  std::string key;
  std::string flag;
  std::string value;
};

struct ConfigSources {
  std::filesystem::path file;  ///< empty: none
  std::vector<std::pair<std::string, std::string>> environment;  ///< others than OPENSTRAT_* are ignored
  std::vector<FlagValue> flags;
  std::filesystem::path default_data_dir;
};

/// The process's environment. OPENSTRAT_CONFIG names the file when no flag does.
std::vector<std::pair<std::string, std::string>> process_environment();
/// `./data` for a program that lies in a build tree, else `/var/lib/openstrat`.
std::filesystem::path default_data_dir(const std::filesystem::path& executable);

/// An error is one line that names the key and where the value came from.
Result<LoadedConfig> load_config(const ConfigSources& sources);

struct Reloaded {
  RuntimeConfig runtime;
  std::vector<std::string> needs_restart;  ///< keys that changed too, but are fixed
};
Result<Reloaded> reload_config(const ConfigSources& sources, const LoadedConfig& running);

enum class RenderFormat { text, json };
std::string render(const LoadedConfig& config, RenderFormat format);

}  // namespace openstrat::app
