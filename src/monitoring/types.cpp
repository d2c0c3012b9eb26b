#include "monitoring/types.hpp"

#include "base/text.hpp"

namespace openstrat::monitoring {

std::optional<Severity> parse_severity(std::string_view text) {
  for (const Severity severity : {Severity::low, Severity::medium, Severity::high, Severity::critical})
    if (text == to_string(severity)) return severity;
  return std::nullopt;
}

std::optional<SeverityWord> SeverityWord::parse(std::string_view text) {
  const auto word = text::lower(text);
  if (word == "error") return SeverityWord{Severity::high};
  const auto severity = parse_severity(word);
  return severity ? std::optional(SeverityWord{*severity}) : std::nullopt;
}

std::optional<FaultRef> FaultRef::parse(std::string_view text) {
  std::string_view bare = text;
  if (bare.starts_with("flt_")) bare.remove_prefix(4);
  if (const auto uuid = Uuid::parse(bare)) return FaultRef{uuid->to_string()};
  const bool ksuid = bare.size() == 27 && bare.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == bare.npos;
  if (!ksuid) return std::nullopt;
  return FaultRef{"flt_" + std::string(bare)};
}

}  // namespace openstrat::monitoring
