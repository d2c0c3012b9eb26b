#include "tags/metadata_service.hpp"

#include "base/text.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "tags/metadata_store.hpp"

namespace openstrat::tags {
namespace {

constexpr std::size_t kMostKeys = 64;
constexpr std::size_t kLongestKey = 100;
constexpr std::size_t kLongestText = 16 * 1024;
constexpr std::size_t kLargest = 64 * 1024;

bool is_empty(const Attributes::Scalar& value) {
  if (std::holds_alternative<std::monostate>(value)) return true;
  const auto* words = std::get_if<std::string>(&value);
  return words != nullptr && words->empty();
}

/// The map without its empty entries.
Attributes kept(const Attributes& values) {
  Attributes out;
  for (const auto& [key, value] : values.entries())
    if (!is_empty(value)) out.set(key, value);
  return out;
}

Status check(const Attributes& values) {
  std::vector<FieldError> wrong;
  for (const auto& [key, value] : values.entries()) {
    const auto length = text::length_utf8(key);
    if (length == 0 || length > kLongestKey) wrong.push_back({"metadata", "keys must have 1 to 100 characters"});
    const auto* words = std::get_if<std::string>(&value);
    if (words != nullptr && words->size() > kLongestText) wrong.push_back({"metadata." + key, "must not be larger than 16 KiB"});
  }
  if (values.entries().size() > kMostKeys) wrong.push_back({"metadata", "must not have more than 64 keys"});
  else if (wrong.empty() && values.to_json().size() > kLargest) wrong.push_back({"metadata", "must not be larger than 64 KiB altogether"});
  if (!values.text("name")) wrong.push_back({"metadata.name", "is required and must be text"});
  if (wrong.empty()) return {};
  return fail(Error(Errc::invalid, "The metadata cannot be stored.").with_fields(std::move(wrong)));
}

}  // namespace

void MetadataService::subscribe(bus::Bus& bus) {
  const auto forget = [this](const bus::Event& event) -> Status {
    const auto resource = Uuid::parse(event.resource_id);
    if (!resource) return {};
    return database_.write([&](db::Session& session) -> Status {
      const auto removed = metadata_store::remove(session, {event.customer_id}, *resource);
      if (!removed) return fail(removed.error());
      return {};
    });
  };
  for (const char* name : {"site.deleted", "user.deleted"}) bus.subscribe("metadata", name, forget);
  bus.subscribe("metadata", "team.deleted", [this](const bus::Event& event) -> Status {
    return database_.write([&](db::Session& session) { return metadata_store::remove_of_team(session, {event.customer_id}); });
  });
}

Result<std::vector<Metadata>> MetadataService::list(const Tenant& tenant, std::string_view words, std::optional<Uuid> after, int limit) {
  return database_.read([&](db::Session& session) { return metadata_store::list(session, tenant, words, after, limit); });
}

Result<Metadata> MetadataService::find(const Tenant& tenant, const Uuid& resource) {
  auto found = database_.read([&](db::Session& session) { return metadata_store::find(session, tenant, resource); });
  if (!found) return fail(found.error());
  if (!*found) return fail(Errc::not_found, "The resource has no metadata.");
  return **std::move(found);
}

Result<Metadata> MetadataService::put(const Tenant& tenant, const Uuid& resource, std::string type, const Attributes& values) {
  const Attributes wanted = kept(values);
  if (auto checked = check(wanted); !checked) return fail(checked.error());
  return database_.write([&](db::Session& session) -> Result<Metadata> {
    const auto before = metadata_store::find(session, tenant, resource);
    if (!before) return fail(before.error());
    const Timestamp now = clock_.now();
    Metadata metadata{.resource_id = resource, .type = type, .values = wanted, .created_at = *before ? (*before)->created_at : now, .updated_at = now};
    if (auto stored = metadata_store::put(session, tenant, metadata); !stored) return fail(stored.error());
    return metadata;
  });
}

Result<Metadata> MetadataService::merge(const Tenant& tenant, const Uuid& resource, const Attributes& changes) {
  return database_.write([&](db::Session& session) -> Result<Metadata> {
    auto found = metadata_store::find_for_update(session, tenant, resource);
    if (!found) return fail(found.error());
    if (!*found) return fail(Errc::not_found, "The resource has no metadata. Create it with POST /metadata.");
    Metadata metadata = **std::move(found);
    for (const auto& [key, value] : changes.entries()) metadata.values.set(key, value);
    metadata.values = kept(metadata.values);
    if (auto checked = check(metadata.values); !checked) return fail(checked.error());
    metadata.updated_at = clock_.now();
    if (auto stored = metadata_store::put(session, tenant, metadata); !stored) return fail(stored.error());
    return metadata;
  });
}

Status MetadataService::remove(const Tenant& tenant, const Uuid& resource) {
  const auto removed = database_.write([&](db::Session& session) { return metadata_store::remove(session, tenant, resource); });
  if (!removed) return fail(removed.error());
  return *removed ? Status{} : fail(Errc::not_found, "The resource has no metadata.");
}

}  // namespace openstrat::tags
