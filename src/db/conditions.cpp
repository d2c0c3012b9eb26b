#include "db/conditions.hpp"

#include "base/site_limits.hpp"

namespace openstrat::db {

void Conditions::add_limits(const Tenant& tenant, std::string_view customer, std::string_view site) {
  if (!tenant.sites) return;
  auto limits = tenant.sites->condition(customer, site, static_cast<int>(parameters_.size()) + 1);
  for (auto& value : limits.values) parameters_.push_back(to_value(std::move(value)));
  append(limits.sql);
}

std::string Conditions::escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace openstrat::db
