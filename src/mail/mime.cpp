#include "mail/mime.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace openstrat::mail {
namespace {

constexpr std::size_t kLineEnd = 76;
// An encoded word has at most 75 characters; `=?UTF-8?B?` and `?=` take twelve, base64 makes four of three bytes.
constexpr std::size_t kWordBytes = 45;

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7F; }) && !text.contains("=?");
}

bool is_atom(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ' || c == '-'; });
}

/// At most `limit` bytes that do not cut a code point.
std::string_view take_whole(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 1 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

std::string encoded_words(std::string_view text, std::size_t column) {
  std::string out;
  // The first word shares its line with the header's name.
  std::size_t room = column < 30 ? kWordBytes - 15 : 15;
  while (!text.empty()) {
    const auto piece = take_whole(text, room);
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + crypto::base64(piece) + "?=";
    text.remove_prefix(piece.size());
    room = kWordBytes;
  }
  return out;
}

std::string header(std::string_view name, std::string_view value) { return std::string(name) + ": " + std::string(value) + "\r\n"; }

std::string mailbox(std::string_view header_name, std::string_view name, const std::string& address) {
  if (text::trim(name).empty()) return address;
  const std::string phrase = encode_name(name, header_name.size() + 2);
  const auto last_line = phrase.size() - (phrase.rfind('\n') == std::string::npos ? 0 : phrase.rfind('\n') + 1);
  return phrase + (last_line + address.size() + 3 + header_name.size() > kLineEnd ? "\r\n <" : " <") + address + ">";
}

std::string part(const std::string& boundary, std::string_view type, std::string_view content) {
  return "--" + boundary + "\r\nContent-Type: " + std::string(type) + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
         quoted_printable(content) + "\r\n";
}

/// `=_` never stands in quoted-printable text, so no content can hold the boundary.
std::string boundary_of(const Letter& letter) { return "=_" + crypto::hex(crypto::sha256(letter.message_id)).substr(0, 32); }

}  // namespace

std::string encode_text(std::string_view text, std::size_t column) {
  return is_plain(text) && column + text.size() <= kLineEnd ? std::string(text) : encoded_words(text, column);
}

std::string encode_name(std::string_view name, std::size_t column) {
  if (!is_plain(name) || column + name.size() + 2 > kLineEnd) return encoded_words(name, column);
  if (is_atom(name)) return std::string(name);
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string quoted_printable(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  std::size_t column = 0;
  const auto put = [&](std::string_view token) {
    if (column + token.size() > kLineEnd - 1) out += "=\r\n", column = 0;
    out += token;
    column += token.size();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool ends_line = c == '\n' || (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n');
    if (ends_line) {
      if (c == '\r') ++i;
      out += "\r\n", column = 0;
      continue;
    }
    const bool before_end = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
    const bool literal = (c > 0x20 && c < 0x7F && c != '=') || (c == ' ' && !before_end);
    const char escaped[] = {'=', kHex[c >> 4], kHex[c & 15]};
    put(literal ? std::string_view(&text[i], 1) : std::string_view(escaped, 3));
  }
  return out;
}

std::string rfc5322_date(Timestamp time) { return format_in_zone(time, "UTC", "%a, %d %b %Y %H:%M:%S +0000"); }

std::string to_mime(const Letter& letter) {
  const std::string boundary = boundary_of(letter);
  std::string out = header("Date", rfc5322_date(letter.date)) + header("From", mailbox("From", letter.from_name, letter.from)) +
                    header("To", mailbox("To", letter.to_name, letter.to));
  if (!letter.reply_to.empty()) out += header("Reply-To", letter.reply_to);
  out += header("Subject", encode_text(letter.subject, 9)) + header("Message-ID", "<" + letter.message_id + ">") +
         header("MIME-Version", "1.0");
  // No holiday notice shall answer, and no list machine take it for a person's.
  out += header("Auto-Submitted", "auto-generated") + header("X-Auto-Response-Suppress", "All");
  out += header("Content-Type", "multipart/alternative;\r\n boundary=\"" + boundary + "\"") + "\r\n";
  return out + part(boundary, "text/plain", letter.text) + part(boundary, "text/html", letter.html) + "--" + boundary + "--\r\n";
}

}  // namespace openstrat::mail
