// Any bytes as an import, into a strict and a permissive router: an error or a configuration that exports to itself.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sim/config/testing.hpp"

using namespace openstrat::sim;

namespace {

void try_import(const std::string& text, bool permissive) {
  testing::TestRouter router(testing::kV6, "rb750gr3", DefaultConfiguration::none, permissive);
  import_text(router.config, text, router.facts);
  const std::string once = export_config(router.config, router.facts, {.show_secrets = true});
  testing::TestRouter again(testing::kV6, "rb750gr3", DefaultConfiguration::none, permissive);
  // A failed import of our own export would be a bug, but a row may refer to one that is gone (`interface=*5`).
  if (import_text(again.config, once, again.facts).error && once.find("=*") == std::string::npos && permissive) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 16 * 1024) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  try_import(text, false);
  try_import(text, true);
  testing::TestRouter chr(testing::kV7, "chr", DefaultConfiguration::factory);
  import_leniently(chr.config, text, chr.facts);
  return 0;
}
