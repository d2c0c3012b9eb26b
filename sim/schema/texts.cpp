#include "sim/schema/menu_text.hpp"

extern "C" {
extern const char openstrat_sim_menus_begin[];
extern const char openstrat_sim_menus_end[];
}

namespace openstrat::sim {

std::string_view embedded_menus() {
  return {openstrat_sim_menus_begin, static_cast<std::size_t>(openstrat_sim_menus_end - openstrat_sim_menus_begin)};
}

}  // namespace openstrat::sim
