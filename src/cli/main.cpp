// The commands of `openstrat`.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "app/admin.hpp"
#include "app/archive.hpp"
#include "app/config.hpp"
#include "app/demo.hpp"
#include "app/doctor.hpp"
#include "app/openapi.hpp"
#include "app/server.hpp"
#include "app/version.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "web_app/embedded.hpp"

namespace openstrat {
namespace {

constexpr const char* kSystemConfig = "/etc/openstrat/openstrat.toml";

/// Options that every command has, and what they become in the configuration.
struct Common {
  std::string config_file;
  std::vector<app::FlagValue> flags;
  std::vector<std::string> assignments;  ///< --set KEY=VALUE

  void add_to(CLI::App& command, bool serves) {
    command.add_option("--config", config_file, "Configuration file (TOML)")->check(CLI::ExistingFile);
    flag(command, "--data-dir", "data_dir", "Where everything is kept");
    flag(command, "--db", "db.url", "sqlite:PATH or postgresql://…");
    if (serves) {
      command.add_option_function<std::vector<std::string>>(
                 "--listen", [this](const std::vector<std::string>& values) { flags.push_back({"http.listen", "--listen", joined(values)}); },
                 "ADDR:PORT with TLS, http://ADDR:PORT without; repeatable")
          ->allow_extra_args(false);
      flag(command, "--roles", "roles", "api, device, worker, gateway, portal");
      flag(command, "--log-level", "log.level", "debug, info, warning, error");
    }
    command.add_option("--set", assignments, "Any configuration key: --set KEY=VALUE; repeatable")->allow_extra_args(false);
  }

  Result<app::ConfigSources> sources() const {
    app::ConfigSources sources;
    sources.environment = app::process_environment();
    sources.default_data_dir = app::default_data_dir(std::filesystem::read_symlink("/proc/self/exe"));
    sources.flags = flags;
    for (const auto& assignment : assignments) {
      const auto equals = assignment.find('=');
      if (equals == std::string::npos || equals == 0) return fail(Errc::invalid, "--set: '" + assignment + "' is not KEY=VALUE");
      sources.flags.push_back({assignment.substr(0, equals), "--set", assignment.substr(equals + 1)});
    }
    sources.file = config_file;
    if (const char* file = std::getenv("OPENSTRAT_CONFIG"); sources.file.empty() && file) sources.file = file;
    if (sources.file.empty() && std::filesystem::exists(kSystemConfig)) sources.file = kSystemConfig;
    return sources;
  }

