// The server against the clients of others: OpenSSH's sftp and libcurl.
#include "backups/sftp_server.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <map>
#include <thread>

#include "backups/settings.hpp"
#include "base/guarded.hpp"

namespace openstrat::backups {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// Grants and uploads in memory.
struct FakePlatform {
  struct State {
    std::map<std::string, Grant> by_login;  ///< user ":" password
    std::map<std::string, std::string> stored;
    std::vector<std::string> failures;
    bool refuse = false;
  };
  Guarded<State> state;

  UploadHandler handler() {
    return {.login = [this](std::string_view user, std::string_view password) -> Result<std::optional<Grant>> {
              auto locked = state.lock();
              const auto found = locked->by_login.find(std::string(user) + ":" + std::string(password));
              if (found == locked->by_login.end()) return std::optional<Grant>{};
              return std::optional<Grant>(found->second);
            },
            .store = [this](const Grant& grant, const std::string& text) -> Status {
              auto locked = state.lock();
              if (locked->refuse) return fail(Errc::unavailable, "The storage for backups is full.");
              const std::string key = grant.site_id.to_string() + "/" + grant.file.to_string();
              if (!locked->stored.emplace(key, text).second) return fail(Errc::conflict, "grant_used", "This upload was already made.");
              std::erase_if(locked->by_login, [&](const auto& each) { return each.second.id == grant.id; });
              return {};
            },
            .failed = [this](const Grant&, UploadFailure, const std::string& reason) { state.lock()->failures.push_back(reason); }};
  }
};

struct Login {
  std::string user, password = random_base62(32, secure_rng()), file;
};

class SftpServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/openstrat-sftp-XXXXXX";
    directory_ = ::mkdtemp(pattern);
    start({});
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(directory_);
  }
  void start(SftpOptions options) {
    server_.reset();
    options.address = "127.0.0.1";
    options.port = 0;
    options.key_directory = directory_ / "keys";
    server_ = std::make_unique<SftpServer>(options, platform_.handler());
    const auto started = server_->start();
    ASSERT_TRUE(started) << started.error().message();
  }

  Login grant(std::int64_t unix_time = 1'732'567'800) {
    Grant made{.id = GrantId(uuid_v4(secure_rng())), .site_id = SiteId(uuid_v4(secure_rng())), .file = FileName{unix_time}};
    Login login{.user = made.site_id.to_string(), .file = made.file.to_string()};
    platform_.state.lock()->by_login[login.user + ":" + login.password] = made;
    return login;
  }
  std::optional<std::string> stored(const Login& login) {
    auto state = platform_.state.lock();
    const auto found = state->stored.find(login.user + "/" + login.file);
    if (found == state->stored.end()) return std::nullopt;
    return found->second;
  }

  /// What OpenSSH's client says to these commands, and its exit code.
  struct Output { int code; std::string text; };
  Output openssh(const Login& login, const std::string& commands, const std::string& options = "") {
    const auto askpass = directory_ / "askpass", batch = directory_ / "batch";
    std::ofstream(askpass) << "#!/bin/sh\necho " << login.password << "\n";
    ::chmod(askpass.c_str(), 0700);
    std::ofstream(batch) << commands;
    const std::string command = "SSH_ASKPASS=" + askpass.string() + " SSH_ASKPASS_REQUIRE=force timeout 60 sftp -oBatchMode=no " + options +
                                " -oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null -oPubkeyAuthentication=no -oNumberOfPasswordPrompts=1 "
                                "-F none -P " + std::to_string(server_->port()) + " -b " + batch.string() + " " + login.user + "@127.0.0.1 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    std::string text;
    char buffer[4096];
    while (const auto length = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, length);
    const int status = ::pclose(pipe);
    return {WEXITSTATUS(status), text};
  }
  std::string local_file(const std::string& content) {
    const auto path = directory_ / "local.rsc";
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  CURLcode curl_upload(const Login& login, const std::string& text, const std::string& name = "") {
    CURL* curl = curl_easy_init();
    std::string_view rest = text;
    const std::string url = "sftp://127.0.0.1:" + std::to_string(server_->port()) + "/" + (name.empty() ? login.file : name);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_USERNAME, login.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, login.password.c_str());
    curl_easy_setopt(curl, CURLOPT_SSH_AUTH_TYPES, CURLSSH_AUTH_PASSWORD);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 120L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 2L * 1024 * 1024);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(text.size()));
    curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, +[](char* out, std::size_t size, std::size_t count, void* source) -> std::size_t {
      auto& text = *static_cast<std::string_view*>(source);
      const auto length = std::min(text.size(), size * count);
      std::memcpy(out, text.data(), length);
      text.remove_prefix(length);
      return length;
    });
    const CURLcode code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return code;
  }

  FakePlatform platform_;
  std::filesystem::path directory_;
  std::unique_ptr<SftpServer> server_;
};

