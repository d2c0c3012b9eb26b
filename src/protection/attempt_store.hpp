// SQL of tries to sign in, what they add up to, and blocks. Every function runs in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "protection/types.hpp"

namespace openstrat::db {
class Session;
}

namespace openstrat::protection {

/// Who tries, as rows name it.
struct AttemptKeys {
  std::string account;  ///< keyed hash of the e-mail address
  std::string address;
  std::string source;   ///< IPv4 address or IPv6 /64
  std::string network;  ///< IPv4 /16 or IPv6 /32
};

/// Everything that admission looks at.
struct Standing {
  int failures = 0;                                             ///< in a row, of this account from this source
  Timestamp blocked_until{};
  Timestamp sign_in_full_at{}, sign_up_full_at{}, account_full_at{};  ///< buckets; the epoch: full
  int recent_failures = 0;                                      ///< of the source since `recent_since`, counted up to six
  bool network_known = false;
};

struct AttemptRow {
  std::string_view kind;
  bool success = false;
  std::optional<UserId> user_id;
  int risk = 0;
  Timestamp at{};
};

namespace attempt_store {

Result<Standing> standing(db::Session& session, const AttemptKeys& keys, Timestamp recent_since);
Status add(db::Session& session, const AttemptKeys& keys, const AttemptRow& row);

struct Counted { int failures = 0; std::optional<Timestamp> blocked_until; };
/// One more failure in a row; after the end of a block counting begins anew. Locks the row until the end of the transaction.
Result<Counted> count_failure(db::Session& session, const AttemptKeys& keys, std::optional<UserId> user, Timestamp now);
Status block(db::Session& session, const AttemptKeys& keys, BlockId id, Timestamp now, Timestamp until);
/// The account's failures from this source are forgiven, unless they have become a block.
Status forget_failures(db::Session& session, const AttemptKeys& keys);

/// Takes a token out of a bucket (`step` = time in which one comes back); returns when it will be full again.
Result<Timestamp> take_token(db::Session& session, std::string_view bucket, std::string_view id, Duration step, Timestamp now);

Result<std::optional<Block>> find_block(db::Session& session, BlockId id);
/// Live blocks of the team's members, newest first, after `after`.
Result<std::vector<Block>> blocks_of_team(db::Session& session, const Tenant& tenant, Timestamp now, const BlockPosition& after, int limit);
Result<std::optional<Block>> find_block_of_team(db::Session& session, const Tenant& tenant, BlockId id, Timestamp now);
Status lift(db::Session& session, BlockId id);
/// Every block and counted failure of the user; says how many blocks there were.
Result<int> lift_all(db::Session& session, UserId user, Timestamp now);

/// Users whose accounts were tried from the source, and how many accounts and tries there were in all.
struct Targets { std::vector<UserId> users; std::int64_t accounts = 0, attempts = 0; };
Result<Targets> targets_of(db::Session& session, std::string_view source, Timestamp since);
/// True once in `period` for a source.
Result<bool> may_notify(db::Session& session, std::string_view source, Timestamp now, Duration period);

/// True when the challenge was not used before.
Result<bool> spend_proof(db::Session& session, std::string_view salt, Timestamp expires_at);

/// What nobody asks about any more.
Status purge(db::Session& session, Timestamp now, Timestamp attempts_before);

}  // namespace attempt_store
}  // namespace openstrat::protection
