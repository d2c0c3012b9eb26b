// Any bytes as what is inside a binary backup: refused, or rows that can be shown, exported and kept again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sim/config/snapshot.hpp"
#include "sim/config/testing.hpp"

using namespace openstrat::sim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 16 * 1024) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Version version = data[0] % 2 == 0 ? testing::kV7 : testing::kV6;
  testing::TestRouter router(version);
  const std::string before = save_rows(router.config);
  if (!load_rows(router.config, bytes)) {
    if (save_rows(router.config) != before) std::abort();
    return 0;
  }
  export_config(router.config, router.facts, {.show_secrets = true});
  for (const char* look : {"/interface print detail", "/ip firewall filter print", "/user print", "/system script print"}) router.run(look);
  const std::string kept = save_rows(router.config);
  testing::TestRouter again(version);
  if (!load_rows(again.config, kept) || save_rows(again.config) != kept) std::abort();
  return 0;
}
