#include "web_app/embedded.hpp"

// In the object library openstrat_web_pack, see CMakeLists.txt. Only programs that call embedded_pack() need it.
extern "C" const char openstrat_web_pack[], openstrat_web_pack_end[];

namespace openstrat::web_app {

std::string_view embedded_pack() { return {openstrat_web_pack, static_cast<std::size_t>(openstrat_web_pack_end - openstrat_web_pack)}; }

}  // namespace openstrat::web_app
