// A pack whose digest is right and whose index may be anything: refused, or files that all can be found.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "web_app/files.hpp"

namespace {

using namespace openstrat;

void try_pack(const std::string& rest) {
  const auto digest = crypto::sha256(rest);
  std::string bytes("OSWEB\0\0\1", 8);
  bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size()).append(rest);
  const auto pack = web_app::Pack::read(bytes);
  if (!pack) return;
  for (const char* path : {"index.html", "assets/a.js", "", "../etc/passwd"}) {
    const auto file = (*pack)->find(path);
    if (file && (file->path != path || !file->identity || !web_app::is_plain_path(path))) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  try_pack(input);
  (void)web_app::Pack::read(input).has_value();
  if (web_app::is_plain_path(input) && (input.starts_with('/') || ('/' + input + '/').contains("/../"))) std::abort();
  return 0;
}
