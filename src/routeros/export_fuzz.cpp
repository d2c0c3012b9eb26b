// Any bytes are an export, and whatever is shown of them is well-formed.
#include <cstdint>
#include <cstdlib>

#include "routeros/export.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openstrat::routeros;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Brand brand;
  discover_subnets(parse_export(text));
  normalise_export(text, brand);
  highlight_export(redact_export(text, brand));
  const std::string html = highlight_export(text);
  if (!html.starts_with("<pre class=\"rsc\">") || !html.ends_with("</pre>")) std::abort();
  if (html.find('\0') != html.npos) std::abort();
  return 0;
}
