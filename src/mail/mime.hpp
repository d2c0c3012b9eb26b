// A mail as bytes: RFC 5322 headers, RFC 2047 words, RFC 2045 parts. Pure functions; whatever the values, the structure holds.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace openstrat::mail {

/// Ready to be sent. Addresses are checked (is_address), everything else may be any text.
struct Letter {
  std::string message_id;  ///< without angle brackets
  Timestamp date{};
  std::string from_name, from;
  std::string to_name, to;
  std::string reply_to;    ///< may be empty
  std::string subject;
  std::string text;        ///< plain part, lines end in \n
  std::string html;
};

/// multipart/alternative of the plain and the HTML part, lines end in CRLF, none is longer than 78 bytes but for long addresses.
std::string to_mime(const Letter& letter);

/// A header value: as it is when it is short and printable ASCII, else encoded words. `column`: where it starts in its line.
std::string encode_text(std::string_view text, std::size_t column);
/// The name before an address: bare, quoted, or encoded words.
std::string encode_name(std::string_view name, std::size_t column);
/// Quoted-printable with CRLF; \n and \r\n are line ends, every other control character is encoded.
std::string quoted_printable(std::string_view text);
/// `Sun, 29 Mar 2026 12:00:00 +0000`
std::string rfc5322_date(Timestamp time);

}  // namespace openstrat::mail
