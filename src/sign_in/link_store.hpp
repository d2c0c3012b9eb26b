// SQL of mailed links and of how often somebody wished for one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat {
class Rng;
}
namespace openstrat::db {
class Session;
}

namespace openstrat::sign_in::link_store {

enum class Wish { verify, reset };
/// Notes a wish for this address and says how many there were since, this one included.
Result<int> count_wish(db::Session& session, Wish wish, std::string_view email, Timestamp since, Timestamp now, Rng& rng);

Status insert_password_link(db::Session& session, std::string_view hash, UserId user, Timestamp expires_at);
/// nullopt: unknown, used, or too old.
Result<std::optional<UserId>> find_password_link(db::Session& session, std::string_view hash, Timestamp now);
/// False: somebody else was faster.
Result<bool> consume_password_link(db::Session& session, std::string_view hash);
Status remove_password_links(db::Session& session, UserId user);

struct EmailChange { UserId user_id; std::string email; };
/// Replaces an earlier wish of the user.
Status put_email_change(db::Session& session, const EmailChange& change, Timestamp expires_at);
Result<std::optional<std::string>> wished_email(db::Session& session, UserId user, Timestamp now);
/// The newest wish for this address.
Result<std::optional<UserId>> who_wishes(db::Session& session, std::string_view email, Timestamp now);
Status remove_email_change(db::Session& session, UserId user);

/// What is past its time; false: there is more.
Result<bool> purge(db::Session& session, Timestamp now, int limit);

}  // namespace openstrat::sign_in::link_store