 private:
  void flag(CLI::App& command, const char* name, const char* key, const char* help) {
    command.add_option_function<std::string>(name, [this, name, key](const std::string& value) { flags.push_back({key, name, value}); }, help);
  }
  static std::string joined(const std::vector<std::string>& values) {
    std::string all;
    for (const auto& value : values) all += (all.empty() ? "" : ",") + value;
    return all;
  }
};

int complain(const Error& error) {
  std::string message = error.message();
  while (!error.fields().empty() && message.ends_with('.')) message.pop_back();
  std::cerr << "openstrat: " << message;
  for (const auto& field : error.fields())
    if (!error.message().contains(field.text)) std::cerr << "; " << field.name << " " << field.text;
  std::cerr << "\n";
  return 1;
}

template <class F>
int with_config(const Common& common, F&& run) {
  const auto sources = common.sources();
  if (!sources) return complain(sources.error());
  auto config = app::load_config(*sources);
  if (!config) return complain(config.error());
  return run(std::move(*config), *sources);
}

template <class F>
int with_instance(const Common& common, app::Migrate migrate, F&& run) {
  return with_config(common, [&](app::LoadedConfig config, const app::ConfigSources&) {
    log::set_level(log::Level::warning);
    auto instance = app::Instance::open(std::move(config), migrate);
    if (!instance) return complain(instance.error());
    return run(**instance);
  });
}

int print_or_complain(const Result<std::string>& line) {
  if (!line) return complain(line.error());
  std::cout << *line << "\n";
  return 0;
}

/// Server threads must not get the signals that run_until_signal() waits for: block them before the first thread starts.
void block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

int serve(const Common& common) {
  block_signals();
  return with_config(common, [](app::LoadedConfig config, const app::ConfigSources& sources) {
    auto server = app::Server::create(std::move(config), web_app::embedded_pack());
    if (!server) return complain(server.error());
    if (auto started = (*server)->start(); !started) return complain(started.error());
    return app::run_until_signal(**server, sources);
  });
}

int demo(const Common& common, const app::DemoOptions& options) {
  block_signals();
  const auto sources = common.sources();
  if (!sources) return complain(sources.error());
  // The demo's own defaults; flags, file and environment win.
  app::ConfigSources seeded = *sources;
  const auto given = app::load_config(*sources);
  if (!given) return complain(given.error());
  const auto unless_set = [&](const char* key, const std::string& value) {
    const auto setting = std::ranges::find(given->settings, key, &app::Setting::key);
    if (setting == given->settings.end() || setting->origin == "default") seeded.flags.push_back({key, "demo", value});
  };
  unless_set("data_dir", (sources->default_data_dir / "demo").string());
  unless_set("http.listen", "127.0.0.1:8444");
  unless_set("ratelimit.enabled", "false");
  unless_set("log.level", "error");
  auto config = app::load_config(seeded);
  if (!config) return complain(config.error());
  if (auto done = app::run_demo(std::move(*config), seeded, options, web_app::embedded_pack()); !done) return complain(done.error());
  return 0;
}

int doctor(const Common& common) {
  return with_config(common, [](app::LoadedConfig config, const app::ConfigSources&) {
    log::set_level(log::Level::error);
    using Level = app::Finding::Level;
    int errors = 0;
    for (const auto& finding : app::examine(config)) {
      const char* word = finding.level == Level::good ? "ok     " : finding.level == Level::note ? "note   " : finding.level == Level::warning ? "WARNING" : "ERROR  ";
      std::cout << word << " " << finding.what << ": " << finding.text << (finding.advice.empty() ? "" : "\n          → " + finding.advice) << "\n";
      errors += finding.level == Level::error ? 1 : 0;
    }
    return errors > 0 ? 1 : 0;
  });
}

int backup(const Common& common, const std::string& file) {
  return with_instance(common, app::Migrate::no, [&](app::Instance& instance) {
    const auto written = app::write_archive(instance, file);
    if (!written) return complain(written.error());
    std::cout << file << ": " << written->rows << " rows, " << written->blobs << " blobs, " << text::human_size(written->bytes)
              << ". It holds the secret key: keep it as safe as the server.\n";
    return 0;
  });
}

int restore(const Common& common, const std::string& file) {
  return with_config(common, [&](app::LoadedConfig config, const app::ConfigSources&) {
    log::set_level(log::Level::warning);
    const auto restored = app::restore_archive(config, file);
    if (!restored) return complain(restored.error());
    std::cout << "restored " << restored->rows << " rows and " << restored->blobs << " blobs into " << config.fixed.data_dir.string() << "\n";
    return 0;
  });
}

int import_breached_passwords(const Common& common, const std::string& file) {
  return with_config(common, [&](app::LoadedConfig config, const app::ConfigSources&) {
    return print_or_complain(app::import_breached_passwords(config.fixed, file, [](int percent) { std::cerr << "\r" << percent << " %" << (percent == 100 ? "\n" : "") << std::flush; }));
  });
}

int migrate(const Common& common) {
  return with_instance(common, app::Migrate::no, [](app::Instance& instance) {
    const auto applied = db::migrate(instance.database(), app::all_migrations());
    if (!applied) return complain(applied.error());
    std::cout << *applied << " migrations applied\n";
    return 0;
  });
}

std::string read_password() {
  std::string line;
  std::getline(std::cin, line);
  return line;
}

struct Commands {
  Common common;
  app::DemoOptions demo;
  std::string file, email, password, team, name, format = "text";
  std::vector<std::string> scopes;
  bool password_stdin = false, queued = false, off = false;
  std::function<int()> chosen;

  void add(CLI::App& root) {
    add_server_commands(root);
    add_admin_commands(root);
    add_instance_commands(root);
  }

  CLI::App& command(CLI::App& parent, const char* name, const char* help, std::function<int()> run, bool serves = false) {
    CLI::App& added = *parent.add_subcommand(name, help);
    common.add_to(added, serves);
    added.final_callback([this, run = std::move(run)] { chosen = run; });
    return added;
  }

