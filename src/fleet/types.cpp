#include "fleet/types.hpp"

namespace openstrat::fleet {

std::optional<SiteRef> SiteRef::parse(std::string_view text) {
  std::string_view bare = text;
  if (bare.starts_with("site_")) bare.remove_prefix(5);
  const bool ksuid = text.starts_with("site_") && bare.size() == 27 &&
                     bare.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == bare.npos;
  if (!ksuid && !Uuid::parse(bare)) return std::nullopt;
  return SiteRef{std::string(text)};
}

const char* to_string(SiteState state) {
  switch (state) {
    case SiteState::pending: return "pending";
    case SiteState::online: return "online";
    case SiteState::offline: return "offline";
    case SiteState::deleting: return "deleting";
  }
  std::unreachable();
}

const char* to_string(JobState state) {
  switch (state) {
    case JobState::pending: return "pending";
    case JobState::sent: return "sent";
    case JobState::busy: return "busy";
    case JobState::completed: return "completed";
    case JobState::failed: return "failed";
  }
  std::unreachable();
}

std::optional<JobState> parse_job_state(std::string_view text) {
  for (const JobState state : {JobState::pending, JobState::sent, JobState::busy, JobState::completed, JobState::failed})
    if (text == to_string(state)) return state;
  return std::nullopt;
}

}  // namespace openstrat::fleet
