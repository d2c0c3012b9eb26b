// What the DNS server of a router answers, and why.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/behaviour/settings.hpp"
#include "sim/behaviour/world.hpp"

namespace openstrat::sim {

enum class NameStatus { answered, no_such_name, no_data, no_answer };
std::string_view name_status_text(NameStatus status);

struct NameAnswer {
  NameStatus status = NameStatus::no_answer;
  std::string type = "A";
  std::vector<std::string> data;
  Duration ttl{0};
  std::string why;                       ///< `static *2`, `adlist *1`, `cache`, `forwarded to 192.0.2.53`
  std::string address_list;              ///< into which the answer goes; empty: none
  bool from_upstream = false;            ///< worth keeping in the cache
  std::vector<std::string> not_modelled;
};

struct NameQuery {
  std::string name;
  std::string type = "A";
};

/// The contents of a file of the router; nullptr: there is none.
using FileText = std::function<const std::string*(std::string_view name)>;

/// Static entries in their order (regular expressions first), block lists, then whom the router would ask. The world's
/// `names` stand for every DNS server there is; a cache is the caller's business.
NameAnswer resolve_name(const Config& config, const World& world, const NameQuery& query, const FileText& files);

}  // namespace openstrat::sim