  void add_server_commands(CLI::App& root) {
    command(root, "serve", "Run the server", [this] { return serve(common); }, true);
    CLI::App& demo_command = command(root, "demo", "Server and a simulated fleet, with a live table", [this] { return openstrat::demo(common, demo); }, true);
    demo_command.add_option("--sites", demo.sites, "Number of simulated routers")->check(CLI::Range(1, 20000))->capture_default_str();
    demo_command.add_option("--speed", demo.speed, "How much faster than real time routers live")->check(CLI::Range(0.1, 100.0))->capture_default_str();
    demo_command.add_option("--life", demo.life, "calm or busy")->check(CLI::IsMember({"calm", "busy"}))->capture_default_str();
    demo_command.add_option_function<std::string>(
        "--simulator", [this](const std::string& value) { common.flags.push_back({"demo.simulator", "--simulator", value}); }, "Path of openstrat-sim");
  }

  void add_admin_commands(CLI::App& root) {
    CLI::App& admin = *root.add_subcommand("admin", "Users, keys, runbooks, tokens and mails; works while the server runs");
    admin.require_subcommand(1);
    CLI::App& user = command(admin, "create-user", "Create a user; prints {user_id, team_id, customer_id}", [this] {
      return with_instance(common, app::Migrate::yes, [this](app::Instance& instance) {
        if (password_stdin) password = read_password();
        return print_or_complain(app::Admin(instance).create_user(email, password, team));
      });
    });
    user.add_option("--email", email, "E-mail address")->required();
    auto* given = user.add_option("--password", password, "Password");
    user.add_flag("--password-stdin", password_stdin, "Read the password from standard input")->excludes(given);
    user.add_option("--team", team, "Team by name or id; made if no team has the name")->required();

    CLI::App& key = command(admin, "create-api-key", "Create an API key; prints {token}, shown once", [this] {
      return with_instance(common, app::Migrate::yes, [this](app::Instance& instance) {
        return print_or_complain(app::Admin(instance).create_api_key(team, name, scopes));
      });
    });
    key.add_option("--team", team, "Team by name or id")->required();
    key.add_option("--name", name, "What it is for")->required();
    key.add_option("--scopes", scopes, "Scopes separated by commas, or all")->delimiter(',')->allow_extra_args(false);

    CLI::App& runbook = command(admin, "create-runbook", "Create a runbook; prints {token, bootstrap_command}", [this] {
      return with_instance(common, app::Migrate::yes, [this](app::Instance& instance) {
        return print_or_complain(app::Admin(instance).create_runbook(team, name));
      });
    }, true);
    runbook.add_option("--team", team, "Team by name or id")->required();
    runbook.add_option("--name", name, "Name of the runbook");

    command(admin, "reindex", "Make the search index anew; prints {sites}", [this] {
      return with_instance(common, app::Migrate::yes, [](app::Instance& instance) { return print_or_complain(app::Admin(instance).reindex()); });
    }, true);

    CLI::App& token = command(admin, "create-token", "Create a user's access token; prints {access_token, expires_at}", [this] {
      return with_instance(common, app::Migrate::yes, [this](app::Instance& instance) {
        return print_or_complain(app::Admin(instance).create_token(email, team.empty() ? std::nullopt : std::optional(team)));
      });
    }, true);
    token.add_option("--email", email, "E-mail address")->required();
    token.add_option("--team", team, "Active team; the user's first one if absent");

    CLI::App& reset = command(admin, "reset-mfa", "Take a user's authenticator app, passkeys and recovery codes away; prints {user_id}", [this] {
      return with_instance(common, app::Migrate::yes, [this](app::Instance& instance) { return print_or_complain(app::Admin(instance).reset_mfa(email)); });
    }, true);
    reset.add_option("--email", email, "E-mail address")->required();
    CLI::App& set_operator = command(admin, "set-operator", "Let a user see what runs the installation, or no longer; prints {user_id, operator}", [this] {
      using Operator = identity::UserService::Operator;
      return with_instance(common, app::Migrate::yes, [this](app::Instance& instance) {
        return print_or_complain(app::Admin(instance).set_operator(email, off ? Operator::no : Operator::yes));
      });
    });
    set_operator.add_option("--email", email, "E-mail address")->required();
    set_operator.add_flag("--off", off, "Take it back");
    add_mail_commands(admin);
    add_protection_commands(admin);
  }

