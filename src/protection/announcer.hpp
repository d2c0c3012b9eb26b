// Tells people, teams and the audit log what the guard did. Runs as background work, so that the answer at sign-in takes the same
// time for accounts that exist and accounts that do not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/net.hpp"
#include "protection/settings.hpp"
#include "protection/types.hpp"

namespace openstrat {
class Attributes;
}
namespace openstrat::audit {
class AuditLog;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
class Session;
}
namespace openstrat::identity {
class UserService;
}
namespace openstrat::mail {
class Mailer;
}
namespace openstrat::tasks {
class Queue;
struct Task;
}

namespace openstrat::protection {

class Blocks;

class Announcer {
 public:
  struct Dependencies {
    db::Database& database;
    bus::Bus& bus;
    tasks::Queue& tasks;
    mail::Mailer& mailer;
    audit::AuditLog& audit;
    identity::UserService& users;
    Blocks& blocks;
    const Clock& clock;
    const Settings& settings;
  };
  explicit Announcer(Dependencies dependencies) : deps_(dependencies) {}

  /// Before the queue starts.
  void register_tasks();

  // In the transaction of what happened; the telling comes after it.
  Status login_blocked(db::Session& session, BlockId block);
  Status ip_throttled(db::Session& session, std::string_view source, const IpAddress& address);
  Status breached_password(db::Session& session, UserId user, const IpAddress& address);

 private:
  Status tell_of_block(const tasks::Task& task);
  Status tell_of_throttling(const tasks::Task& task);
  Status tell_of_breach(const tasks::Task& task);
  Status append_for_teams(db::Session& session, std::string_view event, const std::vector<CustomerId>& teams, std::string_view resource, const Attributes& data);

  Dependencies deps_;
};

}  // namespace openstrat::protection
