#include "tags/tag_visibility.hpp"

#include "base/text.hpp"

namespace openstrat::tags {

SiteLimits::Condition TagVisibility::condition(const std::vector<identity::SiteSelection>& any_of, std::string_view customer,
                                               std::string_view site, int next) const {
  SiteLimits::Condition out;
  const auto placeholder = [&](const std::string& value) {
    out.values.push_back(text::lower(value));
    return "?" + std::to_string(next++);
  };
  std::string alternatives;
  for (const auto& selection : any_of) {
    std::string all;
    for (const auto& [key, values] : selection) {
      std::string list;
      const std::string tag = placeholder(key);
      for (const auto& value : values) list += (list.empty() ? "" : ", ") + placeholder(value);
      all += (all.empty() ? "" : " AND ") + std::string(site) + " IN (SELECT tv.resource_id FROM tag_value tv JOIN tag tg "
             "ON tg.customer_id = tv.customer_id AND tg.id = tv.tag_id WHERE tv.customer_id = " + std::string(customer) +
             " AND tv.resource_type = 'site' AND tg.key_folded = " + tag + " AND tv.value_folded IN (" + list + "))";
    }
    if (!all.empty()) alternatives += (alternatives.empty() ? "" : " OR ") + ("(" + all + ")");
  }
  out.sql = alternatives.empty() ? "(1 = 0)" : "(" + alternatives + ")";
  return out;
}

}  // namespace openstrat::tags
