#include "sim/behaviour/world.hpp"

namespace openstrat::sim {

const Line& World::line(std::string_view interface) const {
  static const Line usual;
  const auto known = lines.find(interface);
  return known == lines.end() ? usual : known->second;
}

const FarHost* World::host(std::string_view address) const {
  const auto known = hosts.find(address);
  return known == hosts.end() ? nullptr : &known->second;
}

}  // namespace openstrat::sim
