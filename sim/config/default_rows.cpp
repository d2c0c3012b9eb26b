#include "sim/config/default_rows.hpp"

#include <fmt/core.h>

#include "sim/config/rules.hpp"

namespace openstrat::sim {
namespace {

/// `name=value name="value with blanks"` as fields; values that are the default anyway are left out.
Row row_of_words(const Config& config, const Menu& menu, std::string_view words) {
  Row row;
  while (!words.empty()) {
    const std::size_t equals = words.find('=');
    if (equals == std::string_view::npos) break;
    const std::string_view name = words.substr(0, equals);
    words.remove_prefix(equals + 1);
    const bool quoted = words.starts_with('"');
    if (quoted) words.remove_prefix(1);
    const std::size_t end = std::min(words.find(quoted ? '"' : ' '), words.size());
    const std::string_view value = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    while (words.starts_with(' ')) words.remove_prefix(1);
    const ArgumentSpec* property = menu.property(name, config.view().version);
    const bool is_default = property != nullptr && property->default_value == value && !property->is_name && !property->keeps_default &&
                            !menu.keeps_defaults(config.view().version);
    if (!is_default) row.set(property != nullptr ? property->name : intern_name(name), std::string(value));
  }
  return row;
}

void put(Config& config, std::string_view path, std::string_view words, bool builtin = false) {
  const Menu* menu = config.schema().find(path);
  for (const Menu* at = menu; at != nullptr; at = at->parent) {
    if (!at->visible(config.view())) return;
  }
  if (menu == nullptr) return;
  Row row = row_of_words(config, *menu, words);
  row.builtin = builtin;
  if (!menu->is_singleton(config.view().version) || config.record(path) == nullptr) {
    config.insert(path, std::move(row));
    return;
  }
  for (Field& field : row.fields) config.assign(path, 0, field.name, std::move(field.value));
}

template <class Use>
void for_each_word(std::string_view words, Use use) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (end > 0) use(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

struct Line {
  std::string_view path;
  std::string_view words;
};

constexpr Line kHome[] = {
    {"/interface/list", "name=WAN comment=defconf"},
    {"/interface/list", "name=LAN comment=defconf"},
    {"/ip/neighbor/discovery-settings", "discover-interface-list=LAN"},
    {"/interface/list/member", "comment=defconf interface=bridge list=LAN"},
    {"/interface/list/member", "comment=defconf interface=ether1 list=WAN"},
    {"/ip/pool", "name=default-dhcp ranges=192.168.88.10-192.168.88.254"},
    {"/ip/dhcp-server", "address-pool=default-dhcp interface=bridge name=defconf disabled=no"},
    {"/ip/dhcp-server/network", "address=192.168.88.0/24 comment=defconf dns-server=192.168.88.1 gateway=192.168.88.1"},
    {"/ip/address", "address=192.168.88.1/24 comment=defconf interface=bridge network=192.168.88.0"},
    {"/ip/dhcp-client", "comment=defconf interface=ether1 disabled=no"},
    {"/ip/dns", "allow-remote-requests=yes"},
    {"/ip/dns/static", "address=192.168.88.1 comment=defconf name=router.lan type=A"},
    {"/ip/firewall/filter", "action=accept chain=input comment=\"defconf: accept established,related,untracked\" connection-state=established,related,untracked"},
    {"/ip/firewall/filter", "action=drop chain=input comment=\"defconf: drop invalid\" connection-state=invalid"},
    {"/ip/firewall/filter", "action=accept chain=input comment=\"defconf: accept ICMP\" protocol=icmp"},
    {"/ip/firewall/filter", "action=accept chain=input comment=\"defconf: accept to local loopback (for CAPsMAN)\" dst-address=127.0.0.1"},
    {"/ip/firewall/filter", "action=drop chain=input comment=\"defconf: drop all not coming from LAN\" in-interface-list=!LAN"},
    {"/ip/firewall/filter", "action=accept chain=forward comment=\"defconf: accept in ipsec policy\" ipsec-policy=in,ipsec"},
    {"/ip/firewall/filter", "action=accept chain=forward comment=\"defconf: accept out ipsec policy\" ipsec-policy=out,ipsec"},
    {"/ip/firewall/filter", "action=fasttrack-connection chain=forward comment=\"defconf: fasttrack\" connection-state=established,related"},
    {"/ip/firewall/filter", "action=accept chain=forward comment=\"defconf: accept established,related, untracked\" connection-state=established,related,untracked"},
    {"/ip/firewall/filter", "action=drop chain=forward comment=\"defconf: drop invalid\" connection-state=invalid"},
    {"/ip/firewall/filter", "action=drop chain=forward comment=\"defconf: drop all from WAN not DSTNATed\" connection-nat-state=!dstnat connection-state=new in-interface-list=WAN"},
    {"/ip/firewall/nat", "action=masquerade chain=srcnat comment=\"defconf: masquerade\" ipsec-policy=out,none out-interface-list=WAN"},
    {"/tool/mac-server", "allowed-interface-list=LAN"},
    {"/tool/mac-server/mac-winbox", "allowed-interface-list=LAN"},
};

constexpr Line kHomeV7[] = {
    {"/ipv6/firewall/address-list", "address=::/128 comment=\"defconf: unspecified address\" list=bad_ipv6"},
    {"/ipv6/firewall/address-list", "address=::1/128 comment=\"defconf: lo\" list=bad_ipv6"},
    {"/ipv6/firewall/address-list", "address=fec0::/10 comment=\"defconf: site-local\" list=bad_ipv6"},
    {"/ipv6/firewall/filter", "action=accept chain=input comment=\"defconf: accept established,related,untracked\" connection-state=established,related,untracked"},
    {"/ipv6/firewall/filter", "action=drop chain=input comment=\"defconf: drop invalid\" connection-state=invalid"},
    {"/ipv6/firewall/filter", "action=accept chain=input comment=\"defconf: accept ICMPv6\" protocol=icmpv6"},
    {"/ipv6/firewall/filter", "action=drop chain=input comment=\"defconf: drop everything else not coming from LAN\" in-interface-list=!LAN"},
    {"/ipv6/firewall/filter", "action=accept chain=forward comment=\"defconf: accept established,related,untracked\" connection-state=established,related,untracked"},
    {"/ipv6/firewall/filter", "action=drop chain=forward comment=\"defconf: drop invalid\" connection-state=invalid"},
    {"/ipv6/firewall/filter", "action=drop chain=forward comment=\"defconf: drop everything else not coming from LAN\" in-interface-list=!LAN"},
};

void add_home(Config& config, const Model& model) {
  put(config, "/interface/bridge", "name=bridge comment=defconf");
  const auto add_port = [&](std::string_view port) {
    if (port != "ether1") put(config, "/interface/bridge/port", fmt::format("bridge=bridge comment=defconf interface={}", port));
  };
  for_each_word(model.ethernet, add_port);
  for_each_word(model.wireless, [&](std::string_view port) {
    add_port(port);
    const FoundRow found = config.find_named("/interface/wireless", port);
    if (!found) return;
    const RowId id = found.row->id;
    for (const Field& field : {Field{"disabled", "no"}, Field{"mode", "ap-bridge"}, Field{"ssid", "MikroTik"}}) {
      config.assign("/interface/wireless", id, field.name, field.value);
    }
  });
  for (const Line& line : kHome) put(config, line.path, line.words);
  if (config.view().version < Version{7, 0, 0}) return;
  for (const Line& line : kHomeV7) put(config, line.path, line.words);
}

}  // namespace

void add_default_rows(Config& config) {
  for (const Menu* menu : config.schema().menus()) {
    if (!menu->visible(config.view())) continue;
    for (const Menu::DefaultRow& row : menu->default_rows) {
      if (row.versions.contains(config.view().version)) put(config, menu->path, row.words, true);
    }
  }
}

void add_hardware(Config& config, const Model& model) {
  for_each_word(model.ethernet, [&](std::string_view name) {
    put(config, "/interface/ethernet", fmt::format("name={} default-name={}", name, name), true);
  });
  for_each_word(model.wireless, [&](std::string_view name) {
    put(config, "/interface/wireless", fmt::format("name={} default-name={}", name, name), true);
  });
  for_each_word(model.switches, [&](std::string_view name) { put(config, "/interface/ethernet/switch", fmt::format("name={}", name), true); });
  if (!model.switches.empty()) {
    for_each_word(model.ethernet, [&](std::string_view name) { put(config, "/interface/ethernet/switch/port", fmt::format("name={}", name), true); });
    put(config, "/interface/ethernet/switch/port", "name=switch1-cpu", true);
  }
  if (model.serial_port) put(config, "/port", "name=serial0", true);
  put(config, "/partitions", "name=part0", true);
  const bool apart = config.view().version >= Version{7, 13, 0};  // wireless became a package of its own
  if (apart && !model.wireless.empty()) put(config, "/interface/wireless/security-profiles", "name=default default=yes supplicant-identity=MikroTik", true);
  put(config, "/user", "name=admin group=full comment=\"system default user\"");
}

void add_vendor_defaults(Config& config, const Model& model) {
  if (model.chr) return put(config, "/ip/dhcp-client", "interface=ether1 disabled=no");
  if (model.key == "ccr2004") return put(config, "/ip/address", "address=192.168.88.1/24 comment=defconf interface=ether1 network=192.168.88.0");
  add_home(config, model);
}

}  // namespace openstrat::sim
