#include "sim/behaviour/dns.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/lang/host.hpp"
#include "sim/lang/operators.hpp"

namespace openstrat::sim {
namespace {

constexpr int kMaxAliases = 8;

bool is_subdomain(std::string_view name, std::string_view of) {
  return name == of || (name.size() > of.size() && name.ends_with(of) && name[name.size() - of.size() - 1] == '.');
}

std::string_view type_of(const Settings& entry) {
  const std::string_view type = entry.get("type");
  const bool six = type == "A" && entry.get("address").contains(':');
  return six ? std::string_view("AAAA") : type;
}

bool names_it(const Settings& entry, const std::string& name, NameAnswer& answer) {
  if (const std::string_view pattern = entry.get("regexp"); !pattern.empty()) {
    try {
      return Matcher().matches(name, std::string(pattern));
    } catch (const ScriptError&) {
      answer.not_modelled.push_back(fmt::format("static {}: regexp={}", format_id(entry.id()), pattern));
      return false;
    }
  }
  const std::string known = text::lower(entry.get("name"));
  return entry.yes("match-subdomain") ? is_subdomain(name, known) : name == known;
}

/// What an entry of the right name holds for the type; false: it is silent about it.
bool take_entry(const Settings& entry, const NameQuery& query, NameAnswer& answer) {
  const std::string_view type = type_of(entry);
  if (type == "NXDOMAIN") {
    answer.status = NameStatus::no_such_name;
  } else if (type == query.type || type == "CNAME" || type == "FWD") {
    answer.status = NameStatus::answered;
    answer.type = type;
    static constexpr std::pair<std::string_view, std::string_view> kData[] = {{"A", "address"}, {"AAAA", "address"}, {"CNAME", "cname"}, {"FWD", "forward-to"},
                                                                              {"MX", "mx-exchange"}, {"NS", "ns"}, {"SRV", "srv-target"}, {"TXT", "text"}};
    for (const auto& [known, property] : kData) {
      if (known == type) answer.data.emplace_back(entry.get(property));
    }
  } else {
    return false;
  }
  answer.why = "static " + format_id(entry.id());
  answer.ttl = entry.time("ttl", std::chrono::hours(24));
  answer.address_list = entry.get("address-list");
  return true;
}

/// Several entries of one name and type are one answer.
bool look_into_static(const Config& config, const NameQuery& query, NameAnswer& answer) {
  bool found = false;
  for (const bool patterns : {true, false}) {
    for (const FoundRow& row : config.rows("/ip/dns/static")) {
      const Settings entry(config, row);
      if (!entry.enabled() || entry.get("regexp").empty() == patterns || !names_it(entry, query.name, answer)) continue;
      if (found && type_of(entry) == answer.type && answer.type == query.type) {
        answer.data.emplace_back(entry.get(query.type == "TXT" ? "text" : "address"));
        continue;
      }
      found = found || take_entry(entry, query, answer);
    }
    if (found) return true;
  }
  return false;
}

bool is_listed(const std::string& text, const std::string& name) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = text::trim(rest.substr(0, rest.substr(0, end).find('#')));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (const std::size_t blank = line.find_last_of(" \t"); blank != std::string_view::npos) line = line.substr(blank + 1);
    if (!line.empty() && text::equal_ignoring_case(line, name)) return true;
  }
  return false;
}

bool look_into_block_lists(const Config& config, const NameQuery& query, const FileText& files, NameAnswer& answer) {
  for (const FoundRow& row : config.rows("/ip/dns/adlist")) {
    const Settings list(config, row);
    if (!list.enabled()) continue;
    const std::string* contents = list.get("file").empty() ? nullptr : files(list.get("file"));
    if (contents == nullptr) {
      answer.not_modelled.push_back(fmt::format("adlist {}: {}", format_id(list.id()), list.get("file").empty() ? list.get("url") : list.get("file")));
      continue;
    }
    if (!is_listed(*contents, query.name)) continue;
    answer.status = NameStatus::answered;
    answer.type = query.type;
    answer.data = {query.type == "AAAA" ? "::" : "0.0.0.0"};
    answer.why = "adlist " + format_id(list.id());
    return true;
  }
  return false;
}

void ask_world(const World& world, const NameQuery& query, std::string whom, NameAnswer& answer) {
  answer.from_upstream = true;
  answer.type = query.type;
  answer.data.clear();
  const auto known = world.names.find(query.name);
  answer.why = std::move(whom);
  if (known == world.names.end()) {
    answer.status = NameStatus::no_such_name;
    return;
  }
  const bool six = known->second.contains(':');
  answer.status = six == (query.type == "AAAA") && (query.type == "A" || six) ? NameStatus::answered : NameStatus::no_data;
  if (answer.status == NameStatus::answered) answer.data = {known->second};
  answer.ttl = std::chrono::minutes(5);
}

std::string servers_of(const Config& config, const World& world) {
  const Settings dns = Settings::record(config, "/ip/dns");
  if (const std::string_view doh = dns.get("use-doh-server"); !doh.empty()) return std::string(doh);
  std::string servers(dns.get("servers"));
  for (const FoundRow& row : config.rows("/ip/dhcp-client")) {
    const Settings client(config, row);
    const auto lease = world.leases.find(client.get("interface"));
    if (client.get("use-peer-dns") != "no" && servers.empty()) servers = lease == world.leases.end() ? "the DHCP server's" : lease->second.dns;
  }
  return servers;
}

}  // namespace

std::string_view name_status_text(NameStatus status) {
  switch (status) {
    case NameStatus::answered: return "answered";
    case NameStatus::no_such_name: return "nxdomain";
    case NameStatus::no_data: return "no-data";
    case NameStatus::no_answer: return "no-answer";
  }
  return {};
}

NameAnswer resolve_name(const Config& config, const World& world, const NameQuery& asked, const FileText& files) {
  NameAnswer answer;
  NameQuery query{.name = text::lower(asked.name), .type = asked.type};
  std::string aliases;
  for (int depth = 0; depth < kMaxAliases; ++depth) {
    if (!look_into_static(config, query, answer) && !look_into_block_lists(config, query, files, answer)) {
      const std::string servers = servers_of(config, world);
      if (servers.empty()) answer.why = "no DNS server is known";
      else ask_world(world, query, "servers " + servers, answer);
      break;
    }
    if (answer.type == "FWD" && query.type != "FWD" && answer.status == NameStatus::answered) {
      std::string to = answer.data.empty() ? std::string() : answer.data.front();
      if (const FoundRow forwarder = config.find_named("/ip/dns/forwarders", to)) {
        const Settings row(config, forwarder);
        to = row.get(row.get("dns-servers").empty() ? "doh-servers" : "dns-servers");
      }
      const std::string entry = answer.why;
      const std::string list = answer.address_list;
      ask_world(world, query, fmt::format("{}, forwarded to {}", entry, to), answer);
      answer.address_list = list;
      break;
    }
    if (answer.type != "CNAME" || query.type == "CNAME" || answer.data.empty()) break;
    aliases += answer.why + " is an alias of " + answer.data.front() + ", ";
    query.name = text::lower(answer.data.front());
    answer.data.clear();
    answer.status = NameStatus::no_answer;
  }
  answer.why = aliases + answer.why;
  return answer;
}

}  // namespace openstrat::sim
