#include "federation/sealed_notes.hpp"

#include <utility>

#include "base/crypto.hpp"
#include "base/secrets.hpp"

namespace openstrat::federation {
namespace {

constexpr std::size_t kLongest = 8 * 1024;
constexpr const char* kSealedAt = "sealed_at";

std::string_view place_of(NoteKind kind) {
  switch (kind) {
    case NoteKind::flow: return "federation/flow";
    case NoteKind::ticket: return "federation/ticket";
    case NoteKind::confirmation: return "federation/confirmation";
  }
  std::unreachable();
}

}  // namespace

std::chrono::seconds SealedNotes::life_of(NoteKind kind) {
  return kind == NoteKind::confirmation ? std::chrono::seconds(3600) : std::chrono::seconds(600);
}

std::string SealedNotes::seal(NoteKind kind, Attributes fields) const {
  fields.set(kSealedAt, to_unix_us(clock_.now()));
  return crypto::base64url(secrets_.seal(fields.to_json(), place_of(kind)));
}

std::optional<Attributes> SealedNotes::open(NoteKind kind, std::string_view text) const {
  if (text.size() > kLongest) return std::nullopt;
  const auto sealed = crypto::unbase64url(text);
  const auto plain = sealed ? secrets_.open(*sealed, place_of(kind)) : std::nullopt;
  if (!plain) return std::nullopt;
  auto fields = Attributes::from_json(*plain);
  if (!fields) return std::nullopt;
  const auto sealed_at = fields->number(kSealedAt);
  if (!sealed_at || from_unix_us(*sealed_at) + life_of(kind) < clock_.now()) return std::nullopt;
  return *std::move(fields);
}

}  // namespace openstrat::federation
