// Ways into the fleet on the wire.
#pragma once

#include "fleet/adoption_log.hpp"
#include "fleet/site_dto.hpp"
#include "http/dto.hpp"

namespace openstrat::fleet {

struct AdoptionStepView {
  AdoptionStep step = AdoptionStep::command_created;
  Timestamp at{};
  bool ok = true;
  std::optional<std::int64_t> duration_ms;
  std::optional<std::string> reason;
  std::string detail;
};
enum class AdoptionState { waiting, running, refused, adopted, complete };
struct AdoptionView {
  std::optional<Uuid> attempt_id;
  std::optional<RunbookId> runbook_id;
  std::optional<SiteId> site_id;
  AdoptionState state = AdoptionState::waiting;
  std::optional<std::string> address, router, hint;
  std::vector<AdoptionStepView> steps;
};
struct BootstrapCommandView { SiteId site_id; std::string bootstrap_command; Timestamp created_at{}; std::optional<Timestamp> expires_at; bool usable = true; };

/// `command_created`: when there was a command to paste.
AdoptionView to_view(const AdoptionAttempt& attempt, std::optional<Timestamp> command_created, Timestamp now);

}  // namespace openstrat::fleet

namespace openstrat {

template <>
struct http::EnumNames<fleet::AdoptionStep> {
  static constexpr EnumName table[] = {{"command_created", fleet::AdoptionStep::command_created}, {"script_fetched", fleet::AdoptionStep::script_fetched},
                                       {"adopt_requested", fleet::AdoptionStep::adopt_requested}, {"refused", fleet::AdoptionStep::refused},
                                       {"adopted", fleet::AdoptionStep::adopted}, {"first_heartbeat", fleet::AdoptionStep::first_heartbeat},
                                       {"identity", fleet::AdoptionStep::identity}, {"first_backup", fleet::AdoptionStep::first_backup}};
};
template <>
struct http::EnumNames<fleet::AdoptionState> {
  static constexpr EnumName table[] = {{"waiting", fleet::AdoptionState::waiting}, {"running", fleet::AdoptionState::running}, {"refused", fleet::AdoptionState::refused},
                                       {"adopted", fleet::AdoptionState::adopted}, {"complete", fleet::AdoptionState::complete}};
};
template <>
struct http::Fields<fleet::AdoptionStepView> {
  using V = fleet::AdoptionStepView;
  static constexpr auto table = fields<V>("AdoptionStep", body<&V::step>("step", "what happened"), body<&V::at>("at", "when"), body<&V::ok>("ok", "whether it went well"),
      body<&V::duration_ms>("duration_ms", "since the step before"),
      body<&V::reason>("reason", "of a refusal: token_used, token_disabled, token_expired, hardware_unknown, site_limit, needs_takeover, other_site; of a backup: its reason"),
      body<&V::detail>("detail", "for people"));
};
template <>
struct http::Fields<fleet::AdoptionView> {
  using V = fleet::AdoptionView;
  static constexpr auto table = fields<V>("Adoption", body<&V::attempt_id>("attempt_id", "null: no router has tried yet"), body<&V::runbook_id>("runbook_id", "whose command it was"),
      body<&V::site_id>("site_id", "null until a site is known"),
      body<&V::state>("state", "waiting: nobody came yet; running; refused; adopted: heartbeats or the first backup are still to come; complete"),
      body<&V::address>("address", "public address of the router"), body<&V::router>("router", "as it calls itself"),
      body<&V::hint>("hint", "what to look at when it does not go on"), body<&V::steps>("steps", "oldest first"));
};
template <>
struct http::Fields<fleet::BootstrapCommandView> {
  using V = fleet::BootstrapCommandView;
  static constexpr auto table = fields<V>("BootstrapCommand", body<&V::site_id>("site_id", "site that a router is adopted into"),
      body<&V::bootstrap_command>("bootstrap_command", "the line for the router's terminal; holds the secret token"), body<&V::created_at>("created_at", "creation"),
      body<&V::expires_at>("expires_at", "end"), body<&V::usable>("usable", "false: used or expired, make a new one"));
};

}  // namespace openstrat
