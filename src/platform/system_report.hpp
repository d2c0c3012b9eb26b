// What operators see of an installation: one picture, taken at one moment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace openstrat::platform {

enum class CheckStatus { ok, warn, fail };

/// One thing that was looked at, as `openstrat doctor` tells it.
struct Check {
  std::string name;
  CheckStatus status = CheckStatus::ok;
  std::string message;
  std::string next;   ///< what to do; empty: nothing
};

struct BuildInfo { std::string type, compiler; };

struct NodeLine {
  std::string id, host, version, url, issuer;
  std::vector<std::string> roles;
  bool self = false;    ///< the node that answers
  bool alive = false;
  Timestamp started_at{}, seen_at{};
};

struct DatabaseState {
  std::string engine, version;
  std::int64_t size_bytes = 0;
  std::int64_t writer_queue = 0;   ///< transactions of this node that wait for their turn
  std::int64_t commits = 0;        ///< of this node since its start
};

struct TaskKind {
  std::string kind;
  std::int64_t ready = 0, later = 0, running = 0, dead = 0, oldest_s = 0;
};
struct TaskState {
  std::int64_t ready = 0, later = 0, running = 0, dead = 0, oldest_s = 0;
  std::vector<TaskKind> by_kind;
};

struct SubscriberState {
  std::string subscriber;
  std::int64_t backlog = 0, dead = 0, oldest_s = 0;
};
struct BusState {
  std::int64_t outbox = 0, dead = 0;
  std::vector<SubscriberState> backlog;
};

struct MailState {
  std::string delivery;   ///< `smtp` or `capture`
  std::string server;
  std::int64_t waiting = 0, failed = 0;
};

struct ChainState {
  std::string status = "unchecked";   ///< `unchecked`, `running`, `whole` or `broken`
  std::optional<Timestamp> checked_at;
  std::string problem;
};
struct AuditState {
  std::int64_t entries = 0;
  std::int64_t waiting_bytes = 0;     ///< in the journal of this node, on their way into the database
  std::int64_t lost = 0;              ///< entries of this node since its start
  ChainState chain;
};

struct StoragePart {
  std::string name;
  std::int64_t bytes = 0;
};
struct StorageState {
  std::string data_dir;
  std::int64_t bytes = 0, free = 0;
  std::optional<Timestamp> measured_at;
  std::vector<StoragePart> parts;
};

struct DeviceState {
  std::int64_t sites = 0, adopted = 0, online = 0;
  double heartbeats_per_s = 0;
};

struct SystemReport {
  std::string product, version;
  BuildInfo build;
  Timestamp started_at{}, collected_at{};
  std::int64_t uptime_s = 0;
  std::vector<NodeLine> nodes;
  DatabaseState database;
  TaskState tasks;
  BusState bus;
  MailState mail;
  AuditState audit;
  StorageState storage;
  DeviceState devices;
  std::vector<Check> checks;
};

}  // namespace openstrat::platform
