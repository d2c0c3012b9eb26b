#include "routeros/heartbeat.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace openstrat::routeros {
namespace {

/// Calls `row(key, value)` for each pair of the body, in order. A piece without `=` belongs to the value before it, so the
/// value of a pair ends where the next real pair begins.
template <class Row>
void for_each_pair(std::string_view body, Row&& row) {
  std::string_view key, value;
  bool pending = false;
  const char* at = body.data();
  const char* const end = at + body.size();
  while (at < end) {
    const auto* stop = static_cast<const char*>(std::memchr(at, ';', static_cast<std::size_t>(end - at)));
    if (!stop) stop = end;
    const auto* equals = static_cast<const char*>(std::memchr(at, '=', static_cast<std::size_t>(stop - at)));
    if (equals && equals != at) {
      if (pending) row(key, value);
      key = text::trim(std::string_view(at, equals));
      value = std::string_view(equals + 1, stop);
      pending = !key.empty();
    } else if (pending) {
      value = std::string_view(value.data(), stop);
    }
    at = stop + 1;
  }
  if (pending) row(key, value);
}

bool needs_cleaning(std::string_view body) {
  unsigned odd = 0;
  for (const char c : body) odd |= static_cast<unsigned>(static_cast<unsigned char>(c - 0x20) >= 0x5F);
  return odd != 0;
}

/// At most kMaxHeartbeatBytes of clean text; `storage` holds it when the body had to be changed.
std::string_view clean(std::string_view body, std::string& storage) {
  body = body.substr(0, kMaxHeartbeatBytes);
  if (!needs_cleaning(body)) return body;
  storage = text::to_clean_utf8(body);
  return storage;
}

/// `123`, `12%`, `880MHz`, `94.2MiB`.
std::optional<std::int64_t> quantity(std::string_view value) {
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc()) return std::nullopt;
  std::string_view unit(rest, value.data() + value.size());
  if (unit.empty() || unit == "%" || unit == "MHz") return number;
  if (unit.size() < 3 || !unit.ends_with("iB")) return std::nullopt;
  const std::size_t power = std::string_view("KMGT").find(unit[unit.size() - 3]);
  const auto amount = text::parse_double(value.substr(0, value.size() - 3));
  if (power == std::string_view::npos || !amount || !(*amount >= 0 && *amount < 1e6)) return std::nullopt;
  return static_cast<std::int64_t>(*amount * static_cast<double>(1ll << (10 * (power + 1))));
}

/// `7.16.2 (stable)` → `7.16.2`.
std::string_view without_channel(std::string_view version) { return version.substr(0, version.find(' ')); }

/// Sets the field that `key` names; unknown keys are kept in `pairs` only.
void assign(Heartbeat& h, std::string_view key, std::string_view value) {
  struct TextField { std::string_view key; std::string Heartbeat::*field; };
  static constexpr TextField kTexts[] = {
      {"serial-number", &Heartbeat::serial_number}, {"software-id", &Heartbeat::software_id},
      {"system-id", &Heartbeat::system_id}, {"model", &Heartbeat::model}, {"board-name", &Heartbeat::board_name},
      {"revision", &Heartbeat::revision}, {"platform", &Heartbeat::platform},
      {"architecture-name", &Heartbeat::architecture_name}, {"cpu", &Heartbeat::cpu},
      {"build-time", &Heartbeat::build_time}, {"level", &Heartbeat::license_level},
      {"nlevel", &Heartbeat::license_level}, {"firmware-type", &Heartbeat::firmware_type},
      {"factory-software", &Heartbeat::factory_software}, {"factory-firmware", &Heartbeat::factory_firmware},
      {"current-firmware", &Heartbeat::current_firmware}, {"upgrade-firmware", &Heartbeat::upgrade_firmware},
  };
  struct NumberField { std::string_view key; std::optional<std::int64_t> Heartbeat::*field; };
  static constexpr NumberField kNumbers[] = {
      {"cpu-count", &Heartbeat::cpu_count}, {"cpu-frequency", &Heartbeat::cpu_frequency_mhz},
      {"cpu-load", &Heartbeat::cpu_load_percent}, {"total-memory", &Heartbeat::total_memory},
      {"free-memory", &Heartbeat::free_memory}, {"total-hdd-space", &Heartbeat::total_hdd_space},
      {"free-hdd-space", &Heartbeat::free_hdd_space},
  };
  if (key == "name") {
    if (h.name.empty()) h.name = value;
  } else if (key == "version") {
    h.version = without_channel(value);
  } else if (key == "uptime") {
    h.uptime_s = parse_uptime(value);
  } else if (key == "routerboard") {
    h.routerboard = text::parse_bool(value);
  } else if (const auto* number = std::ranges::find(kNumbers, key, &NumberField::key); number != std::end(kNumbers)) {
    h.*number->field = quantity(value);
  } else if (const auto* field = std::ranges::find(kTexts, key, &TextField::key); field != std::end(kTexts)) {
    h.*field->field = value;
  }
}

