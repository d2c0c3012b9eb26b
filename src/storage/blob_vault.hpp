// Content-addressed, compressed, encrypted storage of texts and files. Nothing is shared between customers: the address of a text is a keyed
// hash under a key of its customer, so neither storage use nor timing tells one what another has.
#pragma once

#include <string>
#include <string_view>

#include "storage/blob_store.hpp"
#include "base/secrets.hpp"

namespace openstrat::storage {

class BlobVault {
 public:
  /// `room` separates the keys of those who store: what one sealed, another cannot open.
  BlobVault(std::string_view room, BlobStore& blobs, const MasterKey& newest, std::span<const MasterKey> older = {});

  /// The key under which get() finds it. An equal text of the same customer is stored once.
  Result<std::string> put(CustomerId customer, std::string_view text);
  /// internal `data_damaged` when the stored bytes are not what was put.
  Result<std::string> get(CustomerId customer, const std::string& key);
  BlobStore& blobs() { return blobs_; }

 private:
  std::string key_of(CustomerId customer, std::string_view text) const;

  BlobStore& blobs_;
  const std::string room_;
  const MasterKey master_;
  const SecretBox box_;
};

}  // namespace openstrat::storage
