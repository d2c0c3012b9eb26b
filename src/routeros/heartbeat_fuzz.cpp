// Any bytes are a heartbeat.
#include <cstdint>
#include <cstdlib>

#include "routeros/heartbeat.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openstrat::routeros;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const Heartbeat heartbeat = parse_heartbeat(body);
  if (heartbeat.pairs.size() > kMaxHeartbeatKeys) std::abort();
  if (facts_hash(body) != facts_hash(body)) std::abort();
  parse_sample(body);
  hardware_hash(heartbeat);
  return 0;
}
