// Any bytes are an export; what is shown never holds what was hidden.
#include <cstdint>
#include <cstdlib>

#include "routeros/export.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openstrat::routeros;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Brand brand;
  discover_subnets(parse_export(text));
  normalise_export(text, brand);
  const std::string redacted = redact_export(text, brand);
  if (redact_export(redacted, brand) != redacted) std::abort();
  highlight_export(text);
  return 0;
}
