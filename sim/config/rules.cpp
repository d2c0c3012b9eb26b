#include "sim/config/rules.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/net.hpp"
#include "sim/config/config.hpp"
#include "sim/config/dates.hpp"
#include "sim/lang/host.hpp"

namespace openstrat::sim {
namespace {

constexpr int kWireguardPort = 13231;

std::string joined(const Row& row, std::string_view first, std::string_view second) {
  const std::string* a = row.find(first);
  const std::string* b = row.find(second);
  if (a == nullptr || b == nullptr) return {};
  return fmt::format("{}\n{}", *a, *b);  // no value of these holds a line break
}

bool is_address_list(std::string_view path) {
  return path == "/ip/firewall/address-list" || path == "/ipv6/firewall/address-list";
}

/// `wireguard1`, `wireguard2`: the schema's default name with the first number that is free.
std::string free_name(const Config& config, std::string_view path, std::string_view pattern) {
  while (!pattern.empty() && pattern.back() >= '0' && pattern.back() <= '9') pattern.remove_suffix(1);
  const Menu* menu = config.schema().find(path);
  const std::string_view among = menu != nullptr && !menu->interface_type.empty() ? "/interface" : path;
  for (int number = 1;; ++number) {
    std::string name = fmt::format("{}{}", pattern, number);
    if (!config.find_named(among, name)) return name;
  }
}

/// An address without a mask is that of a single host.
void compute_network(Row& row, bool network_given = false) {
  const std::string* given = row.find("address");
  if (given != nullptr && given->find('/') == std::string::npos && Cidr::parse(*given)) row.set("address", *given + "/32");
  if (network_given) return;
  const std::string* address = row.find("address");
  const auto cidr = address == nullptr ? std::nullopt : Cidr::parse(*address);
  if (cidr) row.set("network", cidr->network().address().to_string());
}

void complete_address_list(Row& row, const Facts& facts, const Version& version) {
  const std::string* timeout = row.find("timeout");
  if (timeout != nullptr && *timeout != "0s") row.dynamic = true;  // lives in memory only
  const std::string* dynamic = row.find("dynamic");
  if (dynamic != nullptr && *dynamic == "yes") row.dynamic = true;
  row.unset("dynamic");
  if (row.find("address") == nullptr) throw ScriptError("missing value(s) of argument(s) address");
  row.set("creation-time", format_date_time(facts.now(), version));
}

/// What a router writes into a new row by itself, and so exports for good: the defaults of properties that keep them.
void fill_in(std::string_view path, const Menu& menu, Row& row, const Version& version) {
  constexpr std::string_view kFilled[] = {"/ip/route", "/ip/dns/static", "/system/script", "/system/scheduler", "/interface/wireguard"};
  if (std::find(std::begin(kFilled), std::end(kFilled), path) == std::end(kFilled)) return;
  for (const ArgumentSpec& property : menu.properties) {
    const bool wanted = property.keeps_default && property.default_value && property.versions.contains(version);
    if (wanted && row.find(property.name) == nullptr) row.set(property.name, std::string(*property.default_value));
  }
}

/// A key of its own, and the usual port or the next one that is free. (Which one a real router takes then is not known.)
void complete_wireguard(const Config& config, Row& row, const Facts& facts) {
  const std::string* name = row.find("name");
  if (std::string key = row.find("private-key") == nullptr && name != nullptr ? facts.new_key(*name) : std::string(); !key.empty()) row.set("private-key", std::move(key));
  if (row.find("listen-port") != nullptr) return;
  const auto taken = [&](const std::string& port) {
    return std::ranges::any_of(config.rows("/interface/wireguard"), [&](const FoundRow& found) {
      const std::string* other = found.row->find("listen-port");
      return other != nullptr && *other == port;
    });
  };
  int port = kWireguardPort;
  while (taken(std::to_string(port))) ++port;
  row.set("listen-port", std::to_string(port));
}

}  // namespace

std::string unique_key(std::string_view path, const Menu* menu, const Row& row, const Version& version) {
  if (is_address_list(path)) return joined(row, "list", "address");
  if (path == "/ip/address") return joined(row, "address", "interface");
  if (path == "/interface/list/member") return joined(row, "list", "interface");
  if (path == "/interface/bridge/port" || path == "/ip/dhcp-client") {
    const std::string* interface = row.find("interface");
    return interface == nullptr || row.dynamic ? std::string() : "\n" + *interface;  // a key that is no name
  }
  const ArgumentSpec* name = menu == nullptr || menu->generic ? nullptr : menu->name_property(version);
  const std::string* value = name == nullptr ? nullptr : row.find(name->name);
  return value == nullptr || row.dynamic ? std::string() : *value;
}

std::string_view duplicate_error(std::string_view path) {
  if (path == "/ip/address") return "failure: already have such address";
  if (is_address_list(path) || path == "/interface/list/member") return "failure: already have such entry";
  if (path == "/interface/bridge/port") return "failure: device already added as bridge port";
  if (path == "/ip/dhcp-client") return "failure: dhcp-client on that interface already exists";
  if (path.starts_with("/interface")) return "failure: already have interface with such name";
  if (path == "/user") return "failure: user with the same name already exists";
  return "failure: already have such name";
}

void complete_new_row(const Config& config, std::string_view path, const Menu& menu, Row& row, const Facts& facts) {
  const Version& version = config.view().version;
  const ArgumentSpec* name = menu.name_property(version);
  if (name != nullptr && row.find(name->name) == nullptr && name->default_value) {
    row.set(name->name, free_name(config, path, *name->default_value));
  }
  if (path == "/ip/address") compute_network(row, row.find("network") != nullptr);
  if (path == "/interface/wireguard") complete_wireguard(config, row, facts);
  if (is_address_list(path)) complete_address_list(row, facts, version);
  fill_in(path, menu, row, version);
  if (path == "/system/scheduler") {
    const std::string* start = row.find("start-time");
    const bool at_boot = start != nullptr && *start == "startup";
    if (row.find("start-date") == nullptr && !at_boot) row.set("start-date", format_date(facts.now(), version));
    if (row.find("start-time") == nullptr) row.set("start-time", format_clock(facts.now()));
    row.set("owner", facts.user());
  }
  if (path == "/system/script" && row.find("owner") == nullptr) row.set("owner", facts.user());
}

std::string_view fixed_id(std::string_view path, std::string_view name) {
  if (path != "/ppp/profile") return {};
  return name == "default" ? "*0" : name == "default-encryption" ? "*FFFFFFFE" : "";
}

std::string_view fixed_name(std::string_view path, std::string_view id) {
  for (const std::string_view name : {"default", "default-encryption"}) {
    if (fixed_id(path, name) == id) return name;
  }
  return {};
}

void complete_changed_row(std::string_view path, Row& row) {
  if (path == "/ip/address") compute_network(row);
}

}  // namespace openstrat::sim
