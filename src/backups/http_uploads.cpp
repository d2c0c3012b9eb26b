#include "backups/http_uploads.hpp"

#include "backups/backup_service.hpp"
#include "backups/grant_fragments.hpp"
#include "backups/settings.hpp"

namespace openstrat::backups {

void HttpUploads::forget_old(Uploads& uploads) {
  const Timestamp limit = clock_.now() - kGrantLife;
  std::erase_if(uploads, [&](const auto& each) {
    const bool old = each.second.since < limit && !each.second.storing;
    if (old) memory_.give_back(each.second.text.size());
    return old;
  });
}

Status HttpUploads::take(GrantId id, std::int64_t part, std::int64_t of, std::string_view bytes) {
  if (part < 1 || of < part || of > static_cast<std::int64_t>(kMaxUploadBytes)) return fail(Errc::invalid, "part and of are wrong");
  std::optional<Grant> grant;
  if (!uploads_.lock()->contains(id)) {
    const auto found = grants_.find_for_http(id);
    if (!found) return fail(found.error());
    grant = *found;
  }
  std::string text;
  {
    auto uploads = uploads_.lock();
    forget_old(*uploads);
    if (grant) uploads->try_emplace(id, Progress{.grant = *grant, .of = of, .since = clock_.now()});
    const auto found = uploads->find(id);
    if (found == uploads->end()) return fail(Errc::not_found, "no such upload");
    Progress& progress = found->second;
    if (part <= progress.parts && !progress.storing) {
      if (part < progress.of || progress.stored) return {};  // a repeat of what arrived
    } else {
      if (part != progress.parts + 1 || of != progress.of) return fail(Errc::conflict, "a part is missing");
      if (progress.text.size() + bytes.size() > kMaxUploadBytes) return fail(Errc::too_large, "The upload is longer than 20 MiB.");
      if (!memory_.take(bytes.size())) return fail(Errc::unavailable, "too many uploads at the moment");
      progress.text += bytes;
      progress.parts = part;
    }
    if (progress.parts < progress.of) return {};
    if (progress.storing) return fail(Errc::conflict, "the upload is being stored");
    progress.storing = true;
    grant = progress.grant;
    text = progress.text;  // kept until it is stored, for a repeat of the last part
  }
  const auto accepted = backups_.accept(*grant, text);
  auto uploads = uploads_.lock();
  if (const auto found = uploads->find(id); found != uploads->end()) {
    Progress& progress = found->second;
    progress.storing = false;
    progress.stored = accepted.has_value();
    if (progress.stored) {
      memory_.give_back(progress.text.size());
      progress.text = std::string();
    }
  }
  if (!accepted) return fail(accepted.error());
  return {};
}

}  // namespace openstrat::backups
