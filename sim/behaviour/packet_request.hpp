// A packet as people describe it: names and values of a command line or of a JSON object.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "sim/behaviour/packet.hpp"

namespace openstrat::sim {

using PacketWords = std::map<std::string, std::string, std::less<>>;

struct PacketWord {
  std::string_view name;
  std::string_view help;
};
/// `in`, `src`, `dst`, `protocol`, …
std::span<const PacketWord> packet_words();
/// `src` and `dst` are required; an unknown word is an error.
Result<Packet> read_packet(const PacketWords& words);

}  // namespace openstrat::sim
