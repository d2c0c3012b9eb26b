#include "sim/programs/stop_signals.hpp"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace openstrat::sim {

namespace {

sigset_t stop_signals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGINT);
  sigaddset(&wanted, SIGTERM);
  return wanted;
}

}  // namespace

void hold_stop_signals() {
  const sigset_t wanted = stop_signals();
  pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
}

StopSignals::StopSignals(EventLoop& loop) : loop_(loop) {
  hold_stop_signals();
  const sigset_t wanted = stop_signals();
  fd_ = signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
  loop_.watch(fd_, EPOLLIN, [this](std::uint32_t) { loop_.stop(); });
}

StopSignals::~StopSignals() {
  loop_.unwatch(fd_);
  close(fd_);
}

}  // namespace openstrat::sim
