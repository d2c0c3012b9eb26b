// Makes short links and finds where they lead.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/guarded.hpp"
#include "short_links/link_service.hpp"
#include "short_links/target.hpp"

namespace openstrat {
class Rng;
class UrlSigner;
}
namespace openstrat::bus {
class Bus;
}
namespace openstrat::db {
class Database;
}

namespace openstrat::short_links {

struct Settings {
  std::string short_url;                  ///< `public_url.short`; codes follow after a slash
  std::vector<std::string> own_urls;      ///< what lies under them is ours and carries our signature
  std::vector<std::string> direct_hosts;  ///< foreign hosts, with their subdomains, that people are led to without being asked
};

/// Where a click leads.
struct Destination {
  std::string url;
  std::string host;
  bool asks_first = false;  ///< a foreign site: people decide themselves
};

/// References outlive the keeper. Thread-safe.
class LinkKeeper final : public LinkService {
 public:
  static constexpr std::chrono::days kRemembered{30};       ///< after the expiry
  static constexpr std::size_t kMostCounted = 50'000;       ///< links with clicks that are not written yet; clicks on further ones are not counted

  LinkKeeper(db::Database& database, const UrlSigner& signer, const Clock& clock, Rng& rng, Settings settings);

  /// The links of a deleted team go. Before the bus starts.
  void subscribe(bus::Bus& bus);

  Result<Link> shorten(db::Session& session, std::string_view target, std::chrono::days life, std::optional<CustomerId> customer,
                       std::string_view created_by) override;
  /// The same in a transaction of its own, for nobody's team.
  Result<Link> shorten(std::string_view target, std::chrono::days life, std::string_view created_by);

  /// Counts a click. Errors: not_found, gone `link_expired`, forbidden `signature_invalid`.
  Result<Destination> follow(std::string_view code);

  /// Writes the clicks behind, from one thread, every second and at the stop. A failed write is repeated by the next call.
  Status flush();
  /// Forgets links that expired kRemembered ago; nightly.
  Status purge();

 private:
  Status check_signature(const Target& target) const;
  void count(std::string_view code);

  db::Database& database_;
  const UrlSigner& signer_;
  const Clock& clock_;
  Rng& rng_;
  const Settings settings_;
  std::vector<Target> own_;
  std::vector<Target> short_;  ///< the one short_url
  Guarded<std::map<std::string, std::int64_t, std::less<>>> clicks_;
};

}  // namespace openstrat::short_links
