#include "sim/device/certificates.hpp"

#include <utility>

#include "sim/config/dates.hpp"

namespace openstrat::sim {

Certificates::Certificates(Router& router) : router_(router) {
  removed_ = router.watch_rows(kMenu, [this](RowId row, Change change) {
    if (change == Change::removed) identities_.erase(row);
  });
  booted_ = router.watch_power([this](bool on) {  // another configuration may have come with it
    if (on) std::erase_if(identities_, [this](const auto& each) { return !router_.config().find(kMenu, each.first); });
  });
}

const Identity* Certificates::find(RowId row) const {
  const auto known = identities_.find(row);
  return known == identities_.end() ? nullptr : &known->second;
}

void Certificates::keep(RowId row, Identity identity) {
  const auto facts = read_certificate(identity.certificate);
  if (!facts) return;
  Config& config = router_.config();
  const auto say = [&](std::string_view property, const std::string& value) {
    if (!value.empty()) config.assign(kMenu, row, property, value);
  };
  std::string alt_names;
  for (const std::string& name : facts->alt_names) alt_names.append(alt_names.empty() ? "" : ",").append(name);
  say("common-name", facts->common_name);
  say("subject-alt-name", alt_names);
  say("issuer", facts->issuer);
  say("serial-number", facts->serial_number);
  say("fingerprint", facts->fingerprint);
  say("skid", facts->skid);
  say("akid", facts->akid);
  say("invalid-before", format_date_time(facts->valid_from, router_.version()));
  say("invalid-after", format_date_time(facts->valid_until, router_.version()));
  if (facts->is_authority) say("authority", "yes");
  if (!identity.key.empty()) say("private-key", "yes");
  identities_[row] = std::move(identity);
  router_.row_changed(kMenu, row, Change::changed);
}

void Certificates::add_key(RowId row, std::string key) {
  identities_[row].key = std::move(key);
  router_.config().assign(kMenu, row, "private-key", "yes");
  router_.row_changed(kMenu, row, Change::changed);
}

RowId Certificates::with_fingerprint(const std::string& fingerprint) const {
  for (const auto& [row, identity] : identities_) {
    const FoundRow found = router_.config().find(kMenu, row);
    const std::string* own = found ? found.row->find("fingerprint") : nullptr;
    if (own != nullptr && *own == fingerprint) return row;
  }
  return 0;
}

}  // namespace openstrat::sim
