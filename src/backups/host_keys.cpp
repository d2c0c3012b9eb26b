#include <fcntl.h>
#include <libssh/libssh.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "backups/sftp_server.hpp"
#include "base/log.hpp"

namespace openstrat::backups {
namespace {

namespace fs = std::filesystem;

Error key_error(const fs::path& file, const char* what) {
  log::error("SFTP host key", {{"file", file.string()}, {"error", what}});
  return {Errc::unavailable, "The host keys of the SFTP server cannot be made."};
}

/// Complete and on disk before the file has its name; of two processes that start at once both end with the same key.
Status write_private(const fs::path& file, std::string_view content) {
  const fs::path temporary = file.string() + "." + std::to_string(::getpid());
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return fail(key_error(temporary, std::strerror(errno)));
  const bool written = ::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && ::fsync(fd) == 0;
  const int code = errno;
  ::close(fd);
  const bool linked = written && (::link(temporary.c_str(), file.c_str()) == 0 || errno == EEXIST);
  const int link_code = errno;
  ::unlink(temporary.c_str());
  if (!written) return fail(key_error(temporary, std::strerror(code)));
  if (!linked) return fail(key_error(file, std::strerror(link_code)));
  return {};
}

Status ensure_key(const fs::path& file, ssh_keytypes_e type, int bits) {
  if (::access(file.c_str(), R_OK) == 0) return {};
  ssh_key key = nullptr;
  if (ssh_pki_generate(type, bits, &key) != SSH_OK) return fail(key_error(file, "no key was generated"));
  char* text = nullptr;
  const int exported = ssh_pki_export_privkey_base64(key, nullptr, nullptr, nullptr, &text);
  ssh_key_free(key);
  if (exported != SSH_OK) return fail(key_error(file, "the key was not exported"));
  auto written = write_private(file, text);
  ::explicit_bzero(text, std::strlen(text));
  ssh_string_free_char(text);
  return written;
}

}  // namespace

Status ensure_host_keys(const fs::path& directory) {
  std::error_code code;
  fs::create_directories(directory, code);
  if (code) return fail(key_error(directory, code.message().c_str()));
  if (auto rsa = ensure_key(directory / "ssh_host_rsa_key", SSH_KEYTYPE_RSA, 2048); !rsa) return rsa;
  return ensure_key(directory / "ssh_host_ed25519_key", SSH_KEYTYPE_ED25519, 0);
}

}  // namespace openstrat::backups
