// The tables mail_outbox and mail_captured.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::mail::mail_store {

struct Accepted {
  Uuid id;
  std::optional<CustomerId> customer_id;
  std::string template_name;
  std::string recipient;  ///< keyed hash
  std::string unique_key;
  Timestamp created_at{};
  std::optional<Timestamp> useless_after;
  std::string sealed;
};
struct Waiting {
  std::string template_name;
  std::optional<Timestamp> useless_after;
  std::string sealed;
};
struct Failed {
  Uuid id;
  std::string template_name;
  Timestamp created_at{};
  std::string error;
  std::string sealed;
};
struct Captured {
  Uuid id;
  Timestamp captured_at{};
  std::string sealed;
};
enum class Ending { sent, captured, failed, expired };

/// false: a mail with this key is known already.
Result<bool> insert(db::Session& session, const Accepted& mail);
/// nullopt: finished, or unknown.
Result<std::optional<Waiting>> find_waiting(db::Session& session, const Uuid& id);
/// Forgets what was sealed, but for `failed`.
Status finish(db::Session& session, const Uuid& id, Ending ending, Timestamp now, const std::string& error);
Status note_error(db::Session& session, const Uuid& id, const std::string& error);
Result<std::int64_t> count_waiting(db::Session& session);
Result<std::int64_t> count_failed(db::Session& session);
Result<std::int64_t> count_since(db::Session& session, std::string_view recipient, std::string_view template_name, Timestamp since);
Result<std::vector<Failed>> failed(db::Session& session, int limit);
Status wait_again(db::Session& session, const Uuid& id);
Status purge(db::Session& session, Timestamp created_before, Timestamp captured_before);

/// Keeps the newest `most`.
Status capture(db::Session& session, const Captured& mail, int most);
Result<std::vector<Captured>> captured(db::Session& session, int limit);
Result<std::optional<Captured>> find_captured(db::Session& session, const Uuid& id);

}  // namespace openstrat::mail::mail_store
