// How the whole installation stands, counted in the database: for `openstrat doctor` and the system page.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "bus/census.hpp"
#include "platform/node_registry.hpp"
#include "tasks/census.hpp"

namespace openstrat::app {

struct Census {
  std::vector<tasks::KindCensus> tasks;
  bus::Census events;
  std::int64_t mails_waiting = 0, mails_failed = 0;
  std::int64_t audit_entries = 0;
  std::int64_t sites = 0, adopted = 0;
  std::int64_t operators = 0, users = 0;
  std::vector<platform::Node> nodes;
};

/// About ten statements, none a row; part of a read transaction.
Result<Census> take_census(db::Session& session, Timestamp now);

}  // namespace openstrat::app
