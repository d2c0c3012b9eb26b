// The language and the menus live on the floor, as openstrat::ros; the simulator speaks of little else.
#pragma once

namespace openstrat::ros {}

namespace openstrat::sim {
using namespace ros;
}