const std::string kExport = "# 2026-11-21 16:20:00 by RouterOS 7.16.2\n/ip address\nadd address=192.168.88.1/24 interface=bridge\n";

TEST_F(SftpServerTest, OpenSshUploads) {
  const Login login = grant();
  const auto output = openssh(login, "put " + local_file(kExport) + " " + login.file + "\n");
  EXPECT_EQ(output.code, 0) << output.text;
  EXPECT_EQ(stored(login), kExport);
}

TEST_F(SftpServerTest, TheAlgorithmsOfOldRoutersAreTaken) {
  const Login login = grant();
  const auto output = openssh(login, "put " + local_file(kExport) + " " + login.file + "\n",
                              "-oKexAlgorithms=diffie-hellman-group14-sha1 -oHostKeyAlgorithms=ssh-rsa -oCiphers=aes128-cbc -oMACs=hmac-sha1");
  EXPECT_EQ(output.code, 0) << output.text;
  EXPECT_EQ(stored(login), kExport);
}

TEST_F(SftpServerTest, CurlUploadsUpToTheLimitAndNoFurther) {
  const Login full = grant();
  const std::string text(kMaxUploadBytes, 'x');
  EXPECT_EQ(curl_upload(full, text), CURLE_OK);
  EXPECT_EQ(stored(full)->size(), kMaxUploadBytes);
  const Login over = grant();
  EXPECT_NE(curl_upload(over, text + "x"), CURLE_OK);
  EXPECT_FALSE(stored(over));
}

TEST_F(SftpServerTest, AWrongPasswordIsRefused) {
  Login login = grant();
  login.password = random_base62(32, secure_rng());
  EXPECT_EQ(curl_upload(login, kExport), CURLE_LOGIN_DENIED);
  EXPECT_FALSE(stored(login));
}

TEST_F(SftpServerTest, OnlyTheGrantedNameIsTaken) {
  const Login login = grant();
  EXPECT_NE(curl_upload(login, kExport, "1732567801.rsc"), CURLE_OK);
  EXPECT_NE(curl_upload(login, kExport, "x/../../etc/passwd"), CURLE_OK);
  EXPECT_FALSE(stored(login));
  EXPECT_EQ(curl_upload(login, kExport), CURLE_OK) << "the grant is still good";
}

TEST_F(SftpServerTest, APasswordUploadsOnce) {
  const Login login = grant();
  EXPECT_EQ(curl_upload(login, kExport), CURLE_OK);
  EXPECT_EQ(curl_upload(login, "other"), CURLE_LOGIN_DENIED);
  EXPECT_EQ(stored(login), kExport);
}

TEST_F(SftpServerTest, NothingCanBeListedReadMadeOrRemoved) {
  const Login login = grant();
  const std::string local = local_file(kExport);
  for (const std::string& command : std::vector<std::string>{"ls", "get " + login.file, "rm " + login.file, "mkdir x", "rmdir x", "rename a b", "ln a b", "get ../../etc/passwd"}) {
    const auto output = openssh(login, command + "\n");
    const bool refused = output.code != 0 || output.text.find("ermission denied") != output.text.npos;  // sftp calls a refused `ls` a success
    EXPECT_TRUE(refused) << command << ": " << output.text;
  }
  // What was written cannot be read back either.
  const auto output = openssh(login, "put " + local + " " + login.file + "\nget " + login.file + " " + (directory_ / "back").string() + "\n");
  EXPECT_NE(output.code, 0);
  EXPECT_EQ(stored(login), kExport);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "back") && std::filesystem::file_size(directory_ / "back") > 0);
}

