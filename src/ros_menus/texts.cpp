#include "ros_menus/menu_text.hpp"

extern "C" {
extern const char openstrat_ros_menus_begin[];
extern const char openstrat_ros_menus_end[];
}

namespace openstrat::ros {

std::string_view embedded_menus() {
  return {openstrat_ros_menus_begin, static_cast<std::size_t>(openstrat_ros_menus_end - openstrat_ros_menus_begin)};
}

}  // namespace openstrat::ros
