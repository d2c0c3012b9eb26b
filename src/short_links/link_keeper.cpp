#include "short_links/link_keeper.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/rng.hpp"
#include "base/url_signer.hpp"
#include "bus/bus.hpp"
#include "db/database.hpp"
#include "short_links/code.hpp"
#include "short_links/link_store.hpp"

namespace openstrat::short_links {
namespace {

constexpr int kTries = 8;  ///< of 62^7 codes hardly one is taken
constexpr int kPurgeStep = 5000;

std::vector<Target> parsed(const std::vector<std::string>& urls) {
  std::vector<Target> targets;
  for (const std::string& url : urls) {
    auto target = parse_target(url);
    if (target) targets.push_back(std::move(*target));
    else log::warning("a public URL is no URL; links to it count as foreign", {{"url", url}});
  }
  return targets;
}

Error unknown() { return Error(Errc::not_found, "There is no such link."); }
Error expired() { return Error(Errc::gone, "link_expired", "The link has expired; ask for a new one."); }

}  // namespace

LinkKeeper::LinkKeeper(db::Database& database, const UrlSigner& signer, const Clock& clock, Rng& rng, Settings settings)
    : database_(database), signer_(signer), clock_(clock), rng_(rng), settings_(std::move(settings)), own_(parsed(settings_.own_urls)), short_(parsed({settings_.short_url})) {}

void LinkKeeper::subscribe(bus::Bus& bus) {
  bus.subscribe("short_links", "team.deleted", [this](const bus::Event& event) -> Status {
    return database_.write([&](db::Session& session) { return link_store::remove_of_customer(session, event.customer_id); });
  });
}

Status LinkKeeper::check_signature(const Target& target) const {
  using Verdict = UrlSigner::Verdict;
  // A signature covers the path as the server is asked for it: a proxy may have taken the beginning away, and a public URL may have changed since.
  auto paths = paths_below(target, own_);
  paths.push_back(target.path);
  bool is_late = false;
  for (const std::string& path : paths) {
    const auto verdict = signer_.verify(path, target.query, clock_.now());
    if (verdict == Verdict::good) return {};
    is_late |= verdict == Verdict::expired;
  }
  if (is_late) return fail(expired());
  return fail(Errc::forbidden, "signature_invalid", "The address behind this link is not the one that was signed.");
}

Result<Link> LinkKeeper::shorten(db::Session& session, std::string_view url, std::chrono::days life, std::optional<CustomerId> customer, std::string_view created_by) {
  if (std::ranges::find(kLives, life) == kLives.end()) return invalid_field("ttl_days", "must be 1, 3, 7, 30 or 90");
  if (url.size() > kLongest) return invalid_field("url", "must be at most 4096 bytes long");
  const auto target = parse_target(url);
  if (!target) return fail(target.error());
  for (const std::string& path : paths_below(*target, short_))
    if (path.size() > 1 && is_code(std::string_view(path).substr(1))) return invalid_field("url", "must not be a short link itself");
  const bool is_ours = !paths_below(*target, own_).empty();
  if (is_ours && !check_signature(*target)) return invalid_field("url", "is an address of ours without a valid signature");

  const Timestamp now = clock_.now();
  link_store::StoredLink link{.target = std::string(url), .is_external = !is_ours, .customer_id = customer, .created_by = std::string(created_by), .created_at = now, .expires_at = now + life};
  for (int i = 0; i < kTries; ++i) {
    link.code = random_base62(kCodeLength, rng_);
    const auto inserted = link_store::insert(session, link);
    if (!inserted) return fail(inserted.error());
    if (*inserted) return Link{link.code, settings_.short_url + "/" + link.code, link.expires_at};
  }
  return fail(Errc::internal, "no free short code was found");
}

Result<Link> LinkKeeper::shorten(std::string_view target, std::chrono::days life, std::string_view created_by) {
  return database_.write([&](db::Session& session) { return shorten(session, target, life, std::nullopt, created_by); });
}

Result<Destination> LinkKeeper::follow(std::string_view code) {
  if (!is_code(code)) return fail(unknown());
  auto found = database_.read([&](db::Session& session) { return link_store::find(session, code); });
  if (!found) return fail(found.error());
  if (!*found) return fail(unknown());
  link_store::StoredLink& link = **found;
  if (link.expires_at <= clock_.now()) return fail(expired());
  // Checked again, because the database is not the place that decides where our name leads people.
  const auto target = parse_target(link.target);
  if (!target) return fail(Errc::forbidden, "signature_invalid", "The address behind this link was changed.");
  const bool is_ours = !link.is_external || !paths_below(*target, own_).empty();
  if (is_ours)
    if (auto good = check_signature(*target); !good) return fail(good.error());
  count(code);
  return Destination{std::move(link.target), target->host, !is_ours && !is_host_among(target->host, settings_.direct_hosts)};
}

void LinkKeeper::count(std::string_view code) {
  auto clicks = clicks_.lock();
  if (const auto known = clicks->find(code); known != clicks->end()) ++known->second;
  else if (clicks->size() < kMostCounted) clicks->emplace(code, 1);
}

Status LinkKeeper::flush() {
  auto clicks = std::exchange(*clicks_.lock(), {});
  if (clicks.empty()) return {};
  // In the order of the codes, so that two nodes do not wait for each other's rows.
  const auto written = database_.write([&](db::Session& session) { return link_store::add_hits(session, clicks); });
  if (written) return {};
  auto later = clicks_.lock();
  for (const auto& [code, hits] : clicks) (*later)[code] += hits;
  return written;
}

Status LinkKeeper::purge() {
  while (true) {
    const auto removed = database_.write([&](db::Session& session) { return link_store::purge(session, clock_.now() - kRemembered, kPurgeStep); });
    if (!removed) return fail(removed.error());
    if (*removed < kPurgeStep) return {};
  }
}

}  // namespace openstrat::short_links
