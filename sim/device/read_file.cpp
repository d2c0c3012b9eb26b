#include "sim/device/read_file.hpp"

#include <fstream>
#include <iostream>
#include <sstream>

namespace openstrat::sim {

Result<std::string> read_file(const std::string& path) {
  std::ostringstream text;
  if (path == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, "cannot read " + path);
  text << file.rdbuf();
  return text.str();
}

}  // namespace openstrat::sim
