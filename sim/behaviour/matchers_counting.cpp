// Matchers that remember: limits, turns, scans; and the classifier, which only hashes.
#include <algorithm>

#include <fmt/core.h>

#include "base/text.hpp"
#include "sim/behaviour/matchers.hpp"

namespace openstrat::sim {
namespace {

struct Rate {
  double per_second = 0;
  double burst = 5;
  bool bytes = false;
};

/// `5/1m` or `5`.
std::optional<double> parse_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto count = text::parse_double(text.substr(0, slash));
  Duration per = std::chrono::seconds(1);
  if (slash != std::string_view::npos) {
    const auto given = parse_duration(text.substr(slash + 1));
    if (!given || *given <= Duration(0)) return std::nullopt;
    per = *given;
  }
  return count ? std::optional(*count * 1e6 / static_cast<double>(per.count())) : std::nullopt;
}

/// Takes what the packet costs out of the bucket, if there is enough.
bool take(MatchContext& context, const std::string& key, const Rate& rate) {
  auto& buckets = context.state.buckets;
  if (buckets.size() >= FirewallState::kMaxBuckets && !buckets.contains(key)) buckets.erase(buckets.begin());
  auto [at, fresh] = buckets.try_emplace(key, Bucket{.tokens = rate.burst, .at = context.now});
  Bucket& bucket = at->second;
  const double passed = static_cast<double>((context.now - bucket.at).count()) / 1e6;
  bucket.tokens = std::min(rate.burst, bucket.tokens + passed * rate.per_second);
  bucket.at = context.now;
  const double cost = rate.bytes ? static_cast<double>(context.packet.length) : 1;
  if (bucket.tokens < cost) return false;
  bucket.tokens -= cost;
  return true;
}

std::uint32_t hash_bytes(std::uint32_t hash, const auto& bytes) {
  for (const auto byte : bytes) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 16777619U;
  return hash;
}

}  // namespace

/// `5/1m,10:packet`; the mode came with v6.38 and may be left out.
std::optional<bool> match_limit(MatchContext& context, std::string_view menu, RowId row, std::string_view text) {
  const auto parts = text::split(text, ',');
  const auto per_second = parse_rate(parts[0]);
  if (!per_second) return std::nullopt;
  Rate rate{.per_second = *per_second};
  if (parts.size() > 1) {
    const std::size_t colon = parts[1].find(':');
    rate.burst = text::parse_double(parts[1].substr(0, colon)).value_or(5);
    rate.bytes = colon != std::string_view::npos && parts[1].substr(colon + 1) != "packet";
    if (colon != std::string_view::npos && parts[1].substr(colon + 1) == "bit") {
      rate.per_second /= 8;
      rate.burst /= 8;
    }
  }
  return take(context, fmt::format("{} {}", menu, row), rate);
}

/// `10/1s,5,dst-address/1m40s`.
std::optional<bool> match_dst_limit(MatchContext& context, std::string_view menu, RowId row, std::string_view text) {
  const auto parts = text::split(text, ',');
  const auto per_second = parse_rate(parts[0]);
  if (!per_second || parts.size() < 3) return std::nullopt;
  const Rate rate{.per_second = *per_second, .burst = text::parse_double(parts[1].substr(0, parts[1].find(':'))).value_or(5)};
  const std::string_view mode = parts[2].substr(0, parts[2].find('/'));
  const Packet& packet = context.packet;
  std::string key = fmt::format("{} {} {}", menu, row, mode);
  if (mode.contains("src") || mode.contains("addresses")) key += " " + packet.source.to_string();
  if (mode.contains("dst") || mode.contains("addresses")) key += " " + packet.destination.to_string();
  if (mode.contains("port")) key += fmt::format(" {}", packet.destination_port);
  return take(context, key, rate);
}

