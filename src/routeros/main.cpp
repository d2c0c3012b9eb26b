// routeros-templates [--readable]: every script with representative parameters, as JSON lines {"name", "script"}.
#include <cstdio>
#include <string>
#include <string_view>

#include "routeros/scripts.hpp"

namespace {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7F) {  // scripts are ASCII: other bytes are escaped in them already
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", byte);
      out += code;
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

int main(int argc, char** argv) {
  using openstrat::routeros::Style;
  const bool readable = argc == 2 && std::string_view(argv[1]) == "--readable";
  if (argc > 1 && !readable) {
    std::fputs("usage: routeros-templates [--readable]\n", stderr);
    return 2;
  }
  for (const auto& info : openstrat::routeros::all_templates()) {
    const std::string script = info.render(readable ? Style::readable : Style::minified);
    std::printf("{\"name\": %s, \"script\": %s}\n", json_string(info.name).c_str(), json_string(script).c_str());
  }
}
