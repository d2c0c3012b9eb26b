#include "sim/config/print_columns.hpp"

#include <array>

namespace openstrat::sim {
namespace {

constexpr std::size_t kMaxColumns = 7;

struct Listed {
  std::string_view menu;
  std::array<std::string_view, kMaxColumns> columns;
};

constexpr Listed kListed[] = {
    {"/certificate", {"name", "common-name", "subject-alt-name", "fingerprint"}},
    {"/interface", {"name", "type", "actual-mtu", "l2mtu", "mac-address"}},
    {"/interface/bridge/port", {"interface", "bridge", "hw", "pvid", "priority", "path-cost", "horizon"}},
    {"/interface/ethernet", {"name", "mtu", "mac-address", "arp", "switch"}},
    {"/interface/list", {"name", "include", "exclude"}},
    {"/interface/list/member", {"list", "interface"}},
    {"/interface/vlan", {"name", "mtu", "arp", "vlan-id", "interface"}},
    {"/interface/wireguard/peers", {"interface", "public-key", "endpoint-address", "endpoint-port", "allowed-address"}},
    {"/ip/address", {"address", "network", "interface"}},
    {"/ip/arp", {"address", "mac-address", "interface", "status"}},
    {"/ip/dhcp-client", {"interface", "use-peer-dns", "add-default-route", "status", "address"}},
    {"/ip/dhcp-server", {"name", "interface", "address-pool", "lease-time"}},
    {"/ip/dhcp-server/lease", {"address", "mac-address", "host-name", "server", "status", "last-seen"}},
    {"/ip/dhcp-server/network", {"address", "gateway", "dns-server", "wins-server", "domain"}},
    {"/ip/dns/static", {"name", "regexp", "type", "address", "ttl"}},
    {"/ip/firewall/address-list", {"list", "address", "creation-time", "timeout"}},
    {"/ip/firewall/service-port", {"name", "ports"}},
    {"/ip/neighbor", {"interface", "address", "mac-address", "identity", "version", "board"}},
    {"/ip/pool", {"name", "ranges"}},
    {"/ip/route", {"dst-address", "pref-src", "gateway", "routing-table", "distance"}},
    {"/ip/service", {"name", "port", "address", "certificate", "vrf"}},
    {"/log", {"time", "topics", "message"}},
    {"/ppp/active", {"name", "service", "caller-id", "address", "uptime", "encoding"}},
    {"/ppp/secret", {"name", "service", "caller-id", "password", "profile", "remote-address"}},
    {"/queue/simple", {"name", "target", "parent", "packet-marks", "priority", "max-limit"}},
    {"/radius", {"service", "called-id", "domain", "address", "secret"}},
    {"/system/history", {"action", "by", "policy"}},
    {"/system/logging", {"topics", "action", "prefix"}},
    {"/system/logging/action", {"name", "target", "remote"}},
    {"/system/package", {"name", "version", "scheduled"}},
    {"/system/scheduler", {"name", "start-date", "start-time", "interval", "on-event", "run-count"}},
    {"/tool/netwatch", {"type", "host", "timeout", "interval", "status", "since"}},
    {"/user", {"name", "group", "address", "last-logged-in"}},
    {"/user/active", {"when", "name", "address", "via"}},
    {"/user/group", {"name", "policy", "skin"}},
};

constexpr Listed kFile6 = {"/file", {"name", "type", "size", "creation-time"}};
constexpr Listed kFile7 = {"/file", {"name", "type", "size", "last-modified"}};
constexpr Listed kRules = {"", {"chain", "action", "bytes", "packets"}};
constexpr Listed kQueues = {"/queue/simple", {"name", "bytes", "packets", "rate"}};

std::span<const std::string_view> columns_of(const Listed& listed) {
  std::size_t count = 0;
  while (count < kMaxColumns && !listed.columns[count].empty()) ++count;
  return {listed.columns.data(), count};
}

}  // namespace

std::span<const std::string_view> listed_columns(std::string_view menu, const Version& version, bool stats) {
  const bool rules = menu.starts_with("/ip/firewall/") || menu.starts_with("/ipv6/firewall/");
  if (stats && rules) return columns_of(kRules);
  if (stats && menu == kQueues.menu) return columns_of(kQueues);
  if (menu == "/file") return columns_of(version < Version{7, 0, 0} ? kFile6 : kFile7);
  for (const Listed& listed : kListed) {
    if (listed.menu == menu) return columns_of(listed);
  }
  return {};
}

}  // namespace openstrat::sim
