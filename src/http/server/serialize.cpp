#include "http/server/serialize.hpp"

#include <array>
#include <charconv>
#include <ctime>

#include "base/text.hpp"

namespace openstrat::http {
namespace {

constexpr std::array<std::string_view, 5> kOwnFields{"content-length", "connection", "transfer-encoding", "date",
                                                     "x-request-id"};

bool is_own_field(std::string_view name) {
  for (const auto own : kOwnFields)
    if (name.size() == own.size() && text::equal_ignoring_case(name, own)) return true;
  return false;
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_value(std::string& out, std::string_view value) {
  const std::size_t begin = out.size();
  out += value;
  for (std::size_t i = begin; i < out.size(); ++i)
    if (out[i] == '\r' || out[i] == '\n' || out[i] == '\0') out[i] = ' ';
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  append_value(out, name);
  out += ": ";
  append_value(out, value);
  out += "\r\n";
}

void append_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Status";
  }
}

bool forbids_body(int status) { return status < 200 || status == 204 || status == 304; }

void append_head(std::string& out, const Response& response, std::size_t body_size, const HeadOptions& options) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\nDate: ";
  out += options.date;
  out += "\r\n";
  if (options.framing == Framing::chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  } else if (options.framing == Framing::length && !forbids_body(response.status)) {
    out += "Content-Length: ";
    append_number(out, body_size);
    out += "\r\n";
  }
  if (!response.content_type.empty()) append_field(out, "Content-Type", response.content_type);
  for (const auto& [name, value] : response.headers.entries())
    if (!is_own_field(name)) append_field(out, name, value);
  out += "X-Request-Id: ";
  out += options.request_id;
  out += options.persistence == Persistence::close ? "\r\nConnection: close\r\n\r\n" : "\r\nConnection: keep-alive\r\n\r\n";
}

void append_chunk_size(std::string& out, std::size_t size) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
  out.append(digits.data(), end);
  out += "\r\n";
}

std::string_view HttpDate::at(Timestamp now) {
  const std::int64_t second = to_unix_seconds(now);
  if (second != second_) {
    second_ = second;
    const std::time_t time = second;
    std::tm utc{};
    gmtime_r(&time, &utc);
    // The C locale's names: the process never calls setlocale().
    std::array<char, 40> text;
    text_.assign(text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc));
  }
  return text_;
}

std::string default_error_body(int status, std::string_view code, std::string_view message, std::string_view request_id) {
  std::string body = R"({"type":)";
  append_json_text(body, status >= 500 ? "api_error" : "invalid_request_error");
  body += R"(,"code":)";
  append_json_text(body, code);
  body += R"(,"message":)";
  append_json_text(body, message);
  body += R"(,"doc_url":)";
  append_json_text(body, "/docs/errors/" + std::string(code));
  body += R"(,"request_id":)";
  append_json_text(body, request_id);
  body += '}';
  return body;
}

}  // namespace openstrat::http