/// `100,32`: from then on, with that many connections of the block there already.
std::optional<bool> match_connection_limit(MatchContext& context, std::string_view text) {
  const auto parts = text::split(text, ',');
  const auto most = text::parse_int(parts[0]);
  const auto mask = parts.size() > 1 ? text::parse_int(parts[1]) : std::optional<std::int64_t>(32);
  if (!most || !mask || *mask < 0 || *mask > 128) return std::nullopt;
  const Cidr block(context.packet.source, static_cast<int>(std::min<std::int64_t>(*mask, context.packet.v6() ? 128 : 32)));
  const auto count = std::count_if(context.state.connections.begin(), context.state.connections.end(), [&](const Connection& each) {
    return each.number != context.connection.number && block.contains(each.original.source);
  });
  return count >= *most;
}

/// `2,1`: of every two packets the first.
std::optional<bool> match_nth(MatchContext& context, std::string_view menu, RowId row, std::string_view text) {
  const auto parts = text::split(text, ',');
  const auto every = text::parse_int(parts[0]);
  const auto wanted = parts.size() > 1 ? text::parse_int(parts[1]) : std::optional<std::int64_t>(1);
  if (!every || !wanted || *every < 1) return std::nullopt;
  const std::uint64_t turn = context.state.turns[{menu, row}]++;
  return static_cast<std::int64_t>(turn % static_cast<std::uint64_t>(*every)) + 1 == *wanted;
}

std::optional<bool> match_random(MatchContext& context, std::string_view text) {
  const auto percent = text::parse_int(text);
  return percent ? std::optional(static_cast<std::int64_t>(context.rng.below(100)) < *percent) : std::nullopt;
}

/// `21,3s,3,1`: threshold, within, weight of a low port, weight of a high one.
std::optional<bool> match_psd(MatchContext& context, std::string_view text) {
  const auto parts = text::split(text, ',');
  if (parts.size() != 4) return std::nullopt;
  const auto threshold = text::parse_int(parts[0]);
  const auto within = parse_duration(parts[1]);
  const auto low = text::parse_int(parts[2]);
  const auto high = text::parse_int(parts[3]);
  if (!threshold || !within || !low || !high) return std::nullopt;
  auto& scans = context.state.scans;
  if (scans.size() >= FirewallState::kMaxBuckets) scans.clear();
  auto& tried = scans[context.packet.source.to_string()];
  std::erase_if(tried, [&](const auto& each) { return each.second + *within < context.now || each.first == context.packet.destination_port; });
  if (tried.size() < 1024) tried.emplace_back(context.packet.destination_port, context.now);
  std::int64_t weight = 0;
  for (const auto& [port, when] : tried) weight += port < 1024 ? *low : *high;
  return weight >= *threshold;
}

/// `both-addresses-and-ports:3/1`. The hash is ours: which flow gets which remainder differs from a device.
std::optional<bool> match_classifier(const MatchContext& context, std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::size_t slash = text.find('/', colon == std::string_view::npos ? 0 : colon);
  if (colon == std::string_view::npos || slash == std::string_view::npos) return std::nullopt;
  const std::string_view fields = text.substr(0, colon);
  const auto divisor = text::parse_int(text.substr(colon + 1, slash - colon - 1));
  const auto remainder = text::parse_int(text.substr(slash + 1));
  if (!divisor || *divisor < 1 || !remainder) return std::nullopt;
  const Packet& packet = context.packet;
  const bool both = fields.contains("both");
  std::uint32_t hash = 2166136261U;
  if (both || fields.contains("src-address")) hash = hash_bytes(hash, packet.source.bytes());
  if (both || fields.contains("dst-address")) hash = hash_bytes(hash, packet.destination.bytes());
  const auto add_port = [&](std::uint16_t port) { hash = hash_bytes(hash, std::to_string(port)); };
  if (fields.contains("src-port") || (fields.starts_with("src") && fields.contains("and-port")) || (both && fields.contains("ports"))) add_port(packet.source_port);
  if (fields.contains("dst-port") || (fields.starts_with("dst") && fields.contains("and-port")) || (both && fields.contains("ports"))) add_port(packet.destination_port);
  hash ^= hash >> 15;
  return hash % static_cast<std::uint32_t>(*divisor) == static_cast<std::uint32_t>(*remainder);
}

}  // namespace openstrat::sim
