// The faces of openstrat-sim: one router, a fleet, a checker. Each returns the exit status.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace openstrat::sim {

struct SingleProgram {
  std::vector<std::string> scripts;  ///< files
  std::vector<std::string> exports;
  std::string routeros = "7";
  std::string models;
  std::string packages;              ///< extra ones, comma separated
  std::uint64_t seed = 1;
  double speed = 1;
  bool console = false;
  bool connect_vpn = false;  ///< tunnel clients find their servers
  std::string listen;      ///< address, or network of which each router takes an address; empty: nothing listens
  int port_offset = 0;     ///< added to the port numbers of services
  std::string network_namespace;  ///< of the one router; empty: the machine's own network
};

struct FleetProgram {
  std::string server;
  std::string runbook;
  std::string bootstrap;
  std::size_t count = 1;
  double adoptions_per_second = 20;
  std::string source_network;
  std::string serial_prefix;
  std::vector<std::string> detours;
  std::string life = "none";
  double duration_s = 0;
  std::string control;
  std::string mndp;
  std::string namespaces;  ///< prefix of those to make, one for each router; empty: none
  std::string namespace_network = "198.18.0.0/16";
  bool json = false;
  bool insecure = true;  ///< routers check certificates only where a script asks for it
};

struct CheckOptions {
  std::vector<std::string> files;
  std::string routeros = "7.20.8";
  std::string model = "chr";
  std::string packages;
  std::string format = "text";
  bool structure = false;
};

struct PacketProgram {
  std::vector<std::string> exports;  ///< files
  std::vector<std::string> scripts;  ///< run before the packet is sent
  std::string routeros = "7";
  std::string models;
  std::map<std::string, std::string, std::less<>> words;  ///< of packet_words()
};

int run_single(const SingleProgram& options);
int run_fleet(const FleetProgram& options, const SingleProgram& routers);
int run_check(const CheckOptions& options);
/// What a configuration does to one packet; 0: it gets through.
int run_packet(const PacketProgram& options);

}  // namespace openstrat::sim
