#include "backups/types.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace openstrat::backups {

const char* to_string(Cause cause) {
  switch (cause) {
    case Cause::adopt: return "adopt";
    case Cause::manual: return "manual";
    case Cause::job: return "job";
    case Cause::schedule: return "schedule";
  }
  std::unreachable();
}

std::optional<Cause> parse_cause(std::string_view text) {
  for (const Cause cause : {Cause::adopt, Cause::manual, Cause::job, Cause::schedule})
    if (text == to_string(cause)) return cause;
  return std::nullopt;
}

std::optional<FileName> FileName::parse(std::string_view text) {
  if (!text.ends_with(".rsc")) return std::nullopt;
  text.remove_suffix(4);
  const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || text.size() < 9 || text.size() > 11) return std::nullopt;
  return FileName{*text::parse_int(text)};
}

std::string FileName::to_string() const { return std::to_string(unix_time) + ".rsc"; }

const char* to_string(Frequency frequency) {
  switch (frequency) {
    case Frequency::daily: return "daily";
    case Frequency::weekly: return "weekly";
    case Frequency::off: return "off";
  }
  std::unreachable();
}

std::optional<Frequency> parse_frequency(std::string_view text) {
  for (const Frequency frequency : {Frequency::daily, Frequency::weekly, Frequency::off})
    if (text == to_string(frequency)) return frequency;
  return std::nullopt;
}

void apply(const SettingOverrides& overrides, BackupSettings& settings) {
  if (overrides.frequency) settings.frequency = *overrides.frequency;
  if (overrides.retention_days) settings.retention_days = *overrides.retention_days;
  if (overrides.keep_weekly_days) settings.keep_weekly_days = *overrides.keep_weekly_days;
  if (overrides.show_sensitive) settings.show_sensitive = *overrides.show_sensitive;
}

const char* to_string(Purpose purpose) {
  switch (purpose) {
    case Purpose::adopt: return "adopt";
    case Purpose::backup: return "backup";
    case Purpose::job: return "job";
  }
  std::unreachable();
}

const char* to_string(UploadMethod method) {
  switch (method) {
    case UploadMethod::sftp: return "sftp";
    case UploadMethod::http: return "http";
  }
  std::unreachable();
}

}  // namespace openstrat::backups
