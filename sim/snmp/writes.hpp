// What SNMP can change or start: the names of the system group, a reboot, scripts.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "sim/device/router.hpp"
#include "sim/snmp/message.hpp"

namespace openstrat::sim::snmp {

/// The script that reading this variable runs; it need not exist.
std::optional<RowId> script_to_run(const Oid& name);

/// The command that a write stands for.
std::expected<std::string, ErrorStatus> command_for(Router& router, const Variable& variable);

/// Runs a stored script and gives what it printed; noSuchInstance when there is none, or the router is too busy.
void run_script(Router& router, RowId script, std::function<void(Datum)> done);
/// Runs one command; whether it went well.
void run_command(Router& router, const std::string& command, std::function<void(bool)> done);

}  // namespace openstrat::sim::snmp