/// Measurements: they change from one heartbeat to the next without meaning anything for the record of the site.
/// cpu-frequency is one because ARM boards scale it.
bool is_volatile(std::string_view key) {
  switch (key.size()) {
    case 6: return key == "uptime";
    case 8: return key == "cpu-load";
    case 10: return key == "bad-blocks";
    case 11: return key == "free-memory";
    case 13: return key == "cpu-frequency";
    case 14: return key == "free-hdd-space";
    default: return key.starts_with("write-sect");
  }
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// A fast hash of our own, because its values are stored: eight bytes a step.
std::uint64_t hash_bytes(std::uint64_t seed, std::string_view bytes) {
  constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15ull, kSecond = 0xD1B54A32D192ED03ull;
  std::uint64_t hash = seed ^ (bytes.size() * kFirst);
  while (bytes.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    hash = mix(hash ^ word, kSecond);
    bytes.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, bytes.data(), bytes.size());
  return mix(hash ^ rest ^ kFirst, kSecond);
}

constexpr std::uint64_t kHashSeed = 0x6F70656E73747274ull;

void add_fact(std::uint64_t& hash, std::string_view key, std::string_view value) {
  if (!is_volatile(key)) hash = hash_bytes(hash_bytes(hash, key), value);
}

void take_sample(HeartbeatSample& sample, std::string_view key, std::string_view value) {
  switch (key.size()) {
    case 6: if (key == "uptime") sample.uptime_s = parse_uptime(value); break;
    case 8: if (key == "cpu-load") sample.cpu_load_percent = quantity(value); break;
    case 11: if (key == "free-memory") sample.free_memory = quantity(value); break;
    case 12: if (key == "total-memory") sample.total_memory = quantity(value); break;
    case 14: if (key == "free-hdd-space") sample.free_hdd_space = quantity(value); break;
    case 15: if (key == "total-hdd-space") sample.total_hdd_space = quantity(value); break;
    default: break;
  }
}

/// A digit run; nullopt without a digit or beyond what an uptime can be.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > 1'000'000'000) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return number;
}

}  // namespace

std::optional<std::int64_t> parse_uptime(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    if (text.empty()) return std::nullopt;  // a number without a unit
    if (text.starts_with("ms")) return text.size() == 2 ? std::optional(total) : std::nullopt;
    const char unit = text.front();
    text.remove_prefix(1);
    switch (unit) {
      case 'w': total += *number * 604'800; continue;
      case 'd': total += *number * 86'400; continue;
      case 'h': total += *number * 3'600; continue;
      case 'm': total += *number * 60; continue;
      case 's': total += *number; continue;
      case ':': break;
      default: return std::nullopt;
    }
    // hours:minutes:seconds[.fraction] ends the text
    const auto minutes = take_number(text);
    if (!minutes || !text.starts_with(':')) return std::nullopt;
    text.remove_prefix(1);
    const auto seconds = take_number(text);
    if (!seconds || (!text.empty() && text.front() != '.')) return std::nullopt;
    return total + *number * 3'600 + *minutes * 60 + *seconds;
  }
  return total;
}

Heartbeat parse_heartbeat(std::string_view body) {
  std::string storage;
  Heartbeat heartbeat;
  heartbeat.pairs.reserve(40);
  for_each_pair(clean(body, storage), [&](std::string_view key, std::string_view value) {
    auto& pairs = heartbeat.pairs;
    const auto known = std::ranges::find(pairs, key, &std::pair<std::string, std::string>::first);
    if (known != pairs.end()) {
      if (key != "name") known->second = value;
    } else if (pairs.size() < kMaxHeartbeatKeys) {
      pairs.emplace_back(key, value);
    } else {
      return;
    }
    assign(heartbeat, key, value);
  });
  return heartbeat;
}

HeartbeatSample parse_sample(std::string_view body) {
  HeartbeatSample sample;
  for_each_pair(body.substr(0, kMaxHeartbeatBytes), [&](std::string_view key, std::string_view value) { take_sample(sample, key, value); });
  return sample;
}

std::uint64_t facts_hash(std::string_view body) {
  std::uint64_t hash = kHashSeed;
  for_each_pair(body.substr(0, kMaxHeartbeatBytes), [&hash](std::string_view key, std::string_view value) { add_fact(hash, key, value); });
  return hash;
}

HeartbeatGlance glance(std::string_view body) {
  HeartbeatGlance glance{.facts_hash = kHashSeed};
  for_each_pair(body.substr(0, kMaxHeartbeatBytes), [&](std::string_view key, std::string_view value) {
    take_sample(glance.sample, key, value);
    add_fact(glance.facts_hash, key, value);
  });
  return glance;
}

std::optional<std::string> hardware_hash(const Heartbeat& heartbeat) {
  for (const std::string* id : {&heartbeat.serial_number, &heartbeat.system_id, &heartbeat.software_id}) {
    if (!id->empty()) return crypto::hex(crypto::sha1(text::lower(*id)));
  }
  return std::nullopt;
}

}  // namespace openstrat::routeros
