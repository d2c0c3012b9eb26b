#include "storage/blob_vault.hpp"

#include <zstd.h>

#include "base/crypto.hpp"
#include "base/log.hpp"

namespace openstrat::storage {
namespace {

constexpr int kLevel = 6;
/// No text is longer than an upload; a damaged length must not allocate gigabytes.
constexpr unsigned long long kMaxText = 64ull * 1024 * 1024;

std::string as_text(const crypto::Key32& key) { return {reinterpret_cast<const char*>(key.data()), key.size()}; }

Result<std::string> compress(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), kLevel);
  if (ZSTD_isError(size)) return fail(Errc::internal, "data could not be compressed");
  out.resize(size);
  return out;
}

std::optional<std::string> decompress(std::string_view bytes) {
  const auto length = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (length == ZSTD_CONTENTSIZE_ERROR || length == ZSTD_CONTENTSIZE_UNKNOWN || length > kMaxText) return std::nullopt;
  std::string out(length, '\0');
  const std::size_t size = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size) || size != length) return std::nullopt;
  return out;
}

/// Names the place, so that a file copied over another does not open.
std::string place_of(CustomerId customer, const std::string& key) { return customer.to_string() + "/" + key; }

}  // namespace

BlobVault::BlobVault(std::string_view room, BlobStore& blobs, const MasterKey& newest, std::span<const MasterKey> older)
    : blobs_(blobs), room_(room), master_(newest), box_(room_ + ".blob", newest, older) {}

std::string BlobVault::key_of(CustomerId customer, std::string_view text) const {
  const auto key = crypto::derive_key(master_.bytes(), room_ + ".address " + customer.to_string());
  return crypto::hex(crypto::hmac_sha256(as_text(key), text));
}

Result<std::string> BlobVault::put(CustomerId customer, std::string_view text) {
  const std::string key = key_of(customer, text);
  const auto known = blobs_.touch(customer, key);
  if (known) return key;
  if (known.error().code() != Errc::not_found) return fail(known.error());
  const auto compressed = compress(text);
  if (!compressed) return compressed;
  const auto stored = blobs_.put(customer, key, box_.seal(*compressed, place_of(customer, key)));
  if (!stored) return fail(stored.error());
  return key;
}

Result<std::string> BlobVault::get(CustomerId customer, const std::string& key) {
  const auto sealed = blobs_.get(customer, key);
  if (!sealed) return sealed;
  const auto compressed = box_.open(*sealed, place_of(customer, key));
  auto text = compressed ? decompress(*compressed) : std::nullopt;
  if (!text) {
    log::error("stored data is damaged", {{"room", room_}, {"customer", customer.to_string()}, {"blob", key}});
    return fail(Errc::internal, "data_damaged", "What was stored is damaged.");
  }
  return *std::move(text);
}

}  // namespace openstrat::storage
