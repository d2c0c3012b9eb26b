#include "sim/snmp/settings.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sim/snmp/mib.hpp"

namespace openstrat::sim::snmp {
namespace {

constexpr std::size_t kMaxEngineId = 32;

Community read_community(Router& router, const FoundRow& row) {
  const RowValues values(router, "/snmp/community", row);
  Community community;
  community.name = values.text("name");
  const std::string addresses = values.text("addresses");
  for (const std::string_view word : text::split(addresses, ',')) {
    if (const auto cidr = Cidr::parse(text::trim(word))) community.sources.push_back(*cidr);
  }
  const std::string security = values.text("security");
  community.security = security == "private" ? SecurityLevel::private_ : security == "authorized" ? SecurityLevel::authorized : SecurityLevel::none;
  community.authentication = values.text("authentication-protocol") == "SHA1" ? AuthProtocol::sha1 : AuthProtocol::md5;
  community.encryption = values.text("encryption-protocol") == "AES" ? PrivProtocol::aes : PrivProtocol::des;
  community.authentication_password = values.text("authentication-password");
  community.encryption_password = values.text("encryption-password");
  community.read = values.flag("read-access");
  community.write = values.flag("write-access");
  return community;
}

RowValues snmp_record(Router& router) { return RowValues(router, "/snmp", {"/snmp", router.config().record("/snmp")}); }

}  // namespace

bool Community::admits(const IpAddress& source) const {
  if (sources.empty()) return true;
  return std::any_of(sources.begin(), sources.end(), [&](const Cidr& cidr) { return cidr.prefix_length() == 0 || cidr.contains(source); });
}

std::optional<Community> find_community(Router& router, std::string_view name) {
  for (const FoundRow& row : router.config().rows("/snmp/community")) {
    const RowValues values(router, "/snmp/community", row);
    if (values.text("name") != name || values.flag("disabled")) continue;
    // A trap may leave inside the command of somebody who may not see passwords.
    Actor before = router.facts().act_as({});
    Community community = read_community(router, row);
    router.facts().act_as(std::move(before));
    return community;
  }
  return std::nullopt;
}

bool is_enabled(const Router& router) {
  const Row* record = router.config().record("/snmp");
  const std::string* enabled = record == nullptr ? nullptr : record->find("enabled");
  return enabled != nullptr && *enabled == "yes";
}

std::string engine_id(Router& router) {
  const RowValues record = snmp_record(router);
  std::string id("\x80\x00\x3a\x8c\x04", 5);
  const std::string suffix = record.text("engine-id-suffix");
  id += suffix.empty() ? record.text("engine-id") : suffix;
  if (id.size() > kMaxEngineId) id.resize(kMaxEngineId);
  return id;
}

}  // namespace openstrat::sim::snmp
