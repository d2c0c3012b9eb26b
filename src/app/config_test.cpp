#include "app/config.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "app/config_keys.hpp"

namespace openstrat::app {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHash(64, 'a');

class ConfigTest : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::path(::testing::TempDir()) /
                 (std::string("openstrat-config-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_);
    sources_.default_data_dir = "data";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void file(const std::string& text) {
    sources_.file = directory_ / "openstrat.toml";
    std::ofstream(sources_.file) << text;
  }
  void environment(const std::string& name, const std::string& value) { sources_.environment.emplace_back(name, value); }
  LoadedConfig load() {
    auto config = load_config(sources_);
    if (!config) throw std::runtime_error(config.error().message());
    return std::move(*config);
  }
  std::string problem() {
    const auto config = load_config(sources_);
    if (config) return "no problem";
    EXPECT_THAT(config.error().message(), Not(HasSubstr("\n")));
    return config.error().message();
  }
  static Setting setting(const LoadedConfig& config, std::string_view key) {
    return *std::ranges::find(config.settings, key, &Setting::key);
  }

  std::filesystem::path directory_;
  ConfigSources sources_;
};

TEST_F(ConfigTest, DefaultsAreComplete) {
  const auto config = load();
  EXPECT_EQ(config.fixed.data_dir, "data");
  EXPECT_THAT(config.fixed.http.listen, ElementsAre("0.0.0.0:8444"));
  EXPECT_EQ(config.fixed.http.body_bytes, 1024 * 1024);
  EXPECT_EQ(config.fixed.http.idle_timeout, Duration(75s));
  EXPECT_EQ(config.fixed.monitor.heartbeat_period, 30s);
  EXPECT_EQ(config.fixed.brand.api_key_prefix, "alto_sk_");
  EXPECT_FALSE(config.fixed.device.tls_verify);
  EXPECT_EQ(config.fixed.roles.size(), 5u);
  EXPECT_EQ(config.fixed.validation_status, 422);
  EXPECT_TRUE(config.runtime.ratelimit.enabled);
  EXPECT_EQ(config.runtime.ratelimit.adopt, 60);
  EXPECT_EQ(config.settings.size(), config_keys().size());
  EXPECT_EQ(setting(config, "http.listen").origin, "default");
}

TEST_F(ConfigTest, NamesAreUniqueAlsoInTheEnvironment) {
  std::set<std::string> names;
  for (const auto& key : config_keys()) EXPECT_TRUE(names.insert(environment_name(key.name)).second) << key.name;
  EXPECT_EQ(environment_name("monitor.heartbeat.period_s"), "OPENSTRAT_MONITOR_HEARTBEAT_PERIOD_S");
}

TEST_F(ConfigTest, FileThenEnvironmentThenFlags) {
  file("[brand]\nname = \"File\"\nprefix = \"file\"\ncomment = \"File:\"\n");
  environment("OPENSTRAT_BRAND_PREFIX", "env");
  environment("OPENSTRAT_BRAND_COMMENT", "Env:");
  environment("HOME", "/root");
  sources_.flags = {{"brand.comment", "--brand-comment", "Flag:"}};
  const auto config = load();
  EXPECT_EQ(config.fixed.brand.name, "File");
  EXPECT_EQ(config.fixed.brand.prefix, "env");
  EXPECT_EQ(config.fixed.brand.comment, "Flag:");
  EXPECT_EQ(setting(config, "brand.name").origin, sources_.file.string() + ":2");
  EXPECT_EQ(setting(config, "brand.prefix").origin, "environment OPENSTRAT_BRAND_PREFIX");
  EXPECT_EQ(setting(config, "brand.comment").origin, "flag --brand-comment");
}

TEST_F(ConfigTest, EveryTypeFromTheFile) {
  file("roles = [\"api\", \"worker\"]\n"
       "device.tls_verify = true\n"
       "[http]\nlisten = [\"127.0.0.1:1\", \"http://[::1]:2\"]\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n"
       "body_bytes = \"2MiB\"\nheader_bytes = 4096\nidle_timeout = \"2m\"\nio_threads = 3\n"
       "[monitor.heartbeat]\nperiod_s = 60\n"
       "[[internal.tokens]]\nservice = \"sftp\"\nhash = \"" + kHash + "\"\nallow = [\"/async/internal\"]\n");
  const auto config = load().fixed;
  EXPECT_THAT(config.roles, ElementsAre("api", "worker"));
  EXPECT_TRUE(config.device.tls_verify);
  EXPECT_THAT(config.http.listen, ElementsAre("127.0.0.1:1", "http://[::1]:2"));
  EXPECT_THAT(config.http.trusted_proxies, ElementsAre(Cidr::parse("10.0.0.0/8").value(), Cidr::parse("::1").value()));
  EXPECT_EQ(config.http.body_bytes, 2 * 1024 * 1024);
  EXPECT_EQ(config.http.header_bytes, 4096);
  EXPECT_EQ(config.http.idle_timeout, Duration(2min));
  EXPECT_EQ(config.http.io_threads, 3);
  EXPECT_EQ(config.monitor.heartbeat_period, 60s);
  ASSERT_EQ(config.internal.tokens.size(), 1u);
  EXPECT_EQ(config.internal.tokens[0].service, "sftp");
  EXPECT_EQ(config.internal.tokens[0].hash, kHash);
  EXPECT_THAT(config.internal.tokens[0].allow, ElementsAre("/async/internal"));
}

TEST_F(ConfigTest, IdentityProvidersOfTheInstallation) {
  file("[[auth.providers]]\nid = \"corp\"\ntype = \"azure\"\nname = \"Corp\"\nclient_id = \"c\"\nclient_secret = \"s3cret\"\n"
       "tenant = \"organizations\"\nallowed_domains = [\"Example.com\"]\njit_provisioning = true\nteam = \"North\"\n");
  const auto loaded = load();
  ASSERT_EQ(loaded.fixed.auth.providers.size(), 1u);
  const auto& provider = loaded.fixed.auth.providers[0];
  EXPECT_EQ(provider.id, "instance-corp");
  EXPECT_EQ(provider.team, std::nullopt);
  EXPECT_EQ(provider.jit_team, "North");
  EXPECT_THAT(provider.allowed_domains, ElementsAre("example.com"));
  EXPECT_TRUE(provider.jit_provisioning);
  EXPECT_THAT(render(loaded, RenderFormat::text), Not(HasSubstr("s3cret")));
}

TEST_F(ConfigTest, AWrongIdentityProviderIsNamed) {
  file("[[auth.providers]]\nid = \"corp\"\ntype = \"google\"\nname = \"Corp\"\nclient_id = \"c\"\n");
  EXPECT_THAT(problem(), AllOf(HasSubstr("auth.providers"), HasSubstr("provider 'corp': client_secret is needed")));
  file("[[auth.providers]]\nid = \"corp\"\ntype = \"saml2\"\n");
  EXPECT_THAT(problem(), HasSubstr("google, azure, github or oidc"));
  file("[[auth.providers]]\nid = \"corp\"\ntype = \"oidc\"\nclientid = \"x\"\n");
  EXPECT_THAT(problem(), HasSubstr("has no 'clientid'"));
}

TEST_F(ConfigTest, EveryTypeFromTheEnvironment) {
  environment("OPENSTRAT_ROLES", "api,device");
  environment("OPENSTRAT_HTTP_TRUSTED_PROXIES", " 10.0.0.0/8 , 192.168.1.1 ");
  environment("OPENSTRAT_HTTP_HEADER_TIMEOUT", "500ms");
  environment("OPENSTRAT_HTTP_BODY_BYTES", "3m");
  environment("OPENSTRAT_RATELIMIT_ENABLED", "false");
  environment("OPENSTRAT_SFTP_PORT", "22");
  environment("OPENSTRAT_LOG_LEVEL", "debug");
  environment("OPENSTRAT_AUTH_TRUSTED_ISSUERS", "");
  environment("OPENSTRAT_INTERNAL_TOKENS", "a:" + kHash + ",b:" + kHash);
  const auto config = load();
  EXPECT_THAT(config.fixed.roles, ElementsAre("api", "device"));
  EXPECT_EQ(config.fixed.http.trusted_proxies.size(), 2u);
  EXPECT_EQ(config.fixed.http.header_timeout, Duration(500ms));
  EXPECT_EQ(config.fixed.http.body_bytes, 3 << 20);
  EXPECT_FALSE(config.runtime.ratelimit.enabled);
  EXPECT_EQ(config.fixed.sftp.port, 22);
  EXPECT_EQ(config.runtime.log_level, log::Level::debug);
  EXPECT_TRUE(config.fixed.auth.trusted_issuers.empty());
  EXPECT_EQ(config.fixed.internal.tokens.size(), 2u);
}

TEST_F(ConfigTest, UnknownKeysAreNamedWithTheirOrigin) {
  file("\n[http]\nlisten = \"0.0.0.0:1\"\nlisten_on = 5\n");
  EXPECT_EQ(problem(), "unknown configuration key http.listen_on (" + sources_.file.string() + ":4); did you mean http.listen?");
  file("brand = \"x\"\n");
  EXPECT_THAT(problem(), HasSubstr("unknown configuration key brand (" + sources_.file.string() + ":1)"));
  sources_.file.clear();
  environment("OPENSTRAT_DB_ULR", "sqlite:x");
  EXPECT_EQ(problem(), "unknown configuration key OPENSTRAT_DB_ULR (environment); did you mean OPENSTRAT_DB_URL?");
}

TEST_F(ConfigTest, NamesOfOtherProgramsInTheEnvironmentAreLeftAlone) {
  environment("OPENSTRAT_CONFIG", "/etc/openstrat.toml");
  environment("OPENSTRAT_TEST_POSTGRES", "postgresql:///");
  environment("PATH", "/bin");
  EXPECT_EQ(problem(), "no problem");
}

TEST_F(ConfigTest, BadValuesAreNamedWithTheirOrigin) {
  const auto with = [this](const std::string& name, const std::string& value) {
    sources_.environment = {{name, value}};
    return problem();
  };
  EXPECT_EQ(with("OPENSTRAT_SFTP_PORT", "x"), "sftp.port (environment OPENSTRAT_SFTP_PORT): 'x' is not a whole number");
  EXPECT_EQ(with("OPENSTRAT_SFTP_PORT", "70000"), "sftp.port (environment OPENSTRAT_SFTP_PORT): 70000 is out of bounds: from 1 to 65535");
  EXPECT_THAT(with("OPENSTRAT_HTTP_MAX_CONNECTIONS", "0"), HasSubstr("0 is out of bounds: at least 1"));
  EXPECT_THAT(with("OPENSTRAT_DEVICE_TLS_VERIFY", "maybe"), HasSubstr("'maybe' is not true or false"));
  EXPECT_THAT(with("OPENSTRAT_HTTP_IDLE_TIMEOUT", "5 parsecs"), HasSubstr("'5 parsecs' is not a duration"));
  EXPECT_THAT(with("OPENSTRAT_HTTP_IDLE_TIMEOUT", "99999999999999d"), HasSubstr("is not a duration"));
  EXPECT_THAT(with("OPENSTRAT_HTTP_BODY_BYTES", "-1"), HasSubstr("'-1' is not a size"));
  EXPECT_THAT(with("OPENSTRAT_INTERNAL_ALLOW_CIDRS", "10.0.0.0/8,nonsense"), HasSubstr("'nonsense' is not an address or a network"));
  EXPECT_THAT(with("OPENSTRAT_ROLES", "api,chef"), HasSubstr("'chef' is not one of"));
  EXPECT_THAT(with("OPENSTRAT_ROLES", ""), HasSubstr("at least one role"));
  EXPECT_THAT(with("OPENSTRAT_LOG_LEVEL", "loud"), HasSubstr("'loud' is not one of trace, debug, info, warning, error, off"));
  EXPECT_THAT(with("OPENSTRAT_TLS_CERT", "a.pem"), HasSubstr("tls.key"));
  EXPECT_THAT(with("OPENSTRAT_INTERNAL_TOKENS", "hunter2"), Not(HasSubstr("hunter2")));

  sources_.environment.clear();
  file("[sftp]\nport = [1, 2]\n");
  EXPECT_EQ(problem(), "sftp.port (" + sources_.file.string() + ":2): one value expected, not a list");
  file("[sftp]\nport = 1.5\n");
  EXPECT_THAT(problem(), HasSubstr("sftp.port (" + sources_.file.string() + ":2)"));
  file("[[internal.tokens]]\nservice = \"a\"\nhash = \"" + kHash + "\"\nalow = [\"/\"]\n");
  EXPECT_THAT(problem(), HasSubstr("not 'alow'"));
  sources_.file.clear();
  sources_.flags = {{"http.header_bytes", "--set", "many"}};
  EXPECT_EQ(problem(), "http.header_bytes (flag --set): 'many' is not a size such as 16KiB, 20MiB or 1GiB");
}

TEST_F(ConfigTest, ABrokenOrMissingFileIsOneLine) {
  file("[http\n");
  EXPECT_THAT(problem(), HasSubstr(sources_.file.string() + ":1"));
  sources_.file = directory_ / "absent.toml";
  EXPECT_THAT(problem(), HasSubstr("absent.toml"));
}

TEST_F(ConfigTest, SecretsAreMasked) {
  environment("OPENSTRAT_DB_URL", "postgresql://op:hunter2@db.example/op?sslmode=require&password=hunter3");
  environment("OPENSTRAT_INTERNAL_TOKENS", "sftp:" + kHash);
  const auto config = load();
  EXPECT_EQ(config.fixed.db.url, "postgresql://op:hunter2@db.example/op?sslmode=require&password=hunter3");
  EXPECT_EQ(setting(config, "db.url").value, "postgresql://op:****@db.example/op?sslmode=require&password=****");
  for (const auto format : {RenderFormat::text, RenderFormat::json}) {
    const std::string text = render(config, format);
    EXPECT_THAT(text, Not(HasSubstr("hunter")));
    EXPECT_THAT(text, Not(HasSubstr(kHash)));
    EXPECT_THAT(text, HasSubstr("****"));
  }
}

TEST_F(ConfigTest, RendersEveryKeyWithValueAndOrigin) {
  environment("OPENSTRAT_SFTP_PORT", "22");
  const auto config = load();
  const std::string text = render(config, RenderFormat::text);
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), config_keys().size());
  EXPECT_THAT(text, ::testing::ContainsRegex("sftp.port +22 +environment OPENSTRAT_SFTP_PORT\n"));
  const std::string json = render(config, RenderFormat::json);
  EXPECT_TRUE(json.starts_with("[\n  {\"key\":\"data_dir\""));
  EXPECT_TRUE(json.ends_with("}\n]\n"));
  EXPECT_THAT(json, HasSubstr(R"({"key":"sftp.port","value":"22","origin":"environment OPENSTRAT_SFTP_PORT",)"));
}

TEST_F(ConfigTest, ReloadTakesRuntimeKeysAndReportsTheOthers) {
  file("[log]\nlevel = \"info\"\n");
  const auto running = load();
  file("[log]\nlevel = \"debug\"\n[ratelimit]\nuser = 5\n[sftp]\nport = 22\n");
  const auto reloaded = reload_config(sources_, running);
  ASSERT_TRUE(reloaded);
  EXPECT_EQ(reloaded->runtime.log_level, log::Level::debug);
  EXPECT_EQ(reloaded->runtime.ratelimit.user, 5);
  EXPECT_THAT(reloaded->needs_restart, ElementsAre("sftp.port"));
  file("[log]\nlevel = \"loud\"\n");
  EXPECT_FALSE(reload_config(sources_, running));
}

TEST_F(ConfigTest, DataLiesBesideABuildOrWhereItIsInstalled) {
  std::filesystem::create_directories(directory_ / "build/bin");
  std::ofstream(directory_ / "build/CMakeCache.txt") << "";
  EXPECT_EQ(default_data_dir(directory_ / "build/bin/openstrat"), "data");
  EXPECT_EQ(default_data_dir("/usr/bin/openstrat"), "/var/lib/openstrat");
}

}  // namespace
}  // namespace openstrat::app