  void add_mail_commands(CLI::App& admin) {
    const auto with_admin = [this](auto run) {
      return with_instance(common, app::Migrate::yes, [&](app::Instance& instance) {
        app::Admin made(instance);
        return print_or_complain(run(made));
      });
    };
    CLI::App& test = command(admin, "send-test-mail", "Send a mail to see whether mails arrive; prints {sent_to, server}", [this, with_admin] {
      return with_admin([this](app::Admin& a) { return a.send_test_mail(email, queued ? app::Admin::Sending::queued : app::Admin::Sending::now); });
    });
    test.add_option("--to", email, "E-mail address")->required();
    test.add_flag("--queue", queued, "Leave it to the running server, as every other mail");
    command(admin, "failed-mails", "Print the mails that were refused or given up, one JSON object a line",
            [with_admin] { return with_admin([](app::Admin& a) { return a.failed_mails(); }); });
    command(admin, "retry-mails", "Queue the failed mails again; prints {queued_again}", [with_admin] { return with_admin([](app::Admin& a) { return a.retry_mails(); }); });
  }

  void add_protection_commands(CLI::App& admin) {
    command(admin, "import-breached-passwords", "Make the filter of breached passwords out of a published list (lines SHA1:COUNT)",
            [this] { return import_breached_passwords(common, file); })
        .add_option("FILE", file, "The list; tens of gigabytes are fine")->required()->check(CLI::ExistingFile);
  }

  void add_instance_commands(CLI::App& root) {
    command(root, "backup", "Write the whole instance into one file", [this] { return openstrat::backup(common, file); })
        .add_option("FILE", file, "Archive to write")->required();
    command(root, "restore", "Restore an instance into an empty data directory and database", [this] { return openstrat::restore(common, file); })
        .add_option("FILE", file, "Archive to read")->required();
    command(root, "migrate", "Bring the database up to date", [this] { return openstrat::migrate(common); });
    command(root, "doctor", "Look for what an operator should mend", [this] { return openstrat::doctor(common); });
    command(root, "openapi", "Print the OpenAPI document", [this] { return print_or_complain(app::openapi_document()); });
    command(root, "version", "Print the version", [] { return std::cout << app::kVersion << "\n", 0; });
    CLI::App& config = command(root, "config", "Print every configuration key, its value and where that came from", [this] {
      return with_config(common, [this](app::LoadedConfig loaded, const app::ConfigSources&) {
        std::cout << app::render(loaded, format == "json" ? app::RenderFormat::json : app::RenderFormat::text);
        return 0;
      });
    }, true);
    config.add_option("--format", format, "text or json")->check(CLI::IsMember({"text", "json"}))->capture_default_str();
  }
};

/// CLI11 says only that a command is required; this is the word that is none.
const char* unknown_command(const CLI::App& root, int argc, char** argv) {
  const CLI::App* at = &root;
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    if (at->get_subcommands([](const CLI::App*) { return true; }).empty()) return nullptr;  // its arguments follow
    const auto named = at->get_subcommands([&](const CLI::App* each) { return each->get_name() == argv[i]; });
    if (named.empty()) return argv[i];
    at = named.front();
  }
  return nullptr;
}

}  // namespace
}  // namespace openstrat

int main(int argc, char** argv) {
  CLI::App root{"OpenStrat: a control plane for fleets of MikroTik routers", "openstrat"};
  root.require_subcommand(1);
  openstrat::Commands commands;
  commands.add(root);
  ::umask(077);  // keys, databases and backups are nobody else's
  if (const char* word = openstrat::unknown_command(root, argc, argv)) {
    std::cerr << "openstrat: no command '" << word << "' (--help lists the commands)\n";
    return 2;
  }
  try {
    root.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return root.exit(help);
  } catch (const CLI::ParseError& error) {
    std::cerr << "openstrat: " << error.what() << " (--help lists the options)\n";
    return 2;
  }
  return commands.chosen();
}
