#include "demo/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <thread>

namespace openstrat::demo {
namespace {

constexpr int kNiceness = 5;  // routers that are made up must not slow the server that hears them

/// In the child: only what is safe between fork and exec.
[[noreturn]] void become(const char* program, char* const* argv, int log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);  // it ended before the line above
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setpriority(PRIO_PROCESS, 0, kNiceness);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
  ::close_range(3, ~0U, 0);
  char path[] = "PATH=/usr/bin:/bin";
  char* environment[] = {path, nullptr};
  ::execve(program, argv, environment);
  ::_exit(127);
}

}  // namespace

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const std::string& program, const std::vector<std::string>& arguments, const std::filesystem::path& log_file) {
  if (::access(program.c_str(), X_OK) != 0) return fail(Errc::unavailable, program + ": " + std::strerror(errno));
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) return fail(Errc::unavailable, log_file.string() + ": " + std::strerror(errno));
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) become(program.c_str(), argv.data(), log, parent);
  const int error = errno;
  ::close(log);
  if (pid < 0) return fail(Errc::unavailable, program + ": " + std::strerror(error));
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid));
}

bool ChildProcess::is_running() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

void ChildProcess::terminate() {
  if (is_running()) ::kill(pid_, SIGTERM);
}

void ChildProcess::stop(std::chrono::milliseconds patience) {
  terminate();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (is_running() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  if (!is_running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace openstrat::demo
