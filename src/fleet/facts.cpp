#include "fleet/facts.hpp"

#include "base/attributes.hpp"

namespace openstrat::fleet {

SiteFacts facts_of(const routeros::Heartbeat& heartbeat, const SiteFacts& old, std::int64_t facts_hash) {
  SiteFacts facts = old;
  const auto take = [](std::optional<std::string>& field, const std::string& reported) {
    if (!reported.empty()) field = reported;
  };
  take(facts.identity, heartbeat.name);
  take(facts.model, heartbeat.model.empty() ? heartbeat.board_name : heartbeat.model);
  take(facts.board_name, heartbeat.board_name);
  take(facts.serial_number, heartbeat.serial_number.empty() ? heartbeat.system_id : heartbeat.serial_number);
  take(facts.software_id, heartbeat.software_id.empty() ? heartbeat.system_id : heartbeat.software_id);
  take(facts.software_version, heartbeat.version);
  take(facts.architecture_name, heartbeat.architecture_name);
  // CHR and x86 report no routerboard field, or "no".
  facts.routerboard = heartbeat.routerboard.value_or(old.routerboard.value_or(false));
  facts.facts_hash = facts_hash;

  if (!heartbeat.has_identity() && old.oem != SiteFacts{}.oem) return facts;  // a cut body must not replace the full one
  Attributes oem;
  for (const auto& [key, value] : heartbeat.pairs)
    oem.set(key, value.empty() ? Attributes::Scalar{} : Attributes::Scalar{value});
  facts.oem = oem.to_json();
  return facts;
}

}  // namespace openstrat::fleet
