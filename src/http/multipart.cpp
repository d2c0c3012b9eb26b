#include "http/multipart.hpp"

#include <optional>

#include "base/text.hpp"

namespace openstrat::http {
namespace {

constexpr std::size_t kMostParts = 16;
constexpr std::size_t kLongestHead = 4096;
constexpr std::size_t kLongestBoundary = 70;  // RFC 2046 §5.1.1

std::unexpected<Error> broken(std::string what) { return fail(Errc::malformed, "parameter_invalid", std::move(what)); }

/// `; name=value; other="quoted \" value"`: the value of one parameter. Browsers escape a quote as %22 or \".
std::optional<std::string> parameter(std::string_view header, std::string_view wanted) {
  std::size_t at = header.find(';');
  while (at < header.size()) {
    const auto equals = header.find('=', ++at);
    if (equals == header.npos) return std::nullopt;
    const auto name = text::trim(header.substr(at, equals - at));
    std::string value;
    at = equals + 1;
    if (at < header.size() && header[at] == '"') {
      for (++at; at < header.size() && header[at] != '"'; ++at) {
        if (header[at] == '\\' && at + 1 < header.size() && (header[at + 1] == '"' || header[at + 1] == '\\')) ++at;
        value += header[at];
      }
      at = header.find(';', at);
    } else {
      const auto end = header.find(';', at);
      value = text::trim(header.substr(at, end == header.npos ? end : end - at));
      at = end;
    }
    if (text::equal_ignoring_case(name, wanted)) return value;
  }
  return std::nullopt;
}

Result<FormPart> read_head(std::string_view head) {
  FormPart part;
  bool is_form_data = false;
  for (auto line : text::split(head, '\n')) {
    line = text::trim(line);
    const auto colon = line.find(':');
    if (colon == line.npos) continue;
    const auto name = line.substr(0, colon);
    const auto value = text::trim(line.substr(colon + 1));
    if (text::equal_ignoring_case(name, "Content-Type")) part.content_type = value;
    if (!text::equal_ignoring_case(name, "Content-Disposition")) continue;
    is_form_data = text::starts_with_ignoring_case(value, "form-data");
    part.name = parameter(value, "name").value_or("");
    part.filename = parameter(value, "filename").value_or("");
  }
  if (!is_form_data || part.name.empty()) return broken("A part of the form has no name.");
  return part;
}

}  // namespace

Result<std::vector<FormPart>> parse_multipart(std::string_view content_type, std::string_view body) {
  const auto boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > kLongestBoundary) return broken("The Content-Type names no usable boundary.");
  const std::string delimiter = "--" + *boundary;
  const std::string next = "\r\n" + delimiter;
  std::vector<FormPart> parts;
  std::size_t at = body.starts_with(delimiter) ? 0 : body.find(next);
  if (at == body.npos) return broken("The body does not begin with the boundary.");
  if (at > 0) at += 2;
  while (true) {
    at += delimiter.size();
    if (body.substr(at).starts_with("--")) return parts;
    if (!body.substr(at).starts_with("\r\n")) return broken("The form ends in the middle of a boundary.");
    at += 2;
    const auto head_end = body.find("\r\n\r\n", at);
    if (head_end == body.npos || head_end - at > kLongestHead) return broken("The headers of a part are not complete, or too long.");
    auto part = read_head(body.substr(at, head_end - at));
    if (!part) return fail(part.error());
    const auto begin = head_end + 4;
    const auto end = body.find(next, begin - 2);  // an empty part ends where its headers end
    if (end == body.npos) return broken("The form ends without its last boundary.");
    part->data = end < begin ? std::string_view{} : body.substr(begin, end - begin);
    parts.push_back(*std::move(part));
    if (parts.size() > kMostParts) return broken("The form has more than 16 parts.");
    at = end + 2;
  }
}

}  // namespace openstrat::http
