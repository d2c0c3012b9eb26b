#include "sim/device/mndp.hpp"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/device/mac.hpp"
#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr std::uint16_t kPort = 5678;
constexpr Duration kEvery = std::chrono::seconds(60);
constexpr Duration kPace = std::chrono::milliseconds(5);
constexpr std::size_t kPerTurn = 64;      ///< packets of an answer at once
constexpr std::size_t kMaxTelling = 16;   ///< askers that are being answered
constexpr std::size_t kRequestBytes = 9;  ///< the longest request; what is longer is an announcement
constexpr std::size_t kMaxNeighbours = 100;
constexpr RowId kUplink = 1;

enum Field : std::uint16_t { kMac = 1, kIdentity = 5, kVersion = 7, kPlatform = 8, kUptime = 10, kSoftwareId = 11, kBoard = 12, kUnpack = 14, kInterface = 16, kAddress = 17 };

void put16(std::string& out, std::size_t number) {
  out += static_cast<char>(number >> 8);
  out += static_cast<char>(number);
}

void put(std::string& out, Field field, std::string_view value) {
  put16(out, field);
  put16(out, value.size());
  out += value;
}

std::string_view board_of(const Router& router) { return router.spec().model->product.empty() ? std::string_view("CHR") : router.spec().model->product; }

std::string fact_text(const Router& router, std::string_view menu, std::string_view property) {
  const auto value = RouterFacts(router).fact(menu, 0, property);
  return value ? value->to_text() : std::string();
}

}  // namespace

std::string mndp_packet(const Router& router, std::uint16_t sequence) {
  const MacAddress mac = mac_of(router.spec(), kUplink);
  const auto seconds = static_cast<std::uint32_t>(router.uptime() / std::chrono::seconds(1));
  std::string uptime;
  for (int shift = 0; shift < 32; shift += 8) uptime += static_cast<char>(seconds >> shift);  // the only number with its low end first
  std::string out;
  put16(out, 0);
  put16(out, sequence);
  put(out, kMac, {reinterpret_cast<const char*>(mac.bytes.data()), mac.bytes.size()});
  put(out, kIdentity, router.identity());
  put(out, kVersion, fact_text(router, "/system/resource", "version"));
  put(out, kPlatform, "MikroTik");
  put(out, kUptime, uptime);
  put(out, kSoftwareId, router.spec().software_id);
  put(out, kBoard, board_of(router));
  put(out, kUnpack, std::string_view("\0", 1));
  put(out, kInterface, "ether1");
  const auto address = IpAddress::parse(own_address(router));
  if (address && address->is_v4()) {
    const std::uint32_t bits = address->v4_value();
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(bits >> shift);
    put(out, kAddress, bytes);
  }
  return out;
}

