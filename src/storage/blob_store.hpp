// Where sealed data lies: named, immutable objects of a customer. On disk now; a bucket of an object store fits behind it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace openstrat::storage {

/// Keys are lower-case hex. All calls may come from any thread. Errc::unavailable: no space, no access.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// When it returns, the object is durable and complete. Of an existing key only the age starts anew: equal keys mean equal content.
  virtual Status put(CustomerId customer, const std::string& key, std::string_view bytes) = 0;
  virtual Result<std::string> get(CustomerId customer, const std::string& key) = 0;  ///< not_found
  virtual Result<bool> exists(CustomerId customer, const std::string& key) = 0;
  /// Starts the age of an object anew; not_found.
  virtual Status touch(CustomerId customer, const std::string& key) = 0;
  /// Removes the object unless it was put or touched since; false: it is younger or not there. Atomic against put() and touch().
  virtual Result<bool> remove(CustomerId customer, const std::string& key, Timestamp older_than) = 0;
  /// Visits the objects that are older; an error from the visitor ends the walk.
  using Visitor = std::function<Status(CustomerId customer, const std::string& key)>;
  virtual Status list(Timestamp older_than, const Visitor& visit) = 0;
};

}  // namespace openstrat::storage
