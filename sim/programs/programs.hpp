// The faces of openstrat-sim: one router, a fleet, a checker. Each returns the exit status.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace openstrat::sim {

struct SingleProgram {
  std::vector<std::string> scripts;  ///< files
  std::vector<std::string> exports;
  std::string routeros = "7";
  std::string models;
  std::uint64_t seed = 1;
  double speed = 1;
  bool console = false;
  std::string listen;      ///< address, or network of which each router takes an address; empty: nothing listens
  int port_offset = 0;     ///< added to the port numbers of services
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
  bool json = false;
  bool insecure = true;  ///< routers check certificates only where a script asks for it
};

struct CheckOptions {
  std::vector<std::string> files;
  std::string routeros = "7.20.8";
  std::string format = "text";
  bool structure = false;
};

int run_single(const SingleProgram& options);
int run_fleet(const FleetProgram& options, const SingleProgram& routers);
int run_check(const CheckOptions& options);

}  // namespace openstrat::sim
