// Reading `/export` files: tolerant, over any bytes, without exceptions. A line that cannot be understood is kept as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/net.hpp"
#include "routeros/scripts.hpp"

namespace openstrat::routeros {

/// From the comment lines at the top; absent lines are empty.
struct ExportHeader {
  std::string exported_at;       ///< `2026-11-21 16:20:00`, router-local; empty when unreadable or redacted
  std::string routeros_version;  ///< `7.16.2`
  std::string software_id;
  std::string system_id;         ///< CHR from 7.20
  std::string model;
  std::string serial_number;
};

struct Property {
  std::string name;   ///< empty: a positional value; `!name` for an unset one
  std::string value;  ///< unescaped bytes
  bool flag = false;  ///< written without `=`
};

/// One command of the file.
struct Entry {
  std::string menu;     ///< `/ip/firewall/filter`
  std::string command;  ///< `add`, `set`, …
  std::string find;     ///< inside of `[ find … ]`, trimmed; empty: none
  std::vector<Property> properties;
  std::size_t line = 0;  ///< 1-based physical line on which it starts

  /// nullptr when the property is absent.
  const std::string* value(std::string_view name) const;
};

struct ExportLimits {
  std::size_t max_bytes = 20 * 1024 * 1024;  ///< the rest is not read
  std::size_t max_entries = 400'000;
  std::size_t max_properties = 1'000;  ///< an entry; further ones are dropped
  std::size_t max_total_properties = 2'000'000;
};

struct Export {
  ExportHeader header;
  std::vector<Entry> entries;
  bool truncated = false;  ///< a limit was hit
};

Export parse_export(std::string_view text, const ExportLimits& limits = {});
/// Only the comment lines at the top.
ExportHeader parse_export_header(std::string_view text);

/// The logical text that hashing, duplicate test and diff compare: LF, one command a line, no header comments, secrets of
/// our own objects (tokens, passwords, generated names of one adoption) as a constant.
std::string normalise_export(std::string_view text, const Brand& brand);

/// The same bytes with every secret value replaced by `****`, layout kept.
std::string redact_export(std::string_view text, const Brand& brand);

/// A network of the router's LAN side, from static `/ip address` rows.
struct Subnet {
  Cidr subnet;
  IpAddress address;
  std::string interface;
  std::optional<std::string> comment;
};
/// RFC 1918 only, /30 and shorter, enabled, without duplicates, sorted by network.
std::vector<Subnet> discover_subnets(const Export& parsed);

inline constexpr std::size_t kMaxHighlightBytes = 5 * 1024 * 1024;
/// `<pre class="rsc">…</pre>` with spans of class c p k a v s n i; everything escaped. A longer text gets no spans.
std::string highlight_export(std::string_view text);

}  // namespace openstrat::routeros
