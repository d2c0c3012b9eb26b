#include "sim/snmp/agent.hpp"

#include <algorithm>

#include "sim/snmp/writes.hpp"

namespace openstrat::sim::snmp {
namespace {

constexpr int kMaxUnderWay = 16;
constexpr std::size_t kMaxScripts = 8;  ///< in one request
constexpr std::size_t kEnvelope = 64;   ///< what lengths may grow by when an answer fills up

}  // namespace

void Agent::handle(std::string_view datagram, const IpAddress& from, const Reply& reply) {
  if (datagram.size() > kMaxDatagram || router_.power() != Power::on) return;
  const auto version = version_of(datagram);
  if (!version) return;
  if (*version == SnmpVersion::v3) return handle_secure(datagram, from, reply);
  handle_community(datagram, from, reply);
}

void Agent::handle_community(std::string_view datagram, const IpAddress& from, const Reply& reply) {
  auto message = read_community_message(datagram);
  if (!message) return;
  auto community = find_community(router_, message->community);
  // A community that asks for security is a user of version 3 only.
  if (!community || !community->admits(from) || community->security != SecurityLevel::none) return;
  Exchange exchange;
  exchange.version = message->version;
  exchange.wrap = [version = message->version, name = community->name](std::string_view pdu) { return write_community_message(version, name, pdu); };
  exchange.who = std::move(*community);
  exchange.reply = reply;
  answer(std::move(message->pdu), std::move(exchange));
}

void Agent::answer(Pdu request, Exchange exchange) {
  switch (request.type) {
    case PduType::get:
    case PduType::get_next: break;
    case PduType::get_bulk:
      if (exchange.version == SnmpVersion::v1) return;
      break;
    case PduType::set: return answer_set(std::move(request), std::move(exchange));
    case PduType::response:
    case PduType::trap_v1:
    case PduType::inform:
    case PduType::trap:
    case PduType::report: return;  // an agent does not listen to these
  }
  if (!exchange.who.read) return refuse(request, exchange, ErrorStatus::authorization, 0);
  const auto is_script = [](const Variable& variable) { return script_to_run(variable.name).has_value(); };
  const bool runs = request.type == PduType::get && exchange.who.write && std::ranges::any_of(request.variables, is_script);
  if (!runs) return answer_reads(request, exchange);
  if (under_way_ >= kMaxUnderWay || std::ranges::count_if(request.variables, is_script) > static_cast<std::ptrdiff_t>(kMaxScripts)) {
    return refuse(request, exchange, ErrorStatus::gen_err, 1);
  }
  ++under_way_;
  run_scripts(std::move(request), std::move(exchange), {});
}

void Agent::answer_reads(const Pdu& request, const Exchange& exchange) {
  if (request.type == PduType::get) return answer_get(request, exchange, {});
  if (request.type == PduType::get_next) return answer_next(request, exchange);
  answer_bulk(request, exchange);
}

std::size_t Agent::room(const Exchange& exchange) {
  const std::size_t envelope = exchange.wrap(write_pdu(Pdu{.type = PduType::response, .request_id = -1}, {})).size() + kEnvelope;
  return exchange.max_size > envelope ? exchange.max_size - envelope : 0;
}

void Agent::respond(const Pdu& request, const Exchange& exchange, std::string_view variables) {
  exchange.reply(exchange.wrap(write_pdu(Pdu{.type = PduType::response, .request_id = request.request_id}, variables)));
}

/// Version 1 knows fewer errors, and returns what it was sent.
void Agent::refuse(const Pdu& request, const Exchange& exchange, ErrorStatus why, std::size_t index) {
  Pdu response{.type = PduType::response, .request_id = request.request_id, .error_index = static_cast<std::int32_t>(index)};
  if (exchange.version == SnmpVersion::v1) {
    const bool wrong_value = why == ErrorStatus::wrong_type || why == ErrorStatus::bad_value;
    if (wrong_value) why = ErrorStatus::bad_value;
    else if (why != ErrorStatus::too_big && why != ErrorStatus::gen_err) why = ErrorStatus::no_such_name;
  }
  response.error_status = static_cast<std::int32_t>(why);
  if (why != ErrorStatus::too_big) response.variables = request.variables;
  std::string message = exchange.wrap(write_pdu(response));
  if (message.size() > exchange.max_size) {
    response.variables.clear();
    message = exchange.wrap(write_pdu(response));
  }
  exchange.reply(std::move(message));
}

void Agent::answer_get(const Pdu& request, const Exchange& exchange, const std::vector<Datum>& script_outputs) {
  const std::size_t limit = room(exchange);
  const bool v1 = exchange.version == SnmpVersion::v1;
  MibView view(router_);
  std::string variables;
  std::size_t outputs_used = 0;
  for (std::size_t i = 0; i < request.variables.size(); ++i) {
    const Oid& name = request.variables[i].name;
    const bool ran = outputs_used < script_outputs.size() && script_to_run(name);
    const Datum value = ran ? script_outputs[outputs_used++] : view.get(name);
    if (v1 && (value.tag == kNoSuchObject || value.tag == kNoSuchInstance || value.tag == kCounter64)) return refuse(request, exchange, ErrorStatus::no_such_name, i + 1);
    variables += write_variable({name, value});
    if (variables.size() > limit) return refuse(request, exchange, ErrorStatus::too_big, 0);
  }
  respond(request, exchange, variables);
}

void Agent::answer_next(const Pdu& request, const Exchange& exchange) {
  const std::size_t limit = room(exchange);
  const bool v1 = exchange.version == SnmpVersion::v1;
  MibView view(router_);
  std::string variables;
  for (std::size_t i = 0; i < request.variables.size(); ++i) {
    const auto found = view.next(request.variables[i].name, !v1);
    if (!found && v1) return refuse(request, exchange, ErrorStatus::no_such_name, i + 1);
    variables += write_variable(found ? *found : Variable{request.variables[i].name, Datum::marker(kEndOfMibView)});
    if (variables.size() > limit) return refuse(request, exchange, ErrorStatus::too_big, 0);
  }
  respond(request, exchange, variables);
}

/// As many rounds as are asked for and fit; what a datagram holds bounds the work.
void Agent::answer_bulk(const Pdu& request, const Exchange& exchange) {
  const std::size_t limit = room(exchange);
  const std::size_t total = request.variables.size();
  const std::size_t single = std::min(static_cast<std::size_t>(std::max(request.error_status, 0)), total);
  MibView view(router_);
  std::string variables;
  const auto add = [&](Oid& name) {  // false: full
    const auto found = view.next(name, true);
    const std::string one = write_variable(found ? *found : Variable{name, Datum::marker(kEndOfMibView)});
    if (variables.size() + one.size() > limit) return false;
    variables += one;
    if (found) name = found->name;
    return true;
  };
  std::vector<Oid> names;
  for (const Variable& variable : request.variables) names.push_back(variable.name);
  for (std::size_t i = 0; i < single; ++i) {
    if (!add(names[i])) return respond(request, exchange, variables);
  }
  for (std::int32_t round = 0; round < request.error_index; ++round) {
    bool moved = false;
    for (std::size_t i = single; i < total; ++i) {
      const Oid before = names[i];
      if (!add(names[i])) return respond(request, exchange, variables);
      moved = moved || names[i] != before;
    }
    if (!moved) break;  // every column is at the end of the tree
  }
  respond(request, exchange, variables);
}

// Scripts and writes: they run as jobs of the router, and the answer waits for them.

void Agent::run_scripts(Pdu request, Exchange exchange, std::vector<Datum> outputs) {
  std::size_t seen = 0;
  for (const Variable& variable : request.variables) {
    const auto script = script_to_run(variable.name);
    if (!script || seen++ < outputs.size()) continue;
    auto shared_request = std::make_shared<Pdu>(std::move(request));
    auto shared_exchange = std::make_shared<Exchange>(std::move(exchange));
    run_script(router_, *script, [weak = weak_from_this(), shared_request, shared_exchange, outputs = std::move(outputs)](Datum output) mutable {
      const auto self = weak.lock();
      if (self == nullptr) return;
      outputs.push_back(std::move(output));
      self->run_scripts(std::move(*shared_request), std::move(*shared_exchange), std::move(outputs));
    });
    return;
  }
  --under_way_;
  answer_get(request, exchange, outputs);
}

void Agent::answer_set(Pdu request, Exchange exchange) {
  if (!exchange.who.write) return refuse(request, exchange, ErrorStatus::no_access, 1);
  std::vector<std::string> commands;
  for (std::size_t i = 0; i < request.variables.size(); ++i) {
    const auto command = command_for(router_, request.variables[i]);
    if (!command) return refuse(request, exchange, command.error(), i + 1);
    commands.push_back(*command);
  }
  if (under_way_ >= kMaxUnderWay || commands.size() > kMaxScripts) return refuse(request, exchange, ErrorStatus::gen_err, 1);
  ++under_way_;
  run_commands(std::move(request), std::move(exchange), std::move(commands), 0);
}

void Agent::run_commands(Pdu request, Exchange exchange, std::vector<std::string> commands, std::size_t next) {
  if (next == commands.size()) {
    --under_way_;
    std::string variables;
    for (const Variable& variable : request.variables) variables += write_variable(variable);
    return respond(request, exchange, variables);
  }
  auto shared_request = std::make_shared<Pdu>(std::move(request));
  auto shared_exchange = std::make_shared<Exchange>(std::move(exchange));
  const std::string command = commands[next];
  run_command(router_, command, [weak = weak_from_this(), shared_request, shared_exchange, commands = std::move(commands), next](bool fine) mutable {
    const auto self = weak.lock();
    if (self == nullptr) return;
    if (fine) return self->run_commands(std::move(*shared_request), std::move(*shared_exchange), std::move(commands), next + 1);
    --self->under_way_;
    refuse(*shared_request, *shared_exchange, ErrorStatus::gen_err, next + 1);
  });
}

}  // namespace openstrat::sim::snmp
