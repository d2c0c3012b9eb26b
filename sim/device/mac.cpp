#include "sim/device/mac.hpp"

#include "sim/device/router.hpp"

namespace openstrat::sim {
namespace {

constexpr std::uint32_t kVendor[] = {0x48A98A, 0x2CC81B, 0xDC2C6E, 0x789A18, 0x18FD74, 0x085531};
constexpr std::uint32_t kVirtual = 0x525400;
constexpr std::uint64_t kPorts = 64;  ///< addresses that one board has

}  // namespace

MacAddress mac_of(const RouterSpec& spec, RowId interface) {
  const std::uint64_t mixed = (spec.seed ^ spec.seed >> 31) * 0x9E3779B97F4A7C15ULL;
  const std::uint32_t vendor = spec.model->chr ? kVirtual : kVendor[(mixed >> 56) % std::size(kVendor)];
  const std::uint64_t board = (mixed >> 20) % (0x1000000 / kPorts);
  const std::uint64_t bits = static_cast<std::uint64_t>(vendor) << 24 | (board * kPorts + interface % kPorts);
  MacAddress mac;
  for (std::size_t i = 0; i < mac.bytes.size(); ++i) mac.bytes[i] = static_cast<std::uint8_t>(bits >> 8 * (5 - i));
  return mac;
}

}  // namespace openstrat::sim
