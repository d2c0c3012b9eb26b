#include "fleet/types.hpp"

namespace openstrat::fleet {

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