std::vector<Row> Router::neighbour_rows() const {
  std::vector<Row> rows;
  if (services_.neighbours == nullptr || !link_) return rows;
  for (const Router* other : *services_.neighbours) {
    if (rows.size() == kMaxNeighbours) break;
    if (other == this || !is_discoverable(*other)) continue;
    Row row{.id = rows.size() + 1};
    const std::string address = own_address(*other);
    for (const auto& [name, value] : std::initializer_list<std::pair<std::string_view, std::string>>{
             {"interface", "ether1"}, {"address", address}, {"address4", address}, {"mac-address", mac_of(other->spec(), kUplink).to_string()},
             {"identity", other->identity()}, {"platform", "MikroTik"}, {"version", fact_text(*other, "/system/resource", "version")},
             {"board", std::string(board_of(*other))}, {"software-id", other->spec().software_id}, {"interface-name", "ether1"}, {"discovered-by", "mndp"},
             {"uptime", format_time_short(other->uptime() / std::chrono::seconds(1) * 1'000'000'000)}, {"unpack", "none"}}) {
      row.set(name, value);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

bool is_discoverable(const Router& router) {
  if (router.power() != Power::on || !router.link()) return false;
  const Row* settings = router.config().record("/ip/neighbor/discovery-settings");
  const std::string* list = settings == nullptr ? nullptr : settings->find("discover-interface-list");
  const std::string* protocol = settings == nullptr ? nullptr : settings->find("protocol");
  const std::string* mode = settings == nullptr ? nullptr : settings->find("mode");
  return (list == nullptr || *list != "none") && (protocol == nullptr || protocol->contains("mndp")) && (mode == nullptr || *mode != "rx-only");
}

Result<std::unique_ptr<Mndp>> Mndp::open(EventLoop& loop, std::vector<Router*> routers, const std::string& where) {
  const std::size_t colon = where.find(':');
  const auto number = colon == std::string::npos ? std::optional<std::int64_t>(kPort) : text::parse_int(std::string_view(where).substr(colon + 1));
  const auto ip = IpAddress::parse(where.substr(0, colon));
  if (!ip || !ip->is_v4() || !number || *number < 0 || *number > 65'535) return fail(Errc::invalid, fmt::format("--mndp: '{}' is no IPv4 address with or without a port", where));
  std::unique_ptr<Mndp> segment(new Mndp(loop, std::move(routers)));
  if (!segment->bind_to({*ip, static_cast<std::uint16_t>(*number)})) return fail(Errc::unavailable, fmt::format("--mndp: cannot listen on {}: {}", where, std::strerror(errno)));
  return segment;
}

/// An address that ends in 255 is taken for that of a broadcast: this process cannot know the network's mask.
bool Mndp::bind_to(const Destination& where) {
  fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return false;
  const int one = 1;
  setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(fd_, SOL_SOCKET, SO_BROADCAST, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(where.port);
  address.sin_addr.s_addr = htonl(where.address.v4_value());
  const bool last_of_network = (where.address.v4_value() & 0xFF) == 0xFF;
  if (last_of_network) {
    broadcast_ = where;
    address.sin_addr.s_addr = htonl(INADDR_ANY);
  }
  socklen_t size = sizeof address;
  if (bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
  port_ = ntohs(address.sin_port);
  if (broadcast_) broadcast_->port = port_;
  loop_.watch(fd_, EPOLLIN, [this](std::uint32_t) { receive(); });
  for (Router* router : routers_) router->services().neighbours = &routers_;
  announce();
  return true;
}

Mndp::~Mndp() {
  for (Router* router : routers_) router->services().neighbours = nullptr;
  if (timer_) loop_.cancel(*timer_);
  if (pacing_) loop_.cancel(*pacing_);
  if (fd_ < 0) return;
  if (port_ != 0) loop_.unwatch(fd_);
  close(fd_);
}

void Mndp::announce() {
  if (!broadcast_) return;
  tell(*broadcast_);
  timer_ = loop_.after(kEvery, [this] {
    timer_.reset();
    announce();
  });
}

void Mndp::receive() {
  for (std::size_t i = 0; i < kPerTurn; ++i) {
    char bytes[1500];
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const ssize_t got = recvfrom(fd_, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 0) return;
    const bool request = got >= 4 && got <= static_cast<ssize_t>(kRequestBytes) && std::all_of(bytes, bytes + got, [](char byte) { return byte == 0; });
    if (request) tell({IpAddress::v4(ntohl(from.sin_addr.s_addr)), ntohs(from.sin_port)});
  }
}

void Mndp::tell(const Destination& to) {
  if (telling_.size() >= kMaxTelling) return;
  telling_.push_back({to});
  if (!pacing_) tell_some();
}

/// Thousands of routers answer one request: in portions that a receiver can take.
void Mndp::tell_some() {
  pacing_.reset();
  for (std::size_t i = 0; i < kPerTurn && !telling_.empty(); ++i) {
    Telling& telling = telling_.front();
    if (telling.next == routers_.size()) {
      telling_.pop_front();
      continue;
    }
    const Router& router = *routers_[telling.next++];
    if (!is_discoverable(router)) continue;
    const std::string packet = mndp_packet(router, ++sequence_);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(telling.to.port);
    address.sin_addr.s_addr = htonl(telling.to.address.v4_value());
    [[maybe_unused]] const ssize_t sent = sendto(fd_, packet.data(), packet.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  if (!telling_.empty()) pacing_ = loop_.after(kPace, [this] { tell_some(); });
}

}  // namespace openstrat::sim
