// How long a check and a completion take. Prints one line a measurement.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "scripts/completion.hpp"
#include "scripts/script_check.hpp"

namespace {

using namespace openstrat;
using namespace openstrat::scripts;

/// About 2 KB of what people write.
std::string typical() {
  return R"(# Bring the guest network up on every branch.
:local bridge "bridge-guest"
:local subnet 10.20.30.0/24
:local address 10.20.30.1/24
:if ([:len [/interface bridge find where name=$bridge]] = 0) do={
  /interface bridge add name=$bridge comment="guests" protocol-mode=rstp
}
:foreach port in={"ether4";"ether5"} do={
  :if ([:len [/interface bridge port find where interface=$port]] = 0) do={
    /interface bridge port add bridge=$bridge interface=$port
  } else={
    /interface bridge port set [find where interface=$port] bridge=$bridge
  }
}
/ip address remove [find where interface=$bridge]
/ip address add address=$address interface=$bridge comment="guests"
/ip pool
:do {add name=guest ranges=10.20.30.100-10.20.30.200} on-error={:log info "pool exists"}
/ip dhcp-server
:do {add name=guest interface=$bridge address-pool=guest lease-time=1h disabled=no} on-error={:log info "server exists"}
/ip dhcp-server network
:if ([:len [find where address=$subnet]] = 0) do={add address=$subnet gateway=10.20.30.1 dns-server=10.20.30.1}
/ip firewall filter
:foreach rule in={"guest-dns";"guest-drop"} do={remove [find where comment=$rule]}
add chain=input action=accept protocol=udp dst-port=53 in-interface=$bridge comment="guest-dns"
add chain=forward action=drop in-interface=$bridge out-interface-list=LAN comment="guest-drop"
/ip firewall nat
:if ([:len [find where src-address=$subnet]] = 0) do={add chain=srcnat action=masquerade src-address=$subnet out-interface-list=WAN}
/queue simple
:do {remove [find where name="guests"]} on-error={}
add name="guests" target=$subnet max-limit=20M/20M
:local version [/system resource get version]
:if ([:pick $version 0 1] = "7") do={:log info ("guest network ready on RouterOS " . $version)} else={:log warning "RouterOS 6"}
)";
}

template <class F>
void measure(std::string_view what, int runs, F&& work) {
  std::vector<double> ms;
  for (int i = 0; i < runs; ++i) {
    const Duration start = system_clock().monotonic();
    work();
    ms.push_back(std::chrono::duration<double, std::milli>(system_clock().monotonic() - start).count());
  }
  std::ranges::sort(ms);
  const auto at = [&](double part) { return ms[static_cast<std::size_t>(part * static_cast<double>(ms.size() - 1))]; };
  fmt::print("{}: p50 {:.3f} ms, p99 {:.3f} ms, most {:.3f} ms\n", what, at(0.5), at(0.99), ms.back());
}

std::string filled(std::string_view piece) {
  std::string out;
  while (out.size() + piece.size() <= kLongestScript) out += piece;
  return out;
}

}  // namespace

int main() {
  const std::string script = typical();
  const CheckOptions options{.version = {7, 20, 8}, .brand_prefix = "openstrat"};
  check_script(script, options);
  measure(fmt::format("check {} bytes", script.size()), 3000, [&] { check_script(script, options); });
  measure(fmt::format("complete at the end of {} bytes", script.size()), 3000,
          [&] { complete_script(script + "/ip firewall filter add ch", static_cast<std::uint32_t>(script.size()) + 26, options.version); });
  for (const std::string_view piece : {"{", "[", "(", "({$", "({\"$", "x\n", ":put (\n", "$a ", "/ip address print where ", "1;", "/ip address add address=1.1.1.1/24 interface=ether1\n"}) {
    const std::string hostile = (piece == "1;" ? ":put {" : "") + filled(piece);
    measure(fmt::format("check 512 KiB of {:?}", piece), 3, [&] { check_script(hostile, options); });
  }
}
