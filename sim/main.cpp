// openstrat-sim: simulated MikroTik routers, one or thousands.
#include <iostream>

#include <CLI/CLI.hpp>

#include "sim/behaviour/packet_request.hpp"
#include "sim/device/births.hpp"
#include "sim/programs/programs.hpp"

namespace {

using openstrat::sim::CheckOptions;
using openstrat::sim::FleetProgram;
using openstrat::sim::PacketProgram;
using openstrat::sim::SingleProgram;

void add_single(CLI::App& app, SingleProgram& single) {
  app.add_option("--script", single.scripts, "Run these scripts; without --server on one router, which prints like a router");
  app.add_option("--export", single.exports, "Configuration that routers start with: exports of real routers");
  app.add_option("--routeros", single.routeros, "6.49, 7, 7.20.8, a list, or mixed");
  app.add_option("--models", single.models, "Comma separated: hap-ac2, rb750gr3, rb4011, ccr2004, chr");
  app.add_option("--packages", single.packages, "Extra packages, comma separated: container, iot, user-manager, wireless, …");
  app.add_option("--seed", single.seed, "Same seed, same routers");
  app.add_option("--speed", single.speed, "How much faster than the clock of the machine time passes")->check(CLI::Range(0.01, 10000.0));
  app.add_flag("--console", single.console, "A prompt of one router");
  app.add_flag("--connect-vpn", single.connect_vpn, "Servers of tunnel clients (OpenVPN, L2TP, SSTP, PPPoE) answer: their interfaces come up");
  app.add_option("--listen", single.listen, "Services (API, …) listen on this address; for several routers a network, of which each takes an address: 127.77.0.0/16");
  app.add_option("--port-offset", single.port_offset, "Added to the port numbers of services")->check(CLI::Range(0, 56000))->needs("--listen");
  app.add_option("--namespace", single.network_namespace, "The router is in this network namespace (ip netns): its sockets, and its OpenVPN and WireGuard for real");
}

void add_fleet(CLI::App& app, FleetProgram& fleet) {
  app.add_option("--server", fleet.server, "Adopt the routers by this server: https://host:port");
  app.add_option("--runbook", fleet.runbook, "Token of the runbook")->needs("--server");
  app.add_option("--bootstrap", fleet.bootstrap, "The command to paste, if it is not the usual one");
  app.add_option("--count", fleet.count, "How many routers")->check(CLI::Range(1, 200000));
  app.add_option("--adopt-per-second", fleet.adoptions_per_second, "How fast they are adopted")->check(CLI::PositiveNumber);
  app.add_option("--source-addresses", fleet.source_network, "Give each router an address of this network: 127.1.0.0/16");
  app.add_option("--serial-prefix", fleet.serial_prefix, "What serial numbers begin with, so that simulated routers are told from real ones")
      ->check([](const std::string& text) { return openstrat::sim::is_serial_prefix(text) ? std::string() : "one to eight upper-case letters and digits"; });
  app.add_option("--connect-to", fleet.detours, "HOST:PORT:ADDRESS:PORT; connections to the first go to the second; repeatable")->allow_extra_args(false);
  app.add_option("--life", fleet.life, "Reboots, outages and edits: none, calm or busy")->check(CLI::IsMember({"none", "calm", "busy"}));
  app.add_option("--duration", fleet.duration_s, "Stop after so many seconds");
  app.add_option("--mndp", fleet.mndp, "Let the routers discover each other, and answer discovery at this address (ADDRESS or ADDRESS:PORT); a broadcast address is announced to");
  app.add_option("--namespaces", fleet.namespaces, "Make a network namespace for each router, PREFIX1, PREFIX2, …, with a way to this machine; removed at the end")->excludes("--namespace")->excludes("--source-addresses");
  app.add_option("--namespace-network", fleet.namespace_network, "What --namespaces takes addresses from: the first one is this machine's (198.18.0.0/16)")->needs("--namespaces");
  app.add_option("--control", fleet.control, "Listen for JSON lines: 127.0.0.1:PORT or the path of a unix socket");
  app.add_flag("--json", fleet.json, "A summary on stdout at the end");
  app.add_flag("--insecure", fleet.insecure, "Certificates are checked only by scripts that ask for it; always so, accepted for clarity");
}

CLI::App* add_packet(CLI::App& app, PacketProgram& packet) {
  CLI::App* command = app.add_subcommand("packet", "Say what a configuration does to a packet, rule by rule");
  command->add_option("--export", packet.exports, "Configuration: the export of a real router");
  command->add_option("--script", packet.scripts, "Run these scripts first");
  command->add_option("--routeros", packet.routeros, "Version");
  command->add_option("--models", packet.models, "hap-ac2, rb750gr3, rb4011, ccr2004, chr");
  for (const openstrat::sim::PacketWord& word : openstrat::sim::packet_words()) {
    command->add_option_function<std::string>("--" + std::string(word.name), [&packet, name = std::string(word.name)](const std::string& value) { packet.words[name] = value; },
                                              std::string(word.help));
  }
  return command;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Simulated MikroTik routers: scripts, consoles, fleets"};
  SingleProgram single;
  FleetProgram fleet;
  CheckOptions check;
  add_single(app, single);
  add_fleet(app, fleet);
  CLI::App* checking = app.add_subcommand("check", "Say what a router would say about scripts, without running them");
  checking->add_option("FILE", check.files, "Scripts")->required();
  checking->add_option("--routeros", check.routeros, "Version");
  checking->add_option("--models", check.model, "Which router: chr (the usual one), hap-ac2, …");
  checking->add_option("--packages", check.packages, "Its extra packages, comma separated");
  checking->add_option("--format", check.format, "text or json")->check(CLI::IsMember({"text", "json"}));
  checking->add_flag("--structure", check.structure, "Print what was parsed, in prefix form");
  PacketProgram packet;
  CLI::App* sending = add_packet(app, packet);
  CLI11_PARSE(app, argc, argv);
  if (sending->parsed()) return openstrat::sim::run_packet(packet);
  if (checking->parsed()) return openstrat::sim::run_check(check);
  const bool alone = fleet.server.empty() && fleet.bootstrap.empty() && fleet.namespaces.empty() && (!single.network_namespace.empty() || single.console || !single.listen.empty() || !single.scripts.empty() || !single.exports.empty());
  if (alone && fleet.count == 1 && fleet.control.empty()) return openstrat::sim::run_single(single);
  if (fleet.server.empty() && fleet.bootstrap.empty() && fleet.control.empty() && single.listen.empty() && fleet.namespaces.empty()) {
    std::cerr << app.help();
    return 2;
  }
  return openstrat::sim::run_fleet(fleet, single);
}
