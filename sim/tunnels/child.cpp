#include "sim/tunnels/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include <fmt/core.h>

namespace openstrat::sim {
namespace {

constexpr Duration kPatience = std::chrono::seconds(3);
constexpr int kLastPatienceMs = 2000;       ///< when the whole program ends
constexpr std::size_t kKeptOutput = 4096;
constexpr int kNoSuchProgram = 127;

std::optional<std::string> find_program(const std::string& name) {
  for (const char* directory : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
    if (std::string path = directory + name; access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

std::string package_of(const std::string& program) { return program == "ip" ? "iproute2" : program; }

/// Nobody else can read it, and it is gone with its last reader.
int unnamed_file(const std::string& contents) {
  const int fd = memfd_create("input", MFD_CLOEXEC);
  if (fd < 0) return fd;
  const bool fine = write(fd, contents.data(), contents.size()) == static_cast<ssize_t>(contents.size()) && lseek(fd, 0, SEEK_SET) == 0;
  if (fine) return fd;
  close(fd);
  return -1;
}

struct Images {
  std::vector<char*> arguments;
  std::vector<char*> environment;
};

/// In the child: only what is safe between fork and exec.
[[noreturn]] void become(const char* program, const Images& images, int space, int input, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(kNoSuchProgram);  // it ended before the line above
  setsid();  // what a terminal interrupts is us, and we end it in order
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (space >= 0 && setns(space, CLONE_NEWNET) != 0) _exit(kNoSuchProgram);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  close_range(3, ~0U, 0);
  execve(program, images.arguments.data(), images.environment.data());
  _exit(kNoSuchProgram);
}

int status_of(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

/// A process, just started: the other end of its output, and a descriptor that tells of its end.
struct Started {
  pid_t pid = -1;
  int process = -1;
  int output = -1;
};

Result<Started> spawn(const NetworkNamespace* space, const ChildPlan& plan) {
  const auto program = find_program(plan.program);
  if (!program) return fail(Errc::unavailable, fmt::format("the program {} is not installed: apt-get install {}", plan.program, package_of(plan.program)));
  std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  environment.insert(environment.end(), plan.environment.begin(), plan.environment.end());
  Images images{.arguments = {const_cast<char*>(program->c_str())}, .environment = {}};
  for (const std::string& argument : plan.arguments) images.arguments.push_back(const_cast<char*>(argument.c_str()));
  for (const std::string& variable : environment) images.environment.push_back(const_cast<char*>(variable.c_str()));
  images.arguments.push_back(nullptr);
  images.environment.push_back(nullptr);
  const int input = unnamed_file(plan.input);
  int ends[2] = {-1, -1};
  Started started;
  int error = 0;
  if (input >= 0 && pipe2(ends, O_CLOEXEC) == 0) {
    const pid_t parent = getpid();
    started.output = ends[0];
    started.pid = fork();
    if (started.pid == 0) become(program->c_str(), images, space == nullptr ? -1 : space->fd(), input, ends[1], parent);
    error = errno;
    close(ends[1]);
    if (started.pid < 0) close(ends[0]);
  } else {
    error = errno;
  }
  if (input >= 0) close(input);
  if (started.pid < 0) return fail(Errc::unavailable, plan.program + ": " + std::strerror(error));
  started.process = static_cast<int>(syscall(SYS_pidfd_open, started.pid, 0));  // closed by exec, as all of these
  return started;
}

}  // namespace

/// Outlives its Child until the process has ended; the watches of the loop hold it.
struct Child::Run {
  EventLoop& loop;  ///< not to be used while it goes
  Started child;    ///< pid -1: it has ended and nothing is left of it
  std::string printed = {};
  Ended ended = {};

  Run(EventLoop& on, Started started, Ended told) : loop(on), child(started), ended(std::move(told)) { fcntl(child.output, F_SETFL, O_NONBLOCK); }
  ~Run() {
    if (child.pid > 0) {
      pollfd waiting{.fd = child.process, .events = POLLIN, .revents = 0};
      if (poll(&waiting, 1, kLastPatienceMs) <= 0) kill(child.pid, SIGKILL);
      waitpid(child.pid, nullptr, 0);
    }
    close(child.process);
    close(child.output);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void read_some() {
    char bytes[4096];
    for (ssize_t got = 0; (got = read(child.output, bytes, sizeof bytes)) > 0;) {
      printed.append(bytes, static_cast<std::size_t>(got));
      if (printed.size() > kKeptOutput) printed.erase(0, printed.size() - kKeptOutput);
    }
  }

  /// Waits for a process that is over, or about to be.
  int reap() {
    int raw = 0;
    waitpid(std::exchange(child.pid, -1), &raw, 0);
    loop.unwatch(child.output);
    loop.unwatch(child.process);
    read_some();
    return status_of(raw);
  }

  static void watch(const std::shared_ptr<Run>& run) {
    run->loop.watch(run->child.output, EPOLLIN, [run](std::uint32_t events) {
      run->read_some();
      if ((events & EPOLLHUP) != 0) run->loop.unwatch(run->child.output);
    });
    run->loop.watch(run->child.process, EPOLLIN, [run](std::uint32_t) {
      const int status = run->reap();
      if (const Ended told = std::exchange(run->ended, nullptr)) told(status, std::move(run->printed));
    });
  }
};

Result<std::unique_ptr<Child>> Child::start(EventLoop& loop, const NetworkNamespace* space, const ChildPlan& plan, Ended ended) {
  auto started = spawn(space, plan);
  if (!started) return fail(std::move(started.error()));
  auto run = std::make_shared<Run>(loop, *started, std::move(ended));
  Run::watch(run);
  return std::unique_ptr<Child>(new Child(std::move(run)));
}

Result<std::string> Child::run(const NetworkNamespace* space, const ChildPlan& plan) {
  auto started = spawn(space, plan);
  if (!started) return fail(std::move(started.error()));
  std::string printed;
  char bytes[4096];
  for (ssize_t got = 0; (got = read(started->output, bytes, sizeof bytes)) > 0;) printed.append(bytes, static_cast<std::size_t>(got));
  int raw = 0;
  waitpid(started->pid, &raw, 0);
  close(started->process);
  close(started->output);
  if (status_of(raw) == 0) return printed;
  return fail(Errc::unavailable, fmt::format("{}: {}", plan.program, printed.substr(0, printed.find('\n'))));
}

std::string last_line(std::string_view output) {
  while (output.ends_with('\n')) output.remove_suffix(1);
  return std::string(output.substr(output.rfind('\n') + 1));
}

Child::~Child() {
  run_->ended = nullptr;
  if (run_->child.pid <= 0) return;
  kill(run_->child.pid, SIGTERM);
  run_->loop.after(kPatience, [run = std::weak_ptr(run_)] {
    const auto still = run.lock();
    if (still != nullptr && still->child.pid > 0) kill(still->child.pid, SIGKILL);
  });
}

void Child::kill_now() {
  run_->ended = nullptr;
  if (run_->child.pid <= 0) return;
  kill(run_->child.pid, SIGKILL);
  run_->reap();
}

pid_t Child::pid() const { return run_->child.pid; }

}  // namespace openstrat::sim
