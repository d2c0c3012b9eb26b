#include "sim/programs/stop_signals.hpp"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace openstrat::sim {

StopSignals::StopSignals(EventLoop& loop) : loop_(loop) {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGINT);
  sigaddset(&wanted, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  fd_ = signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
  loop_.watch(fd_, EPOLLIN, [this](std::uint32_t) { loop_.stop(); });
}

StopSignals::~StopSignals() {
  loop_.unwatch(fd_);
  close(fd_);
}

}  // namespace openstrat::sim
