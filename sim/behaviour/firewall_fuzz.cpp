// Any packet through any rules: read, judged on its way out and on its way back, and told to people. The first line describes the packet
// as words (`in=ether2 src=192.0.2.1:5 dst=…`), the rest is a configuration.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "sim/behaviour/firewall.hpp"
#include "sim/behaviour/packet_request.hpp"
#include "sim/config/testing.hpp"

using namespace openstrat;
using namespace openstrat::sim;

namespace {

constexpr const char* kNetwork =
    "/interface bridge add name=b\n/interface bridge port add bridge=b interface=ether3\n"
    "/ip address add address=203.0.113.2/24 interface=ether1\n/ip address add address=192.168.88.1/24 interface=ether2\n"
    "/ip route add dst-address=0.0.0.0/0 gateway=203.0.113.1\n/ipv6 address add address=2001:db8::1/64 interface=ether2 advertise=no\n";

PacketWords words_of(const std::string& line) {
  PacketWords words;
  for (const std::string_view word : text::split(line, ' ')) {
    const auto equals = word.find('=');
    if (equals != word.npos) words.emplace(word.substr(0, equals), word.substr(equals + 1));
  }
  words.try_emplace("src", "192.168.88.10:51000");
  words.try_emplace("dst", "198.51.100.7:443");
  return words;
}

Packet answer_to(const Packet& packet) {
  Packet back = packet;
  std::swap(back.source, back.destination);
  std::swap(back.source_port, back.destination_port);
  back.in_interface = std::exchange(back.out_interface, std::string());
  back.tcp_flags = "syn,ack";
  return back;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 8 * 1024) return 0;
  const std::string input(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(input.find('\n'), input.size());
  const auto packet = read_packet(words_of(input.substr(0, end)));
  if (!packet) return 0;
  sim::testing::TestRouter router(sim::testing::kV7);
  import_text(router.config, kNetwork, router.facts);
  import_leniently(router.config, input.substr(std::min(end + 1, input.size())), router.facts);

  World world;
  FirewallState state;
  SeededRng rng{7};
  Packet next = *packet;
  for (int i = 0; i < 3; ++i) {
    const Interfaces interfaces(router.config, world);
    const Routes routes(router.config, interfaces, world, {}, next.v6());
    const FirewallInputs inputs{.config = router.config, .interfaces = interfaces, .routes = routes, .world = world, .rng = rng,
                                .wall = router.facts.now(), .now = std::chrono::seconds(i)};
    const Judgement judgement = judge(inputs, state, next);
    if (judgement.to_text().empty() || judgement.packet.v6() != next.v6()) std::abort();
    next = answer_to(judgement.packet);
  }
  return 0;
}
