// Any bytes: checked, and completed at a place that the first bytes choose.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "scripts/completion.hpp"
#include "scripts/script_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace openstrat;
  if (size < 3) return 0;
  static constexpr ros::Version kVersions[] = {{6, 49, 0}, {7, 16, 2}, {7, 20, 8}, {7, 24, 0}};
  const ros::Version version = kVersions[data[0] % 4];
  const std::uint32_t cursor = data[1] * 256u + data[2];
  const std::string script(reinterpret_cast<const char*>(data + 3), size - 3);
  const scripts::Verdict verdict = scripts::check_script(script, {.version = version, .brand_prefix = "openstrat"});
  for (const auto* findings : {&verdict.errors, &verdict.warnings})
    for (const scripts::Finding& finding : *findings)
      if (finding.from > finding.to || finding.to > script.size()) std::abort();
  const scripts::Completion completion = scripts::complete_script(script, cursor % static_cast<std::uint32_t>(script.size() + 1), version);
  if (completion.from > completion.to || completion.to > script.size()) std::abort();
  return 0;
}