TEST_F(SftpServerTest, TheClientHearsWhenTheBackupCouldNotBeStored) {
  const Login login = grant();
  platform_.state.lock()->refuse = true;
  EXPECT_NE(openssh(login, "put " + local_file(kExport) + " " + login.file + "\n").code, 0);
  platform_.state.lock()->refuse = false;
  EXPECT_EQ(openssh(login, "put " + local_file(kExport) + " " + login.file + "\n").code, 0);
}

TEST_F(SftpServerTest, AHundredRoutersAtOnce) {
  std::vector<Login> logins;
  for (int i = 0; i < 100; ++i) logins.push_back(grant(1'700'000'000 + i));
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> routers;
    for (const Login& login : logins)
      routers.emplace_back([&, text = kExport + login.user] { good += curl_upload(login, text) == CURLE_OK && stored(login) == text; });
  }
  EXPECT_EQ(good, 100);
}

TEST_F(SftpServerTest, AConnectionCutInTheMiddleStoresNothing) {
  const Login login = grant();
  {
    CURL* curl = curl_easy_init();
    const std::string url = "sftp://127.0.0.1:" + std::to_string(server_->port()) + "/" + login.file;
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_USERNAME, login.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, login.password.c_str());
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    const auto keep_socket = [](void* out, curl_socket_t socket, curlsocktype) {
      *static_cast<int*>(out) = socket;
      return int{CURL_SOCKOPT_OK};
    };
    curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, +keep_socket);
    int socket = -1;
    curl_easy_setopt(curl, CURLOPT_SOCKOPTDATA, &socket);
    struct Source { int* socket; int blocks = 0; } source{&socket};
    curl_easy_setopt(curl, CURLOPT_READDATA, &source);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, +[](char* out, std::size_t size, std::size_t count, void* data) -> std::size_t {
      auto& source = *static_cast<Source*>(data);
      if (++source.blocks == 20) ::shutdown(*source.socket, SHUT_RDWR);
      std::memset(out, 'x', size * count);
      return size * count;
    });
    EXPECT_NE(curl_easy_perform(curl), CURLE_OK);
    curl_easy_cleanup(curl);
  }
  server_->stop(10s);  // sessions that run have ended
  EXPECT_FALSE(stored(login));
  EXPECT_THAT(platform_.state.lock()->failures, ::testing::ElementsAre(HasSubstr("connection ended")));
}

TEST_F(SftpServerTest, WhoSaysNothingIsCutOff) {
  start({.login_time = 100ms});
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server_->port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  timeval limit{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  char buffer[256];
  ssize_t length = 0;
  while ((length = ::recv(socket, buffer, sizeof buffer, 0)) > 0) {}  // the banner, then the end
  EXPECT_TRUE(length == 0 || errno == ECONNRESET);
  ::close(socket);
}

TEST_F(SftpServerTest, TheHostKeysStayOverARestart) {
  const auto read = [&](const char* name) {
    std::ifstream in(directory_ / "keys" / name);
    return std::string{std::istreambuf_iterator<char>(in), {}};
  };
  const std::string rsa = read("ssh_host_rsa_key"), ed25519 = read("ssh_host_ed25519_key");
  EXPECT_THAT(rsa, HasSubstr("PRIVATE KEY"));
  struct stat info{};
  ::stat((directory_ / "keys" / "ssh_host_rsa_key").c_str(), &info);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  start({});
  EXPECT_EQ(read("ssh_host_rsa_key"), rsa);
  EXPECT_EQ(read("ssh_host_ed25519_key"), ed25519);
}

}  // namespace
}  // namespace openstrat::backups
