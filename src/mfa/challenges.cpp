#include "mfa/challenges.hpp"

#include <algorithm>
#include <array>

#include "base/rng.hpp"
#include "db/session.hpp"

namespace openstrat::mfa {
namespace {

using db::params;

constexpr db::Query kSpend{"passkey_challenge.spend",
                           "INSERT INTO passkey_spent_challenges (challenge_hash, expires_at) VALUES (?1, ?2) "
                           "ON CONFLICT (challenge_hash) DO NOTHING"};
constexpr db::Query kPurge{"passkey_challenge.purge",
                           "DELETE FROM passkey_spent_challenges WHERE challenge_hash IN (SELECT challenge_hash FROM "
                           "passkey_spent_challenges WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)"};

// Layout: purpose (1), nonce (16), user or nil (16), expiry in unix µs (8), HMAC-SHA256 of all that (32).
constexpr std::size_t kNonce = 16, kUser = 16, kExpiry = 8, kSignature = 32;
constexpr std::size_t kContent = 1 + kNonce + kUser + kExpiry;

std::string_view text_of(std::span<const std::uint8_t> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

std::string Challenges::signature_of(std::string_view content) const {
  const auto digest = crypto::hmac_sha256(text_of(key_), content);
  return std::string(text_of(digest));
}

std::string Challenges::issue(Purpose purpose, std::optional<UserId> user) {
  std::array<std::uint8_t, kNonce> nonce;
  rng_.fill(nonce);
  std::string content(1, static_cast<char>(purpose));
  content += text_of(nonce);
  content += text_of(user.value_or(UserId()).value.bytes);
  const auto expiry = static_cast<std::uint64_t>(to_unix_us(clock_.now() + kLife));
  for (int shift = 56; shift >= 0; shift -= 8) content += static_cast<char>(expiry >> shift & 0xff);
  return content + signature_of(content);
}

std::optional<Challenges::Opened> Challenges::open(Purpose purpose, std::string_view challenge) const {
  if (challenge.size() != kContent + kSignature || challenge[0] != static_cast<char>(purpose)) return std::nullopt;
  const auto content = challenge.substr(0, kContent);
  if (!crypto::equal_constant_time(challenge.substr(kContent), signature_of(content))) return std::nullopt;
  UserId user;
  std::ranges::copy(content.substr(1 + kNonce, kUser), reinterpret_cast<char*>(user.value.bytes.data()));
  std::uint64_t expiry = 0;
  for (const char byte : content.substr(1 + kNonce + kUser)) expiry = expiry << 8 | static_cast<std::uint8_t>(byte);
  Opened opened{.user = user.value.is_nil() ? std::nullopt : std::optional(user), .expires_at = from_unix_us(static_cast<std::int64_t>(expiry))};
  if (opened.expires_at <= clock_.now()) return std::nullopt;
  return opened;
}

Result<bool> spend_challenge(db::Session& session, std::string_view challenge, Timestamp expires_at) {
  const auto stored = session.execute(kSpend, params(crypto::hex(crypto::sha256(challenge)), expires_at));
  if (!stored) return fail(stored.error());
  return *stored > 0;
}

Result<std::int64_t> purge_challenges(db::Session& session, Timestamp expired_before, int limit) {
  return session.execute(kPurge, params(expired_before, limit));
}

}  // namespace openstrat::mfa
