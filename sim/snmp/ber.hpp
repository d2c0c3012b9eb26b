// The part of BER that SNMP uses: definite lengths, one-byte tags. Reads hostile bytes: nothing is copied before it is measured.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/snmp/oid.hpp"

namespace openstrat::sim::snmp {

enum Tag : std::uint8_t {
  kInteger = 0x02,
  kOctets = 0x04,
  kNull = 0x05,
  kOidTag = 0x06,
  kSequence = 0x30,
  kIpAddress = 0x40,
  kCounter32 = 0x41,
  kGauge32 = 0x42,
  kTimeTicks = 0x43,
  kOpaque = 0x44,
  kCounter64 = 0x46,
  kNoSuchObject = 0x80,
  kNoSuchInstance = 0x81,
  kEndOfMibView = 0x82,
};

/// Goes through bytes it does not own. After the first thing that does not fit, ok() is false and everything reads as empty.
class BerReader {
 public:
  explicit BerReader(std::string_view bytes) : left_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return left_.empty(); }
  /// Everything was read, and read well.
  bool finished() const { return ok_ && left_.empty(); }
  std::uint8_t next_tag() const { return left_.empty() ? 0 : static_cast<std::uint8_t>(left_.front()); }

  std::string_view contents(std::uint8_t tag);      ///< of one element, which must have this tag
  std::string_view any(std::uint8_t& tag);          ///< of one element, whatever it is
  std::string_view element();                       ///< the next one with its header
  BerReader enter(std::uint8_t tag) { return ok_ ? inner(tag) : *this; }
  std::int64_t integer(std::int64_t least, std::int64_t most);
  Oid oid();
  void fail() {
    ok_ = false;
    left_ = {};
  }

 private:
  BerReader inner(std::uint8_t tag);
  std::string_view left_;
  bool ok_ = true;
};

/// Contents of an INTEGER (at most eight bytes); false if they are none.
bool read_integer(std::string_view contents, std::int64_t& value);
bool read_oid(std::string_view contents, Oid& oid);

std::string ber_element(std::uint8_t tag, std::string_view contents);
std::string integer_contents(std::int64_t value);
std::string unsigned_contents(std::uint64_t value);
std::string oid_contents(const Oid& oid);
inline std::string ber_integer(std::int64_t value) { return ber_element(kInteger, integer_contents(value)); }
inline std::string ber_octets(std::string_view bytes) { return ber_element(kOctets, bytes); }

}  // namespace openstrat::sim::snmp
