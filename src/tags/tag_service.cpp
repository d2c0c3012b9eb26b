#include "tags/tag_service.hpp"

#include <algorithm>

#include "base/rng.hpp"
#include "base/text.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "tags/resource_service.hpp"
#include "tags/tag_store.hpp"

namespace openstrat::tags {
namespace {

constexpr int kGapStep = 1000;   // resources asked for at once
constexpr int kGapSteps = 5;     // … and how often in one request

Error key_taken() { return Error(Errc::conflict, "already_exists", "There is a tag with this key."); }

std::vector<ResourceType> without_repeats(std::vector<ResourceType> types) {
  std::ranges::sort(types);
  const auto rest = std::ranges::unique(types);
  types.erase(rest.begin(), rest.end());
  return types;
}

std::vector<std::string> names(const std::vector<tag_store::ValueUse>& uses, std::string_view tag_id) {
  std::vector<std::string> out;
  for (const auto& use : uses)
    if (use.tag_id == tag_id) out.push_back(use.value);
  return out;
}

/// What a change answers, once it has been told.
template <class T>
T told(T done, const std::function<void()>& changed) {
  if (done && changed) changed();
  return done;
}

}  // namespace

void TagService::subscribe(bus::Bus& bus) {
  const auto forget = [this](const bus::Event& event) -> Status {
    const auto resource = Uuid::parse(event.resource_id);
    if (!resource) return {};
    return deps_.database.write([&](db::Session& session) { return tag_store::remove_of_resource(session, {event.customer_id}, *resource); });
  };
  for (const char* name : {"site.deleted", "user.deleted"}) bus.subscribe("tags", name, forget);
  bus.subscribe("tags", "team.deleted", [this](const bus::Event& event) -> Status {
    return deps_.database.write([&](db::Session& session) { return tag_store::remove_of_team(session, {event.customer_id}); });
  });
}

Result<std::vector<TagWithValues>> TagService::list(const Tenant& tenant) {
  return deps_.database.read([&](db::Session& session) -> Result<std::vector<TagWithValues>> {
    auto tags = tag_store::list(session, tenant, kMostTags);
    if (!tags) return fail(tags.error());
    const auto uses = tag_store::all_values(session, tenant, kMostTags * 20);
    if (!uses) return fail(uses.error());
    std::vector<TagWithValues> out;
    for (Tag& tag : *tags) {
      auto values = names(*uses, tag.id);
      out.push_back({std::move(tag), std::move(values)});
    }
    return out;
  });
}

Result<TagWithValues> TagService::find(const Tenant& tenant, std::string_view id) {
  return deps_.database.read([&](db::Session& session) -> Result<TagWithValues> {
    auto tag = tag_store::find(session, tenant, id);
    if (!tag) return fail(tag.error());
    const auto uses = tag_store::values(session, tenant, id, "", kMostValues);
    if (!uses) return fail(uses.error());
    return TagWithValues{*std::move(tag), names(*uses, id)};
  });
}

Result<Tag> TagService::create(const Tenant& tenant, NewTag request) {
  const Timestamp now = deps_.clock.now();
  const Tag tag{.id = "tag_" + ulid(now, deps_.rng), .key = std::string(text::trim(request.key)), .color = std::move(request.color),
                .mandatory_on = without_repeats(std::move(request.mandatory_on)), .created_at = now, .updated_at = now};
  const auto stored = deps_.database.write([&](db::Session& session) -> Status {
    const auto count = tag_store::count(session, tenant);
    if (!count) return fail(count.error());
    if (*count >= kMostTags) return fail(Errc::conflict, "limit_reached", "A team may have 500 tags. Delete one that is not used.");
    return tag_store::insert(session, tenant, tag);
  });
  if (!stored && stored.error().reason() == "already_exists") return fail(key_taken());
  if (!stored) return fail(stored.error());
  return tag;
}

Result<TagWithValues> TagService::update(const Tenant& tenant, std::string_view id, const TagChange& change) {
  const auto updated = deps_.database.write([&](db::Session& session) -> Status {
    auto tag = tag_store::find(session, tenant, id);
    if (!tag) return fail(tag.error());
    if (change.key) tag->key = std::string(text::trim(*change.key));
    if (change.color) tag->color = *change.color;
    if (change.mandatory_on) tag->mandatory_on = without_repeats(*change.mandatory_on);
    tag->updated_at = deps_.clock.now();
    return tag_store::update(session, tenant, *tag);
  });
  if (!updated && updated.error().reason() == "already_exists") return fail(key_taken());
  if (!updated) return fail(updated.error());
  return told(find(tenant, id), deps_.changed);
}

Status TagService::remove(const Tenant& tenant, std::string_view id) {
  return told(deps_.database.write([&](db::Session& session) -> Status {
    const auto removed = tag_store::remove(session, tenant, id);
    if (!removed) return fail(removed.error());
    return *removed ? Status{} : fail(Errc::not_found, "No such tag.");
  }), deps_.changed);
}

Result<std::vector<TagService::Use>> TagService::values(const Tenant& tenant, std::string_view id, std::string_view prefix) {
  return deps_.database.read([&](db::Session& session) -> Result<std::vector<Use>> {
    if (const auto tag = tag_store::find(session, tenant, id); !tag) return fail(tag.error());
    auto uses = tag_store::values(session, tenant, id, prefix, kMostValues);
    if (!uses) return fail(uses.error());
    std::vector<Use> out;
    for (auto& use : *uses) out.push_back({std::move(use.value), use.resources});
    return out;
  });
}

Result<TagValue> TagService::apply(const Tenant& tenant, std::string_view id, ResourceType type, std::string_view reference, std::string value) {
  const auto resource = deps_.resources.find(tenant, type, reference);
  if (!resource) return fail(resource.error());
  return put(tenant, id, {.resource_type = type, .resource_id = resource->id, .value = std::move(value)}, false);
}

Result<TagValue> TagService::change(const Tenant& tenant, std::string_view id, const Uuid& resource, std::string value) {
  return put(tenant, id, {.resource_id = resource, .value = std::move(value)}, true);
}

/// The lock on the tag keeps two spellings of one new value from being stored side by side.
Result<TagValue> TagService::put(const Tenant& tenant, std::string_view id, TagValue value, bool must_exist) {
  const std::string wished(text::trim(value.value));
  if (wished.empty()) return invalid_field("value", "must not be blank");
  return told(deps_.database.write([&](db::Session& session) -> Result<TagValue> {
    const auto tag = tag_store::find_for_values(session, tenant, id);
    if (!tag) return fail(tag.error());
    const auto before = tag_store::find_value(session, tenant, id, value.resource_id);
    if (!before) return fail(before.error());
    if (must_exist && !*before) return fail(Errc::not_found, "The resource does not have this tag.");
    const auto spelling = tag_store::spelling_of(session, tenant, id, wished);
    if (!spelling) return fail(spelling.error());
    TagValue out = value;
    out.tag_id = tag->id;
    out.value = spelling->value_or(wished);
    out.updated_at = deps_.clock.now();
    out.created_at = *before ? (*before)->created_at : out.updated_at;
    if (*before) out.resource_type = (*before)->resource_type;
    if (auto stored = tag_store::put_value(session, tenant, out); !stored) return fail(stored.error());
    return out;
  }), deps_.changed);
}

Status TagService::take_off(const Tenant& tenant, std::string_view id, const Uuid& resource) {
  return told(deps_.database.write([&](db::Session& session) -> Status {
    const auto removed = tag_store::remove_value(session, tenant, id, resource);
    if (!removed) return fail(removed.error());
    return *removed ? Status{} : fail(Errc::not_found, "The resource does not have this tag.");
  }), deps_.changed);
}

Result<std::vector<TagValue>> TagService::resources(const Tenant& tenant, std::string_view id, std::optional<std::string_view> value,
                                                    std::optional<Uuid> after, int limit) {
  return deps_.database.read([&](db::Session& session) -> Result<std::vector<TagValue>> {
    if (const auto tag = tag_store::find(session, tenant, id); !tag) return fail(tag.error());
    return tag_store::resources(session, tenant, id, value, after, limit);
  });
}

Result<std::vector<AppliedTag>> TagService::of_resource(const Tenant& tenant, const Uuid& resource) {
  return deps_.database.read([&](db::Session& session) { return tag_store::of_resource(session, tenant, resource); });
}

Result<TagService::Gaps> TagService::gaps(const Tenant& tenant, std::string_view id, ResourceType type, std::optional<Uuid> after, int limit) {
  if (const auto tag = find(tenant, id); !tag) return fail(tag.error());
  Gaps out;
  for (int step = 0; step < kGapSteps; ++step) {
    const auto page = deps_.resources.list(tenant, type, after, kGapStep);
    if (!page) return fail(page.error());
    if (page->empty()) return out;
    const auto tagged = deps_.database.read(
        [&](db::Session& session) { return tag_store::tagged_between(session, tenant, id, page->front().id, page->back().id); });
    if (!tagged) return fail(tagged.error());
    for (const Resource& resource : *page) {
      if (std::ranges::binary_search(*tagged, resource.id)) continue;
      if (static_cast<int>(out.resources.size()) == limit) {
        out.next = out.resources.back().id;
        return out;
      }
      out.resources.push_back(resource);
    }
    if (static_cast<int>(page->size()) < kGapStep) return out;
    after = page->back().id;
  }
  out.next = after;
  return out;
}

}  // namespace openstrat::tags
