#include "sim/snmp/writes.hpp"

#include <memory>

#include <fmt/core.h>

#include "sim/snmp/mib.hpp"

namespace openstrat::sim::snmp {
namespace {

constexpr std::size_t kMaxOutput = 16'384;
constexpr std::size_t kMaxText = 255;

const Oid kSystem{1, 3, 6, 1, 2, 1, 1};
const Oid kReboot{1, 3, 6, 1, 4, 1, 14988, 1, 1, 7, 1, 0};
const Oid kRun{1, 3, 6, 1, 4, 1, 14988, 1, 1, 8, 1, 1, 3};
const Oid kRunAndRead{1, 3, 6, 1, 4, 1, 14988, 1, 1, 18, 1, 1, 2};

/// What SNMP may do is less than what an administrator may.
Policies snmp_policies() { return Policies::parse("ftp,reboot,read,write,test,romon"); }

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || c == '$') out.append(1, '\\').append(1, c);
    else if (byte < 0x20 || byte >= 0x7F) out += fmt::format("\\{:02X}", byte);
    else out += c;
  }
  return out + '"';
}

/// Switches take `i 1` as well as `s 1`.
bool is_switched_on(const Datum& value) {
  std::int64_t number = 0;
  if (value.tag == kInteger) return read_integer(value.contents, number) && number != 0;
  return value.tag == kOctets && !value.contents.empty() && value.contents != "0";
}

std::optional<std::string> text_property(const Oid& name) {
  if (name.size() != kSystem.size() + 2 || !starts_with(name, kSystem) || name.back() != 0) return std::nullopt;
  switch (name[kSystem.size()]) {
    case 4: return "/snmp set contact=";
    case 5: return "/system identity set name=";
    case 6: return "/snmp set location=";
    default: return std::nullopt;
  }
}

std::optional<RowId> id_under(const Oid& name, const Oid& column) {
  if (name.size() != column.size() + 1 || !starts_with(name, column)) return std::nullopt;
  return name.back();
}

}  // namespace

std::optional<RowId> script_to_run(const Oid& name) { return id_under(name, kRunAndRead); }

std::expected<std::string, ErrorStatus> command_for(Router& router, const Variable& variable) {
  const auto refused = [](ErrorStatus why) { return std::unexpected(why); };
  if (const auto command = text_property(variable.name)) {
    if (variable.value.tag != kOctets) return refused(ErrorStatus::wrong_type);
    if (variable.value.contents.size() > kMaxText) return refused(ErrorStatus::bad_value);
    return *command + quoted(variable.value.contents);
  }
  const bool reboots = variable.name == kReboot;
  const auto script = id_under(variable.name, kRun);
  if (!reboots && !script) return refused(ErrorStatus::not_writable);
  if (!is_switched_on(variable.value)) return refused(ErrorStatus::wrong_type);
  if (reboots) return "/system reboot";
  const FoundRow row = router.config().find("/system/script", *script);
  if (!row) return refused(ErrorStatus::not_writable);
  return fmt::format(":execute {{/system script run {}}}", quoted(RowValues(router, "/system/script", row).text("name")));
}

void run_script(Router& router, RowId script, std::function<void(Datum)> done) {
  const FoundRow row = router.config().find("/system/script", script);
  if (!row) return done(Datum::marker(kNoSuchInstance));
  const RowValues values(router, "/system/script", row);
  const auto output = std::make_shared<std::string>();
  const auto reply = std::make_shared<std::function<void(Datum)>>(std::move(done));
  JobRequest request;
  request.source = values.text("source");
  request.name = values.text("name");
  request.policies = router.policies_for(*row.row, snmp_policies());
  request.output = [output](std::string_view line) {
    if (!output->empty()) *output += '\n';
    *output += line.substr(0, kMaxOutput - std::min(kMaxOutput, output->size()));
  };
  request.done = [output, reply](const JobOutcome& outcome) {
    if (output->empty() && outcome.value.is(Type::str)) *output = outcome.value.as_str().substr(0, kMaxOutput);
    (*reply)(Datum::octets(*output));
  };
  if (!router.run(std::move(request))) (*reply)(Datum::marker(kNoSuchInstance));
}

void run_command(Router& router, const std::string& command, std::function<void(bool)> done) {
  const auto reply = std::make_shared<std::function<void(bool)>>(std::move(done));
  JobRequest request;
  request.source = command;
  request.policies = snmp_policies();
  request.done = [reply](const JobOutcome& outcome) { (*reply)(!outcome.error && !outcome.killed); };
  if (!router.run(std::move(request))) (*reply)(false);
}

}  // namespace openstrat::sim::snmp
