#include "sim/tunnels/namespaces.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/core.h>

#include "base/net.hpp"
#include "base/text.hpp"
#include "sim/device/births.hpp"
#include "sim/tunnels/child.hpp"

namespace openstrat::sim {
namespace {

const std::filesystem::path kRecords = "/run/openstrat-sim";

std::string bridge_of(const std::string& prefix) { return prefix + "-br"; }

Result<std::string> ip(std::string commands, const NetworkNamespace* space = nullptr, bool force = false) {
  std::vector<std::string> arguments{"-batch", "-"};
  if (force) arguments.insert(arguments.begin(), "-force");
  return Child::run(space, {.program = "ip", .arguments = std::move(arguments), .input = std::move(commands)});
}

/// Opens and locks the record of a prefix; -1: a process that lives has it.
int lock_record(const std::filesystem::path& record) {
  const int fd = open(record.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  close(fd);
  return -1;
}

std::string contents_of(int fd) {
  std::string text;
  char bytes[4096];
  lseek(fd, 0, SEEK_SET);
  for (ssize_t got = 0; (got = read(fd, bytes, sizeof bytes)) > 0;) text.append(bytes, static_cast<std::size_t>(got));
  return text;
}

/// A record is a list of commands that take away what it stands for.
void obey_record(int fd) {
  if (const std::string commands = contents_of(fd); !commands.empty()) [[maybe_unused]] const auto done = ip(commands, nullptr, true);
  [[maybe_unused]] const int emptied = ftruncate(fd, 0);
}

void remove_what_was_left() {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(kRecords, none)) {
    const int fd = lock_record(entry.path());
    if (fd < 0) continue;
    obey_record(fd);
    unlink(entry.path().c_str());
    close(fd);
  }
}

}  // namespace

bool is_namespace_prefix(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (text.empty() || text.size() > 8 || !std::ranges::all_of(text, fits)) return false;
  return text.front() >= 'a' && text.front() <= 'z' && !(text.back() >= '0' && text.back() <= '9');
}

Result<std::unique_ptr<Namespaces>> Namespaces::make(const NamespacePlan& plan) {
  if (!is_namespace_prefix(plan.prefix)) return fail(Errc::invalid, fmt::format("--namespaces: '{}' is not one to eight lower-case letters, digits and '-', ending in no digit", plan.prefix));
  if (plan.count > kMost) return fail(Errc::invalid, fmt::format("--namespaces: there can be {} routers, not {}", kMost, plan.count));
  if (hosts_in(plan.network) < plan.count + 1) return fail(Errc::invalid, fmt::format("--namespace-network: '{}' is no network of IPv4 with {} addresses", plan.network, plan.count + 1));
  std::unique_ptr<Namespaces> made(new Namespaces);
  if (mkdir(kRecords.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(Errc::forbidden, fmt::format("--namespaces needs the rights CAP_SYS_ADMIN and CAP_NET_ADMIN: start openstrat-sim as root ({}: {})", kRecords.string(), std::strerror(errno)));
  }
  remove_what_was_left();
  made->record_ = kRecords / plan.prefix;
  made->lock_ = lock_record(made->record_);
  if (made->lock_ < 0) return fail(Errc::conflict, fmt::format("--namespaces: another openstrat-sim uses '{}'", plan.prefix));
  if (auto built = made->build(plan); !built) return fail(std::move(built.error()));
  return made;
}

Result<bool> Namespaces::build(const NamespacePlan& plan) {
  const std::string bridge = bridge_of(plan.prefix);
  const int length = Cidr::parse(plan.network)->prefix_length();
  const std::string gateway = address_in(plan.network, 0);
  std::string commands = fmt::format("link add {0} type bridge\naddr add {1}/{2} dev {0}\nlink set {0} up\n", bridge, gateway, length);
  std::string removal = fmt::format("link del {}\n", bridge);
  for (std::size_t i = 1; i <= plan.count; ++i) {
    const std::string name = fmt::format("{}{}", plan.prefix, i);
    if (std::filesystem::exists("/run/netns/" + name)) return fail(Errc::conflict, fmt::format("--namespaces: a network namespace '{}' is there already, and not ours", name));
    commands += fmt::format("netns add {0}\nlink add {0} type veth peer name uplink netns {0}\nlink set {0} master {1} up\n", name, bridge);
    removal += fmt::format("link del {0}\nnetns del {0}\n", name);  // a namespace that is deleted keeps its cable for a while
  }
  if (std::filesystem::exists("/sys/class/net/" + bridge)) return fail(Errc::conflict, fmt::format("--namespaces: a device '{}' is there already, and not ours", bridge));
  if (pwrite(lock_, removal.data(), removal.size(), 0) != static_cast<ssize_t>(removal.size())) return fail(Errc::unavailable, record_ + ": " + std::strerror(errno));
  if (auto done = ip(std::move(commands)); !done) return fail(std::move(done.error()));
  for (std::size_t i = 1; i <= plan.count; ++i) {
    auto space = NetworkNamespace::open(fmt::format("{}{}", plan.prefix, i));
    if (!space) return fail(std::move(space.error()));
    auto done = ip(fmt::format("link set lo up\naddr add {}/{} dev uplink\nlink set uplink up\nroute add default via {}\n", address_in(plan.network, i), length, gateway), space->get());
    if (!done) return fail(std::move(done.error()));
    spaces_.push_back(std::move(*space));
  }
  return true;
}

Namespaces::~Namespaces() {
  if (lock_ < 0) return;
  spaces_.clear();
  obey_record(lock_);
  unlink(record_.c_str());
  close(lock_);
}

}  // namespace openstrat::sim
